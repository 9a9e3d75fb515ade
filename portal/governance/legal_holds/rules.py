"""What a legal hold is."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.platform.core.clock import LONDON
from portal.platform.core.ids import CaseId, CustomerId

LONGEST_HOLD = timedelta(days=6 * 366)
"""A hold is looked at again after six years, the time within which most claims are made."""
KEPT_AFTER = timedelta(days=365)
SHORTEST_REASON, LONGEST_REASON = 10, 1_000
SPELLINGS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y")


class Holdable(StrEnum):
    """What can be held."""

    CASE = "case"
    CUSTOMER = "customer"


def read_day(text: str) -> date:
    """Return the day that somebody typed: 1 March 2027, 1/3/2027 or 2027-03-01.

    Raises `ValueError`.
    """
    for spelling in SPELLINGS:
        with suppress(ValueError):
            return datetime.strptime(text.strip(), spelling).replace(tzinfo=LONDON).date()
    raise ValueError("Not a day")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """A hold to be placed on a customer, or on one case; with the reason. Never printed."""

    why: str
    until: date
    customer_id: CustomerId | None = None
    case_id: CaseId | None = None

    def __repr__(self) -> str:
        return "NewHold(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold as pages read it: on a customer, or on one case of theirs or of a visitor's."""

    id: UUID
    customer_id: CustomerId | None
    case_id: UUID | None
    why: str
    until: date
    placed_at: datetime
    placed_by: UUID

    def __repr__(self) -> str:
        return f"Hold({self.id})"
