"""When somebody leaves, and what they are told before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.governance.receipts.rules import Receipt
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.errors import DomainError
from portal.platform.core.holdings import Fate, Register, Stay
from portal.platform.core.ledger import Erasure
from portal.platform.core.texts import _

THINKING_TIME = timedelta(days=7)
UNHURRIED = timedelta(seconds=10)
"""How long the request that began an erasure may take before the worker finishes it."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=10)
"""How long an erasure that left something behind waits before it is looked at again."""
LAST_LETTER = "cancellation:account-erased"
"""The kind of the last email that there is to anybody."""
ALWAYS_STAYS = Stay(
    what=_("A record that an account was deleted, but not whose"),
    why=_("So that an old backup can’t bring your account back, and as proof"),
    until=_("for good"),
)


class DownloadFirst(StrEnum):
    """Whether somebody wants a copy of their data before they leave, or took one on the way."""

    YES = "yes"
    NO = "no"
    TAKEN = "taken"


COPY_FIRST = {
    DownloadFirst.YES: _("Yes, download my data first"),
    DownloadFirst.NO: _("No, I don’t need it"),
}
COPY_HINTS = {
    DownloadFirst.YES: _("One ZIP file. You download it before we go on"),
    DownloadFirst.NO: _("You can’t get it later"),
}
COPY_TOLD = {
    DownloadFirst.NO: _("You chose not to download it"),
    DownloadFirst.TAKEN: _("You chose to download it"),
}


class When(StrEnum):
    """When everything is to be deleted."""

    LATER = "later"
    NOW = "now"


WHENS = {
    When.LATER: _("In seven days"),
    When.NOW: _("Now"),
}
WHEN_HINTS = {
    When.LATER: _("Changed your mind? Sign in within seven days, and you’ll keep your account"),
    When.NOW: _("It can’t be undone, by you or by us"),
}


BY_WHAT = (
    "for the account’s number, and for the scrambled code of each of its email addresses, unless"
    " another customer has that address today"
)
"""By what the tables are looked through. An address whose change was undone is not among them: what
came from there is whoever's who wrote it."""
THINKING = {When.LATER: THINKING_TIME, When.NOW: timedelta()}


class LeftoverError(DomainError):
    """Something of an erased person was found: no receipt yet; the worker looks again."""

    code = "leftover"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """One line of a preview: a category with how many records, or what is kept and why."""

    what: str
    number: int = 0
    why: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What cancelling everything would do, read off the declarations and the person's own data.

    `others` are other systems that are told to delete theirs; `loose_ends` is what it cuts short.
    """

    deleted: tuple[PreviewLine, ...]
    kept: tuple[PreviewLine, ...]
    others: tuple[str, ...]
    loose_ends: tuple[str, ...]
    deleted_on: date
    copies_gone_on: date

    @property
    def number(self) -> int:
        """Count the records that go."""
        return sum(line.number for line in self.deleted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What came of a request to leave: the number of a receipt, or the moment it is planned for."""

    reference: str | None = None
    leaves_at: datetime | None = None


def next_pause(looks: int) -> timedelta:
    """Return how long to wait after so many looks that found something: twice as long each time."""
    return min(FIRST_PAUSE * (1 << min(looks - 1, 10)), LONGEST_PAUSE)


def read_kept(
    register: Register, counted: Mapping[str, int], erased_on: date, more: tuple[Stay, ...] = ()
) -> tuple[PreviewLine, ...]:
    """Return what stays of the categories of which there are any, and until when; `more` too."""
    there = (one for one in register if counted[one.category])
    stays = (ALWAYS_STAYS, *(stay for one in there for stay in one.stays), *more)
    return tuple(_read_stay(stay, erased_on) for stay in stays)


def read_deleted(register: Register, counted: Mapping[str, int]) -> dict[str, int]:
    """Return how many records go of each category of which there are any."""
    return {
        one.category: counted[one.category]
        for one in register
        if one.fate is Fate.DELETED and counted[one.category]
    }


def make_receipt(
    brand: str,
    line: Erasure,
    counts: Mapping[str, int],
    stays: tuple[tuple[str, ...], tuple[str, ...]],
    looked: tuple[tuple[str, ...], date],
) -> Receipt:
    """Make the receipt of a line of the ledger: what went, what stays, where it was looked for.

    `stays` says what we keep, and what other systems answered; `looked` where we searched, and on
    which day the last backup from before is gone.
    """
    (kept, others), (searched, gone_on) = stays, looked
    return Receipt(
        reference=line.reference,
        brand=brand,
        erased_at=line.erased_at,
        deleted=tuple((category, number) for category, number in counts.items() if number),
        kept=kept,
        others=others,
        looked_at=searched,
        copies_gone_on=gone_on,
    )


def copies_gone_on(erased_at: datetime, copies_kept: timedelta) -> date:
    """Return the London day on which the last backup from before a moment is gone."""
    return london_day(erased_at + copies_kept) + timedelta(days=1)


def _read_stay(stay: Stay, erased_on: date) -> PreviewLine:
    until = _("until {day}", day=spell_day(erased_on + stay.length)) if stay.length else stay.until
    return PreviewLine(what=stay.what, why=stay.why, until=until)
