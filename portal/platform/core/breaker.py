"""A circuit breaker: a server that is away is left alone for a while, not asked again and again."""

from datetime import datetime, timedelta

from portal.platform.core.clock import Clock

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=5)
"""After the first try in vain, and at most; twice as long each time."""


class Breaker:
    """Open while a server is left alone; then one try decides.

    A clock that was set back opens nothing for longer: it closes.
    """

    def __init__(self, clock: Clock, longest: timedelta = LONGEST_PAUSE) -> None:
        self._clock, self._longest = clock, longest
        self._opened_at: datetime | None = None
        self.pause = timedelta()

    @property
    def is_open(self) -> bool:
        """Tell whether the server is to be left alone."""
        if self._opened_at is None:
            return False
        return self._opened_at <= self._clock() < self._opened_at + self.pause

    @property
    def was_away(self) -> bool:
        """Tell whether the last try was in vain."""
        return self._opened_at is not None

    def open(self, asked: timedelta = timedelta()) -> timedelta:
        """Leave the server alone, for as long as it asked where that is longer; return how long."""
        doubled = min(self.pause * 2, self._longest) if self.was_away else FIRST_PAUSE
        self.pause, self._opened_at = max(asked, doubled), self._clock()
        return self.pause

    def close(self) -> None:
        """Note that the server answers."""
        self._opened_at, self.pause = None, timedelta()
