"""Calendar months and working days, and by when the law wants an answer."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.metadata import version

from holidays import country_holidays

from portal.platform.core.clock import spell_day
from portal.platform.core.texts import _, _n

SATURDAY = 5
WROTE = _("You wrote. The law gives us one month: until {day}.")
WROTE_AGAIN = _(
    "You wrote again, so the month starts again. The law gives us one month: until {day}."
)
LAST_DAY = _("This is our last day to answer.")
ON_SATURDAY = _(
    "This is our last day to answer. {day} is a Saturday, so it’s the next working day."
)
ON_SUNDAY = _("This is our last day to answer. {day} is a Sunday, so it’s the next working day.")
ON_HOLIDAY = _(
    "This is our last day to answer. {day} is a bank holiday, so it’s the next working day."
)
"""Why the last day to answer is the day it is."""
WEEKEND = {SATURDAY: ON_SATURDAY, SATURDAY + 1: ON_SUNDAY}
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


class DeadlineEvent(StrEnum):
    """What moves the day by which somebody must have an answer."""

    ASKED = "asked"
    """We asked them what they mean, and wait."""
    WROTE = "wrote"
    """They answered, or wrote more."""
    CLOSED = "closed"


def due_date(received_on: date, nation: Nation, paused: timedelta = timedelta()) -> date:
    """Return the last day to answer: one calendar month on, then the next working day.

    The same date of the next month, or that month's last day where there is none (UK GDPR,
    article 12(3), and the regulator's way of counting). Days for which we waited are added to
    that date before it is moved to a working day (UK GDPR, article 12A).
    """
    day = add_months(received_on, 1) + paused
    while not is_working_day(day, nation):
        day += timedelta(days=1)
    return day


Events = Iterable[tuple[DeadlineEvent, date]]


def due_after(received_on: date, events: Events, nation: Nation) -> date:
    """Return the last day to answer after all turns so far, oldest first; they wrote the last.

    The month pauses between our question and their answer. It begins anew with what they write once
    their request was closed, or was due: no day that is past is promised.
    """
    begun_on, pauses = _count(received_on, events, nation)
    return due_date(begun_on, nation, _total(pauses))


@dataclass(frozen=True, slots=True)
class DueReason:
    """One step of why the last day to answer is the day it is, and on which days."""

    from_day: date
    to_day: date
    text: str


def explain_due(received_on: date, events: Events, nation: Nation) -> list[DueReason]:
    """Say in order how `due_after` came to its day: where the month began, pauses, the last day."""
    begun_on, pauses = _count(received_on, events, nation)
    month = add_months(begun_on, 1)
    plain, last = month + _total(pauses), due_date(begun_on, nation, _total(pauses))
    wrote = WROTE if begun_on == received_on else WROTE_AGAIN
    steps = [DueReason(begun_on, begun_on, wrote.format(day=spell_day(month)))]
    for start, end in pauses:
        days = (end - start).days
        text = _n(
            "We waited for your answer. That day doesn’t count.",
            "We waited for your answer. Those {number} days don’t count.",
            days,
        )
        steps.append(DueReason(start, end, text))
    if last == plain:
        return [*steps, DueReason(last, last, LAST_DAY)]
    why = WEEKEND.get(plain.weekday(), ON_HOLIDAY).format(day=spell_day(plain))
    return [*steps, DueReason(last, last, why)]


def _count(
    received_on: date, events: Events, nation: Nation
) -> tuple[date, list[tuple[date, date]]]:
    """Return when the month began that counts, and the days from and to which it was paused."""
    begun_on, pauses, asked_on, is_closed = received_on, list[tuple[date, date]](), None, False
    for event, day in events:
        if event is DeadlineEvent.ASKED:
            asked_on = asked_on or day
        elif event is DeadlineEvent.CLOSED:
            asked_on, is_closed = None, True
        else:
            if asked_on is not None and asked_on < day:
                pauses.append((asked_on, day))
            if is_closed or due_date(begun_on, nation, _total(pauses)) < day:
                begun_on, pauses = day, []
            asked_on, is_closed = None, False
    return begun_on, pauses


def _total(pauses: Iterable[tuple[date, date]]) -> timedelta:
    return sum((end - start for start, end in pauses), timedelta())


def add_months(day: date, months: int) -> date:
    """Return the same date so many months on, or that month's last day where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


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
