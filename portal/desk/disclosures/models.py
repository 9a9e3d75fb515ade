"""The table of disclosures."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.clock import london_day
from portal.platform.core.database import Base

REFUSED_KEPT = timedelta(days=30)


class DisclosureRow(Base):
    """What was given to somebody else; sealed with the key of whom it is about.

    It counts once a second colleague agreed, until somebody notes that it was not given after all
    (`taken_back_at`). One that was refused before has no words. When its person leaves, their
    number and the words go, and the kind and the day stay, for the yearly numbers.
    """

    __tablename__ = "disclosure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes | None]
    told_from: Mapped[date | None]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    agreed_by: Mapped[UUID | None]
    agreed_at: Mapped[datetime | None]
    given_on: Mapped[date | None]
    taken_back_at: Mapped[datetime | None]
    once_digest: Mapped[bytes | None]
    """The hash of its copy of the form and of the words in it."""


def is_waiting() -> ColumnElement[bool]:
    """Return the SQL condition: about somebody, and nobody agreed to it or took it back."""
    undecided = DisclosureRow.agreed_at.is_(None) & DisclosureRow.taken_back_at.is_(None)
    return undecided & DisclosureRow.customer_id.is_not(None)


def is_past_refusal(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for refused ones of which nobody asks any more.

    Until the day on which its person could be told, looks for it are not told either.
    """
    ended = now - REFUSED_KEPT
    may_be_told = DisclosureRow.told_from.is_(None) | (DisclosureRow.told_from < london_day(ended))
    return DisclosureRow.agreed_at.is_(None) & (DisclosureRow.taken_back_at < ended) & may_be_told


def is_told(today: date) -> ColumnElement[bool]:
    """Return the SQL condition: agreed to, and its person may be told."""
    may_be = DisclosureRow.told_from.is_(None) | (DisclosureRow.told_from <= today)
    return DisclosureRow.agreed_at.is_not(None) & may_be
