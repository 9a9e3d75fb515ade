"""Calendar months and working days, and by when the law wants an answer."""

import calendar
from datetime import date, timedelta
from functools import cache

from holidays import country_holidays

SATURDAY = 5


def due_date(received_on: date) -> date:
    """Return the last day to answer: one calendar month on, then the next working day.

    The same date of the next month, or that month's last day where there is none (UK GDPR,
    article 12(3), and the regulator's way of counting).
    """
    day = add_months(received_on, 1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_months(day: date, months: int) -> date:
    """Return the same date so many months on, or that month's last day where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_working_day(day: date) -> bool:
    """Tell whether a day is one: no Saturday, Sunday or bank holiday of England and Wales."""
    return day.weekday() < SATURDAY and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))
