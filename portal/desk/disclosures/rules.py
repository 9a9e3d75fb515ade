"""What a disclosure is, how its person reads it, and how many of them are published."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.platform.core.clock import spell_day
from portal.platform.core.errors import DomainError
from portal.platform.core.masking import mask_account_numbers
from portal.platform.core.texts import _

LONGEST_NAME, LONGEST_POWER, LONGEST_WHAT, LONGEST_DOCUMENT = 120, 300, 500, 60
LONGEST_SILENCE = timedelta(days=5 * 365)
"""For so long at most an entry is kept back; whoever must have it longer asks again."""
REGISTER_SINCE = 2026
"""The year in which this program began to keep the register: of none before there are numbers."""
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


class AgreedMeanwhileError(DomainError):
    """Somebody agreed to a disclosure since the page was made."""

    code = "agreed-meanwhile"


class TakenBackError(DomainError):
    """Somebody refused a disclosure, or took it back, since the page was made."""

    code = "taken-back"


class NotAgreedError(DomainError):
    """Nobody agreed to a disclosure yet, so that it cannot have been given."""

    code = "not-agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDisclosure:
    """What is to be given to whom. Never printed.

    `power` is the law that demands or allows it, `document` the reference of the written request.
    Until `told_from` its person is not told; without a day they are told at once. `once` is the
    number of its copy of the form: sent twice with the same words, it is one.
    """

    kind: DisclosureKind
    to: str
    power: str
    what: str
    document: str
    told_from: date | None
    once: str = ""

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
    given_on: date | None = None
    taken_back_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Disclosure({self.id})"

    def masked(self, own: Collection[str]) -> "Disclosure":
        """Return it with billing account numbers masked; `own` are those of whom it is about."""
        return replace(
            self,
            to=mask_account_numbers(self.to, own),
            power=mask_account_numbers(self.power, own),
            what=mask_account_numbers(self.what, own),
            document=mask_account_numbers(self.document, own),
        )

    @property
    def title(self) -> str:
        """To whom it was given and when, or was to be, as its person reads it."""
        if self.taken_back_at:
            return _("We agreed, and then didn’t give this to {to}", to=self.to)
        if self.given_on:
            return _("Given to {to} on {day}", to=self.to, day=spell_day(self.given_on))
        return _("We agreed to give this to {to}", to=self.to)

    @property
    def text(self) -> str:
        """What was given and why, as its person reads it."""
        return _("{what}. Law or agreement: {power}", what=self.what.rstrip("."), power=self.power)


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


def list_yearly_numbers(
    years: Iterable[int], counted: Iterable[tuple[int, DisclosureKind, int]]
) -> list[YearlyNumber]:
    """Return what is published of some years: every kind of each, in their order.

    A year or a kind without any looks as one with a few, so that nobody learns from what is
    missing.
    """
    known = {(year, kind): number for year, kind, number in counted}
    return [
        YearlyNumber(year, kind, known.get((year, kind), 0))
        for year in years
        for kind in DisclosureKind
    ]
