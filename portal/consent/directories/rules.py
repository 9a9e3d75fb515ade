"""What directories may say of a number, and from when a preference service works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.identity.accounts.rules import LABELS, Details
from portal.identity.contact_index.rules import spell_address, spell_telephone
from portal.platform.core.clock import london_day
from portal.platform.core.due import Nation, add_months, is_working_day

ENDING = 3
"""Digits of a number that may be seen of it once it is gone."""


class Listing(StrEnum):
    """One way in which a number can be found. Other systems branch by these words."""

    PRINTED = "printed"
    ENQUIRIES = "enquiries"
    ONLINE = "online"
    REVERSE = "reverse"


LISTINGS = {
    Listing.PRINTED: "Printed directory",
    Listing.ENQUIRIES: "Directory enquiries",
    Listing.ONLINE: "Online directory",
    Listing.REVERSE: "Reverse search",
}
Listed = frozenset[Listing]
Boxes = frozenset[str]
BOXES, AT = "entries", "at"
"""A box names a number, in E.164, and a listing. What a form says it was made from, and when."""
DIRECTORIES: Listed = frozenset({Listing.PRINTED, Listing.ENQUIRIES, Listing.ONLINE})
"""A number that is in none of them is ex-directory."""
WORKING_DAYS = 5
"""How long the directories may take over a change, but for the printed one: our own promise."""


class EntrySource(StrEnum):
    """How a choice came about."""

    WEBSITE = "website"
    NUMBER_GONE = "number-gone"
    UNDOING = "undoing"


VIA = {
    EntrySource.WEBSITE: "you, on this website",
    EntrySource.NUMBER_GONE: "you, by taking the number out of your profile",
    EntrySource.UNDOING: "us, because the change of your email address was undone",
}


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number of today's profile; `spelled` is E.164. Never printed."""

    spelled: str
    shown: str
    label: str

    def __repr__(self) -> str:
        return "Number(…)"


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """What directories may say of a number, and since when; `key` stands for it elsewhere."""

    key: str
    on: Listed
    at: datetime
    via: EntrySource

    @property
    def by(self) -> str:
        """Say who chose it."""
        return VIA[self.via]

    def works_on(self, nation: Nation) -> date:
        """Return the last day by which the directories follow, but for the printed one."""
        return follow_on(london_day(self.at), nation)


