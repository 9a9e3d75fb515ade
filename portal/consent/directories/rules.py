"""Rules of directory entries and preference services, and from which day each takes effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.identity.accounts.rules import LABELS, Details
from portal.identity.contact_index.rules import spell_address, spell_telephone
from portal.platform.core.clock import london_day
from portal.platform.core.texts import _
from portal.platform.core.working_days import Nation, add_months, is_working_day

ENDING = 3
"""Digits of a number that may be seen of it once it is gone."""


class Listing(StrEnum):
    """One way in which a number can be found. The values are part of the webhook API."""

    PRINTED = "printed"
    ENQUIRIES = "enquiries"
    ONLINE = "online"
    REVERSE = "reverse"


LISTINGS = {
    Listing.PRINTED: _("Printed directory"),
    Listing.ENQUIRIES: _("Directory enquiries"),
    Listing.ONLINE: _("Online directory"),
    Listing.REVERSE: _("Reverse search"),
}
ON_FOR = _("{listing} turned on for the number ending {ending}")
OFF_FOR = _("{listing} turned off for the number ending {ending}")
CAME_LATER = (
    _("The number ending {endings} was added to your profile after you registered."),
    _("The numbers ending {endings} were added to your profile after you registered."),
)
ListedNumbers = frozenset[Listing]
Boxes = frozenset[str]
BOXES, AT = "entries", "at"
"""A box names a number, in E.164, and a listing. What a form says it was made from, and when."""
DIRECTORIES: ListedNumbers = frozenset({Listing.PRINTED, Listing.ENQUIRIES, Listing.ONLINE})
"""A number that is in none of them is ex-directory."""
WORKING_DAYS = 5
"""How long the directories may take over a change, but for the printed one: our own promise."""


class EntrySource(StrEnum):
    """The way in which a choice was made."""

    WEBSITE = "website"
    NUMBER_GONE = "number-gone"
    UNDOING = "undoing"


VIA = {
    EntrySource.WEBSITE: _("you, on this website"),
    EntrySource.NUMBER_GONE: _("you, by taking the number out of your profile"),
    EntrySource.UNDOING: _("us, because the change of your email address was undone"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number of the present profile; `spelled` is E.164. Never printed."""

    spelled: str
    shown: str
    label: str

    def __repr__(self) -> str:
        return "Number(…)"


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """The listings of one number, and since when; `key` stands for the number in other systems."""

    key: str
    on: ListedNumbers
    at: datetime
    via: EntrySource

    @property
    def by(self) -> str:
        """Return who chose it, in words."""
        return VIA[self.via]

    def works_on(self, nation: Nation) -> date:
        """Return the last day by which all but the printed directory follow the change."""
        return follow_on(london_day(self.at), nation)


@dataclass(frozen=True, slots=True)
class Entries:
    """The listings of a customer's numbers, by spelling; a number without an entry is ex-directory.

    The version increases with each choice and with each change of the numbers. Never printed.
    """

    version: int
    by_number: Mapping[str, DirectoryEntry]

    def __repr__(self) -> str:
        return "Entries(…)"

    @property
    def boxes(self) -> Boxes:
        """Return the ticked boxes for these entries."""
        return frozenset(
            box_value(number, one) for number, entry in self.by_number.items() for one in entry.on
        )

    def on(self, number: str) -> ListedNumbers:
        """Return the listings of a number."""
        return self.by_number[number].on if number in self.by_number else frozenset()


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One yes or no, as the customer's history shows it."""

    title: str
    at: datetime
    by: str


def numbers_of(details: Details) -> tuple[Number, ...]:
    """Return the numbers of a profile, without duplicates."""
    found: dict[str, Number] = {}
    for field in ("telephone", "mobile"):
        shown = getattr(details, field)
        if shown:
            spelled = spell_telephone(shown)
            found.setdefault(spelled, Number(spelled, shown, LABELS[field]))
    return tuple(found.values())


def box_value(number: str, listing: Listing) -> str:
    """Return the value of a box: it contains the number, so that it never applies to another."""
    return f"{number}:{listing}"


def number_of(box: str) -> str:
    """Return the number that a box is about."""
    return box.rpartition(":")[0]


def read_boxes(boxes: Boxes) -> dict[str, ListedNumbers]:
    """Return the ticked listings of each number that has any."""
    found: dict[str, ListedNumbers] = {}
    for box in boxes:
        number, _, listing = box.rpartition(":")
        if listing in LISTINGS:
            found[number] = found.get(number, frozenset()) | {Listing(listing)}
    return found


