"""By when the law wants an answer, counted as one counts on a calendar: day by day, slowly.

It shares nothing with what the portal reckons by but the list of bank holidays.
"""

from datetime import date, timedelta
from functools import cache

from holidays import country_holidays

ONE_DAY = timedelta(days=1)
NATIONS = ("ENG", "SCT", "NIR")
"""England (as Wales), Scotland, Northern Ireland (ISO 3166-2)."""


def count_month(day: date) -> date:
    """Go on day by day to the same date of the next month, or to that month's last day."""
    later = day + ONE_DAY
    while later.month == day.month:
        later += ONE_DAY
    while later.day != day.day:
        if (later + ONE_DAY).month != later.month:
            return later
        later += ONE_DAY
    return later


def count_months(day: date, months: int) -> date:
    """Go on so many months from a day; the date is that of the day where a month has it."""
    month = day.replace(day=1)
    for _one in range(months):
        month = count_month(month)
    last = month
    while last.day < day.day and (last + ONE_DAY).month == month.month:
        last += ONE_DAY
    return last


def count_on(day: date, days: int) -> date:
    """Go on so many days."""
    for _one in range(days):
        day += ONE_DAY
    return day


def is_free(day: date, nation: str) -> bool:
    """Tell whether nobody works on a day."""
    return day.strftime("%A") in {"Saturday", "Sunday"} or day in _holidays(nation, day.year)


def count_to_work(day: date, nation: str) -> date:
    """Go on to the next day on which somebody works, if nobody does on this one."""
    while is_free(day, nation):
        day += ONE_DAY
    return day


def count_due(begun: date, nation: str, *, paused_days: int = 0, is_extended: bool = False) -> date:
    """Count the last day to answer: months, then the days that we waited, then to a working day."""
    months = 3 if is_extended else 1
    return count_to_work(count_on(count_months(begun, months), paused_days), nation)


def count_wrongly(begun: date, nation: str, paused_days: int) -> date:
    """Count as a well-known tool does: a pause is added to a day that was moved already."""
    moved = count_to_work(count_months(begun, 1), nation)
    return count_to_work(count_on(moved, paused_days), nation)


@cache
def _holidays(nation: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays("GB", nation, years=year))
