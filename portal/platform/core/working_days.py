"""Calendar months and working days."""

import calendar
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.metadata import version

from holidays import country_holidays

SATURDAY = 5
LIBRARY = "holidays"
RELEASE, RELEASED_ON = "0.108", date(2026, 11, 2)
"""The release of the library that is pinned, and the day it came out: change both together."""
FRESH = timedelta(days=365)
"""How long a release is trusted: a bank holiday may be proclaimed at short notice."""


class Nation(StrEnum):
    """Whose bank holidays are no working days."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"

    @property
    def label(self) -> str:
        """What people call it."""
        return self.value.replace("-", " ").title().replace("And", "and")


SUBDIVISIONS = {
    Nation.ENGLAND_AND_WALES: ("ENG", "WLS"),
    Nation.SCOTLAND: ("SCT",),
    Nation.NORTHERN_IRELAND: ("NIR",),
}
"""What the library calls them (ISO 3166-2)."""


def add_months(day: date, months: int) -> date:
    """Return the same date so many months on, or that month's last day where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def next_working_day(day: date, nation: Nation) -> date:
    """Return a day if it is a working day in a nation, or the first one after it."""
    while not is_working_day(day, nation):
        day += timedelta(days=1)
    return day


def is_working_day(day: date, nation: Nation) -> bool:
    """Tell whether a day is one: no Saturday, Sunday or bank holiday of a nation."""
    return day.weekday() < SATURDAY and day not in _bank_holidays(nation, day.year)


def is_library_old(today: date, installed: str | None = None) -> bool:
    """Tell whether the bank holidays may lack a proclaimed day.

    So it is when the release is older than a year, or another than the one whose day we know.
    """
    return (installed or version(LIBRARY)) != RELEASE or today - RELEASED_ON > FRESH


@cache
def _bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    parts = SUBDIVISIONS[nation]
    return frozenset(day for one in parts for day in country_holidays("GB", one, years=year))