def settle(listed: ListedNumbers) -> ListedNumbers:
    """Drop listings that cannot be: without a directory entry there is no reverse search."""
    return listed if listed & DIRECTORIES else frozenset()


def differing(before: ListedNumbers, after: ListedNumbers) -> list[tuple[Listing, bool]]:
    """Return the listings that differ, each with whether it is on in `after`."""
    return [(one, one in after) for one in Listing if one in before ^ after]


def describe(listing: Listing, ending: str, *, is_on: bool) -> str:
    """Return in words what was turned on or off; the number is named by its last digits."""
    return (ON_FOR if is_on else OFF_FOR).format(listing=LISTINGS[listing], ending=ending)


def spell_entry(key: str, listing: Listing, *, is_on: bool) -> dict[str, object]:
    """Return a change as webhooks carry it; the format is part of their API."""
    return {"number": key, "listing": listing.value, "agreed": is_on}


def follow_on(day: date, nation: Nation) -> date:
    """Return the last day on which directories follow a change: the fifth working day after it."""
    left = WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, nation)
    return day


class PreferenceService(StrEnum):
    """A preference service: a list of people who want no advertising, kept by another body."""

    TELEPHONE = "telephone"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class About:
    """The description of a preference service on pages."""

    title: str
    short: str
    site: str
    what: str
    stops: str

    @property
    def address(self) -> str:
        """The address of its website."""
        return f"https://www.{self.site}/"


SERVICES = {
    PreferenceService.TELEPHONE: About(
        title="Telephone Preference Service",
        short="TPS",
        site="tpsonline.org.uk",
        what=_(
            "The official list of people who don’t want sales calls. Once your number has been"
            " on it for 28 days, sales calls to it are against the law. A company can still"
            " call if you agreed to its calls."
        ),
        stops=_("Sales calls"),
    ),
    PreferenceService.MAIL: About(
        title="Mail Preference Service",
        short="MPS",
        site="mpsonline.org.uk",
        what=_(
            "A list of people who don’t want advertising by post. Companies take their names"
            " and addresses off their mailing lists. It takes about three months to work,"
            " because a lot of post is prepared long before it’s sent."
        ),
        stops=_("Advertising by post"),
    ),
}
CALLS_AFTER = timedelta(days=28)
"""A number is off limits once it has been on the list so long: the Privacy and Electronic
Communications Regulations 2003, regulation 21(3)."""
MAIL_AFTER_MONTHS = 3
"""Calendar months, as the Mail Preference Service itself says."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A customer's registration with a preference service, as they told us.

    `changed` has an entry for each contact of theirs that it does not cover: the last digits of a
    number, or an empty text for a post address.
    """

    service: PreferenceService
    registered_on: date
    changed: tuple[str, ...] = ()

    @property
    def works_on(self) -> date:
        """The day from which the registration should have taken effect."""
        return works_on(self.service, self.registered_on)

    @property
    def about(self) -> About:
        """The description of the service on pages."""
        return SERVICES[self.service]

    @property
    def reminder(self) -> str:
        """Return why they should register again; empty where they need not."""
        if not self.changed:
            return ""
        if self.service is PreferenceService.MAIL:
            return _("Your name or address has changed since you registered.")
        return CAME_LATER[len(self.changed) > 1].format(endings=" and ".join(self.changed))


def works_on(service: PreferenceService, registered_on: date) -> date:
    """Return the day a registration takes effect with a preference service."""
    if service is PreferenceService.TELEPHONE:
        return registered_on + CALLS_AFTER
    return add_months(registered_on, MAIL_AFTER_MONTHS)


def registered_by(service: PreferenceService, details: Details) -> dict[str, str]:
    """Return what of somebody a service is about: each spelling, with how a page shows it.

    Numbers for the telephone service; name and address together for the mail service. Empty where
    there is none.
    """
    if service is PreferenceService.TELEPHONE:
        return {one.spelled: one.shown for one in numbers_of(details)}
    address = spell_address(details.address_line_1, details.postcode)
    name = " ".join(details.full_name.casefold().split())
    shown = f"{details.full_name}, {details.address_line_1}, {details.postcode}"
    return {f"{name}|{address}": shown} if address else {}
