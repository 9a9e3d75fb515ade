"""The one place that asks what time it is."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Clock(Protocol):
    """Tells the time; tests pass a clock that they can move."""

    def __call__(self) -> datetime: ...


def utc_clock() -> datetime:
    """Return the present moment: aware, UTC."""
    return datetime.now(UTC)


def london_day(moment: datetime) -> date:
    """Return the day it is in London at an aware moment: the day that letters and the law count."""
    return moment.astimezone(LONDON).date()
