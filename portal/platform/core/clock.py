"""The one place that asks what time it is."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from portal.platform.core.texts import _n

LONDON = ZoneInfo("Europe/London")
EVER = datetime.min.replace(tzinfo=UTC)
"""Before anything happened."""
_NOON = 12
_NAMED = {0: "midnight", _NOON: "midday"}


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


def spell_weekday(day: date) -> str:
    """Spell a day that is near as people read it, with its weekday: Friday 5 June."""
    return f"{day:%A} {day.day} {day:%B}"


def spell_minute(moment: datetime) -> str:
    """Spell the minute by which an aware moment has come, as a clock in London: 4:32pm."""
    return _spell_time((moment + timedelta(seconds=59)).astimezone(LONDON))


def spell_moment(moment: datetime) -> str:
    """Spell an aware moment as customers in London read it: 5 June 2026 at 6:04pm."""
    local = moment.astimezone(LONDON)
    return f"{spell_day(local.date())} at {_spell_time(local)}"


def spell_desk_moment(moment: datetime) -> str:
    """Spell an aware moment as colleagues in London read it: 5 June 2026 at 18:04."""
    local = moment.astimezone(LONDON)
    return f"{spell_day(local.date())} at {local:%H:%M}"


def _spell_time(local: datetime) -> str:
    """Spell a time of day; 12pm and 12am are misread, so they are midday and midnight."""
    if local.minute == 0 and local.hour in _NAMED:
        return _NAMED[local.hour]
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < _NOON else 'pm'}"


def spell_length(length: timedelta) -> str:
    """Spell a length of time: minutes below an hour, hours below two days, years where even."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:  # noqa: PLR2004  # an hour
        return _n("{number} minute", "{number} minutes", minutes)
    hours = minutes // 60
    if hours < 48:  # noqa: PLR2004  # two days
        return _n("{number} hour", "{number} hours", hours)
    if length.days % 365 == 0:
        return _n("{number} year", "{number} years", length.days // 365)
    return _n("{number} day", "{number} days", length.days)