@dataclass(frozen=True, slots=True)
class Entries:
    """What was chosen for the numbers of a customer, by their spelling; no entry is ex-directory.

    The version goes up with each choice and with each change of the numbers. Never printed.
    """

    version: int
    by_number: Mapping[str, DirectoryEntry]

    def __repr__(self) -> str:
        return "Entries(…)"

    @property
    def boxes(self) -> Boxes:
        """Return the boxes that are ticked for what was chosen."""
        return frozenset(
            box_value(number, one) for number, entry in self.by_number.items() for one in entry.on
        )

    def on(self, number: str) -> Listed:
        """Return where a number may be found."""
        return self.by_number[number].on if number in self.by_number else frozenset()


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One yes or no, as a customer reads it."""

    title: str
    at: datetime
    by: str


def numbers_of(details: Details) -> tuple[Number, ...]:
    """Return the numbers of a profile, each once."""
    found: dict[str, Number] = {}
    for field in ("telephone", "mobile"):
        shown = getattr(details, field)
        if shown:
            spelled = spell_telephone(shown)
            found.setdefault(spelled, Number(spelled, shown, LABELS[field]))
    return tuple(found.values())


def box_value(number: str, listing: Listing) -> str:
    """Return the value of a box: it names the number itself, so that no other is ever meant."""
    return f"{number}:{listing}"


def number_of(box: str) -> str:
    """Return the number that a box is about."""
    return box.rpartition(":")[0]


def read_boxes(boxes: Boxes) -> dict[str, Listed]:
    """Return what is ticked, for each number that anything is ticked for."""
    found: dict[str, Listed] = {}
    for box in boxes:
        number, _, listing = box.rpartition(":")
        if listing in LISTINGS:
            found[number] = found.get(number, frozenset()) | {Listing(listing)}
    return found


def settle(listed: Listed) -> Listed:
    """Drop what cannot be: there is nothing to search where a number has no entry."""
    return listed if listed & DIRECTORIES else frozenset()


def differing(before: Listed, after: Listed) -> list[tuple[Listing, bool]]:
    """Return what differs, each with whether it is on now."""
    return [(one, one in after) for one in Listing if one in before ^ after]


def describe(listing: Listing, ending: str, *, is_on: bool) -> str:
    """Say what was turned on or off, of a number by its last digits."""
    return f"{LISTINGS[listing]} turned {'on' if is_on else 'off'} for the number ending {ending}"


def spell_entry(key: str, listing: Listing, *, is_on: bool) -> dict[str, object]:
    """Return a change as other systems read it; their programs rely on these words."""
    return {"number": key, "listing": listing.value, "agreed": is_on}


def follow_on(day: date, nation: Nation) -> date:
    """Return the last day on which directories follow a change: the fifth working day after it."""
    left = WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, nation)
    return day


class PreferenceService(StrEnum):
    """A preference service: a list of who wants no advertising, kept by somebody else."""

    TELEPHONE = "telephone"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class About:
    """What people read about a preference service."""

    title: str
    short: str
    site: str
    what: str
    stops: str

    @property
    def address(self) -> str:
        """Where its website is."""
        return f"https://www.{self.site}/"


SERVICES = {
    PreferenceService.TELEPHONE: About(
        title="Telephone Preference Service",
        short="TPS",
        site="tpsonline.org.uk",
        what="The official list of numbers that want no sales calls. By law nobody may make one to"
        " a number that has been on it for 28 days, unless you agreed to calls from them.",
        stops="Sales calls",
    ),
    PreferenceService.MAIL: About(
        title="Mail Preference Service",
        short="MPS",
        site="mpsonline.org.uk",
        what="A list of names and addresses that want no advertising by post, which companies take"
        " off their mailing lists. It works after about three months, as much post is prepared"
        " long before it is sent.",
        stops="Advertising by post",
    ),
}
CALLS_AFTER = timedelta(days=28)
"""A number is off limits once it has been on the list so long: the Privacy and Electronic
Communications Regulations 2003, regulation 21(3)."""
MAIL_AFTER_MONTHS = 3
"""Calendar months, as the Mail Preference Service itself says."""
EARLIEST = date(1995, 1, 1)
"""There was no telephone list before; an earlier day is a slip of the keys."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """That a customer has registered with a preference service, as they told us.

    `changed` has an entry for whatever of theirs it does not cover: the last digits of each
    number, or nothing but that it is so.
    """

    service: PreferenceService
    registered_on: date
    changed: tuple[str, ...] = ()

    @property
    def works_on(self) -> date:
        """The day from which it should have worked."""
        return works_on(self.service, self.registered_on)

    @property
    def about(self) -> About:
        """What people read about the service."""
        return SERVICES[self.service]

    @property
    def reminder(self) -> str:
        """Say why they should register again; nothing where they need not."""
        if not self.changed:
            return ""
        if self.service is PreferenceService.MAIL:
            return "Your name or address has changed since you registered."
        endings = " and ".join(self.changed)
        what = "The numbers" if len(self.changed) > 1 else "The number"
        return f"{what} ending {endings} came into your profile after you registered."


def works_on(service: PreferenceService, registered_on: date) -> date:
    """Return from when a preference service works for somebody who registered on a day."""
    if service is PreferenceService.TELEPHONE:
        return registered_on + CALLS_AFTER
    return add_months(registered_on, MAIL_AFTER_MONTHS)


def read_day(typed: Sequence[str], today: date) -> date:
    """Return the day that day, month and year stand for; raises `ValueError` with what to say."""
    if not all(part.isascii() and part.isdigit() for part in typed):
        raise ValueError("Enter the date you registered, like 23 11 2026")
    try:
        day, month, year = (int(part) for part in typed)
        found = date(year, month, day)
    except (ValueError, OverflowError) as error:
        raise ValueError("Enter a date that is in the calendar") from error
    if found > today:
        raise ValueError("The date you registered must be today or in the past")
    if found < EARLIEST:
        raise ValueError("The date you registered must be in 1995 or after")
    return found


def registered_by(service: PreferenceService, details: Details) -> dict[str, str]:
    """Return what of somebody a service is about: each spelling, with how a page shows it.

    Numbers for the one; name and address together for the other. Nothing where there is none.
    """
    if service is PreferenceService.TELEPHONE:
        return {one.spelled: one.shown for one in numbers_of(details)}
    address = spell_address(details.address_line_1, details.postcode)
    name = " ".join(details.full_name.casefold().split())
    shown = f"{details.full_name}, {details.address_line_1}, {details.postcode}"
    return {f"{name}|{address}": shown} if address else {}
