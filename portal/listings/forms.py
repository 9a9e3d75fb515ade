"""Forms of the listings room: shape only."""

from collections.abc import Iterable
from datetime import date

from portal.listings.rules import (
    LISTINGS,
    Entries,
    Listed,
    Listing,
    Number,
    read_day,
    settle,
)
from portal.web.fields import line, offer, tick_boxes
from portal.web.forms import Form, VersionedForm


class EntriesForm(VersionedForm):
    """A box for each directory of each number; one that is not ticked is a no."""

    entries = tick_boxes("Directories", {})

    def offer(self, numbers: Iterable[Number]) -> None:
        """Offer what can be chosen for the numbers of today."""
        values = ((one, listing) for one in numbers for listing in Listing)
        offer(self.entries, {box_value(one, listing): LISTINGS[listing] for one, listing in values})

    def fill(self, entries: Entries) -> None:
        """Show what is kept today."""
        self.version.data = str(entries.version)
        self.entries.data = [
            f"{number}:{listing}" for number, one in entries.by_number.items() for listing in one.on
        ]

    def wanted(self) -> dict[str, Listed]:
        """Return what was ticked, for each number that anything was ticked for."""
        found: dict[str, Listed] = {}
        for value in self.entries.data or []:
            number, _, listing = value.rpartition(":")
            if listing in LISTINGS:
                found[number] = found.get(number, frozenset()) | {Listing(listing)}
        return found

    def without_entry(self, numbers: Iterable[Number]) -> list[str]:
        """Return the numbers that are to be searched though no directory has them."""
        wanted = self.wanted()
        ticked = ((one.shown, wanted.get(one.spelled, frozenset())) for one in numbers)
        return [shown for shown, listed in ticked if settle(listed) != listed]


class EnrolmentForm(Form):
    """When somebody registered with a preference service."""

    day = line("Day", 10, inputmode="numeric")
    month = line("Month", 10, inputmode="numeric")
    year = line("Year", 10, inputmode="numeric")

    def fill(self, day: date) -> None:
        """Begin with a day."""
        parts = zip((self.day, self.month, self.year), (day.day, day.month, day.year), strict=True)
        for field, value in parts:
            field.data = str(value)

    def read(self, today: date) -> date | None:
        """Return the day that was typed; where it is none, say so and return None."""
        typed = [field.data or "" for field in (self.day, self.month, self.year)]
        try:
            return read_day(typed, today)
        except ValueError as error:
            self.say("day", str(error))
            return None


def box_value(number: Number, listing: Listing) -> str:
    """Return the value of a box: it names the number itself, so that no other is ever meant."""
    return f"{number.spelled}:{listing}"
