"""Forms of the directories room: shape only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from portal.consent.directories.rules import (
    AT,
    BOXES,
    LISTINGS,
    Boxes,
    Entries,
    Listing,
    Number,
    box_value,
    number_of,
)
from portal.platform.core.texts import _
from portal.platform.web.fields import line, offer, tick_boxes
from portal.platform.web.forms import MergedForm

COVERED, NAMED = "covered", "named"
"""What a form says somebody has registered, line by line: as it is spelled, and as it is shown."""

EARLIEST = date(1995, 1, 1)
"""There was no telephone list before; an earlier day is a slip of the keys."""


class EntriesForm(MergedForm):
    """A box for each directory of each number; an unticked one is a no."""

    entries = tick_boxes(
        _("Directories"), {}, wrong=_("Choose only from the directories on this page")
    )

    def offer(self, numbers: Iterable[Number]) -> None:
        """Offer a box for each listing of the customer's present numbers."""
        values = ((one, listing) for one in numbers for listing in Listing)
        boxes = {box_value(one.spelled, listing): LISTINGS[listing] for one, listing in values}
        offer(self.entries, boxes)

    def show(self, entries: Entries, ticked: Boxes, at: datetime) -> None:
        """Tick boxes, on a form that notes the saved entries it is made from."""
        self.entries.data = sorted(ticked)
        words = " ".join(sorted(entries.boxes))
        self.carry(entries.version, {BOXES: words, AT: at.isoformat()})

    @property
    def ticked(self) -> Boxes:
        """Return the boxes as they were sent."""
        return frozenset(self.entries.data or [])

    def let_go(self, numbers: Iterable[Number]) -> None:
        """Leave out boxes of numbers that left the profile, if nobody touched them on this form."""
        kept = {one.spelled for one in numbers}
        then = self.read_made_from().words(BOXES) or frozenset()
        self.entries.data = [
            box for box in self.ticked if box not in then or number_of(box) in kept
        ]


class EnrolmentForm(MergedForm):
    """When somebody registered with a preference service, and what: it carries what it showed."""

    day = line(_("Day"), 10, called=_("the day you registered"), inputmode="numeric")
    month = line(_("Month"), 10, called=_("the month you registered"), inputmode="numeric")
    year = line(_("Year"), 10, called=_("the year you registered"), inputmode="numeric")

    def take_along(self, version: int, registered: Mapping[str, str]) -> None:
        """Take along what the page shows as registered: each spelling, with how it is shown."""
        lines = {COVERED: registered, NAMED: registered.values()}
        self.carry(version, {name: "\n".join(values) for name, values in lines.items()})

    def read_registered(self) -> dict[str, str]:
        """Return what the page showed as registered; nothing where it does not say."""
        values = self.read_made_from().values
        spelled, named = (values.get(name, "").splitlines() for name in (COVERED, NAMED))
        return dict(zip(spelled, named, strict=False))

    def fill(self, day: date) -> None:
        """Fill in a day."""
        parts = zip((self.day, self.month, self.year), (day.day, day.month, day.year), strict=True)
        for field, value in parts:
            field.data = str(value)

    def read(self, today: date) -> date | None:
        """Return the day that was typed; if it is invalid None, with an error beside the field."""
        typed = [field.data or "" for field in (self.day, self.month, self.year)]
        try:
            return read_day(typed, today)
        except ValueError as error:
            self.say("day", error.args[0])
            return None


def read_day(typed: Sequence[str], today: date) -> date:
    """Return the date of a typed day, month and year; raises `ValueError` with an error to show."""
    if not all(part.isascii() and part.isdigit() for part in typed):
        raise ValueError(_("Enter the date you registered, like 23 11 2026"))
    try:
        day, month, year = (int(part) for part in typed)
        found = date(year, month, day)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            _("The date you registered must be a real date, like 23 11 2026")
        ) from error
    if found > today:
        raise ValueError(_("The date you registered must be today or in the past"))
    if found < EARLIEST:
        raise ValueError(_("The date you registered must be in 1995 or after"))
    return found
