"""The one place that asks what time it is."""

from datetime import UTC, date, datetime, time, timedelta
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
    """Return the day it is in London at an aware moment: the day that emails and the law count."""
    return moment.astimezone(LONDON).date()


def day_begins(day: date) -> datetime:
    """Return the moment at which a day begins in London."""
    return datetime.combine(day, time.min, LONDON)


def spell_day(day: date) -> str:
    """Spell a day as people read it: 5 June 2026."""
    return f"{day.day} {day:%B %Y}"


def spell_minute(moment: datetime) -> str:
    """Spell the minute by which an aware moment has come, as a clock in London: 4:32pm."""
    local = (moment + timedelta(seconds=59)).astimezone(LONDON)
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004


def spell_moment(moment: datetime) -> str:
    """Spell an aware moment as people in London read it: 5 June 2026 at 18:04."""
    local = moment.astimezone(LONDON)
    return f"{spell_day(local.date())} at {local:%H:%M}"
