"""When a request that a colleague enters can have come."""

from datetime import date, datetime, timedelta

from portal.platform.core.clock import day_begins, london_day

OLDEST = timedelta(days=365)
"""How long ago it can have come: an older one is entered with the day it was found."""
NOON = timedelta(hours=12)


def find_moment(received_on: date, now: datetime) -> datetime:
    """Return when something came of which only the day is known: at noon, and not after now.

    The day is what the last day to answer is reckoned from; the moment says whose an address was.
    """
    return now if received_on == london_day(now) else min(day_begins(received_on) + NOON, now)


def may_have_come(received_on: date, today: date) -> bool:
    """Tell whether a request can have come on a day: not in the future, nor too long ago."""
    return today - OLDEST <= received_on <= today
