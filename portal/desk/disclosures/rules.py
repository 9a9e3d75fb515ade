"""What a disclosure is, how its person reads it, and how many of them are published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.platform.core.errors import DomainError
from portal.platform.core.texts import _

LONGEST_NAME, LONGEST_POWER, LONGEST_WHAT, LONGEST_DOCUMENT = 120, 300, 500, 60
LONGEST_SILENCE = timedelta(days=5 * 365)
"""For so long at most an entry is kept back; whoever must have it longer asks again."""
FEWEST_TOLD, ROUNDED_TO = 10, 5
"""Of fewer a number is withheld, and others are rounded, so that nobody can be told from them."""


class DisclosureKind(StrEnum):
    """To whom details were given, and why."""

    POLICE = "police"
    COURT = "court"
    SECURITY = "security"
    OWNERSHIP = "ownership"
    OPERATOR = "operator"
    GROUP = "group"


KINDS = {
    DisclosureKind.POLICE: _("The police or another authority, about a crime"),
    DisclosureKind.COURT: _("A court"),
    DisclosureKind.SECURITY: _("An authority, for national security"),
    DisclosureKind.OWNERSHIP: _("A company taking over part of our business"),
    DisclosureKind.OPERATOR: _("Another operator, to connect or bill calls"),
    DisclosureKind.GROUP: _("Another company in our group"),
}
"""What the kinds are called, for colleagues and for customers."""


class OwnProposalError(DomainError):
    """The colleague who entered a disclosure cannot agree to it too."""

    code = "own-proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDisclosure:
    """What is to be given to whom. Never printed.

    `power` is the law that demands or allows it, `document` the reference of the written request.
    Until `told_from` its person is not told; without a day they are told at once.
    """

    kind: DisclosureKind
    to: str
    power: str
    what: str
    document: str
    told_from: date | None

    def __repr__(self) -> str:
        return f"NewDisclosure({self.kind})"

    def words(self) -> dict[str, str]:
        """Return it as the document to seal."""
        return {
            "to": self.to,
            "power": self.power,
            "what": self.what,
            "document": self.document,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """A disclosure as colleagues read it; its person reads `title`, `what` and `power`."""

    id: UUID
    kind: DisclosureKind
    to: str
    power: str
    what: str
    document: str
    told_from: date | None
    asked_by: UUID
    asked_at: datetime
    agreed_by: UUID | None
    agreed_at: datetime | None

    def __repr__(self) -> str:
        return f"Disclosure({self.id})"

    @property
    def title(self) -> str:
        """To whom it was given, as its person reads it."""
        return _("Given to {to}", to=self.to)

    @property
    def text(self) -> str:
        """What was given and why, as its person reads it."""
        return _("{what}. Because: {power}", what=self.what.rstrip("."), power=self.power)


@dataclass(frozen=True, slots=True)
class YearlyNumber:
    """How many disclosures of a kind there were in a calendar year, as it is published."""

    year: int
    kind: DisclosureKind
    number: int

    @property
    def shown(self) -> str:
        """The number, withheld below ten and else rounded to five."""
        if self.number < FEWEST_TOLD:
            return _("Fewer than {fewest}", fewest=FEWEST_TOLD)
        return _("About {number}", number=round_number(self.number))


def round_number(number: int) -> int:
    """Return a number rounded to the nearest five (the 10-5 rule of the national statistics)."""
    return ROUNDED_TO * ((number + ROUNDED_TO // 2) // ROUNDED_TO)


def list_closed_years(
    counted: Iterable[tuple[int, DisclosureKind, int]], today: date
) -> list[YearlyNumber]:
    """Return what is published: every kind of every year that is over, the newest year first.

    A kind without any looks as one with a few, so that nobody learns from a number that is missing.
    """
    known = {(year, kind): number for year, kind, number in counted}
    years = sorted({year for year, _kind in known if year < today.year}, reverse=True)
    return [
        YearlyNumber(year, kind, known.get((year, kind), 0))
        for year in years
        for kind in DisclosureKind
    ]
