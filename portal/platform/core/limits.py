"""How often somebody may do a thing: counted by each process, or in a Redis that they share."""

import threading
from collections import defaultdict
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from portal.platform.core.clock import utc_clock
from portal.platform.core.log import get_logger

log = get_logger(__name__)
PREFIX = "portal"
"""What every name in a shared Redis begins with."""
PATIENCE_SECONDS = 0.25
"""For connecting, and for each answer."""
PAUSE_SECONDS = 5
"""How long a Redis that failed is not asked again."""
TURNED_AWAY = "turns us away: user or password is not right"
TROUBLES = {
    "AuthenticationError": TURNED_AWAY,
    "NoPermissionError": TURNED_AWAY,
    "ResponseError": "does not understand us: it is no Redis, or has no such number",
    "InvalidResponse": "does not understand us: it is no Redis",
}
"""What is said of a Redis by the name of its client's error; of all others that it is silent."""
QUIET_SECONDS = 60
"""How long nothing more is said of it in the log."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within so long; whole seconds."""

    most: int
    within: timedelta


class RateLimiter:
    """Counts in a moving window, so that no stretch of time ever holds more than was said.

    A window that stands still would let twice as many through around its edge. Both storages
    look and count in one step. When a Redis does not answer, everybody may go on.
    """

    def __init__(self, url: str = "", times: int = 1) -> None:
        self._url = url
        self._times = times
        self._lock = threading.RLock()
        self._gate: AbstractContextManager[object] = nullcontext() if url else self._lock
        self._window: MovingWindowRateLimiter | None = None
        self._away_until = self._quiet_until = 0.0

    def count(self, what: str, limit: Limit, who: str) -> int:
        """Count one more; return 0, or in how many whole seconds there is room for it.

        What is refused is not counted. The time is the system's, which the library goes by.
        """
        now = utc_clock().timestamp()
        if now < self._away_until:
            return 0
        seconds = int(limit.within.total_seconds())
        item = RateLimitItemPerSecond(limit.most * self._times, seconds, what)
        try:
            window = self._open()
            with self._gate:
                if window.hit(item, who):
                    return 0
                end = window.get_window_stats(item, who).reset_time
        except StorageError as error:
            self._do_without(now, error.storage_error)
            return 0
        return max(0, int(end - now)) + 1  # at the very end of the window it still counts

    def find_trouble(self) -> str:
        """Ask the shared Redis whether it counts for us; return what is wrong, or "".

        The words name the kind of trouble, never the address, which holds a password.
        """
        if not self._url:
            return ""
        storage = _shared_storage(self._url)
        try:
            with closing(storage.storage) as server:
                server.ping()
        except storage.base_exceptions as error:
            kind = type(error).__name__
            return TROUBLES.get(kind, f"does not answer ({kind})")
        return ""

    def close(self) -> None:
        """Let go of the connections."""
        storage = self._window.storage if self._window else None
        if isinstance(storage, RedisStorage):
            storage.storage.close()

    def _open(self) -> MovingWindowRateLimiter:
        """Make the storage when it is first needed: only the web counts, after it has forked."""
        with self._lock:
            if self._window is None:
                storage = _shared_storage(self._url) if self._url else self._own_storage()
                self._window = MovingWindowRateLimiter(storage)
            return self._window

    def _own_storage(self) -> MemoryStorage:
        """Return a storage in memory that one thread at a time may use.

        The library's own locks, one a name, come and go with the names, and what it starts to
        tidy up has none: two threads may miss each other's counts, or start it twice and fail.
        """
        storage = MemoryStorage()
        storage.locks = defaultdict(lambda: self._lock)
        return storage

    def _do_without(self, now: float, error: Exception) -> None:
        with self._lock:
            self._away_until = now + PAUSE_SECONDS
            is_said = now < self._quiet_until
            if not is_said:
                self._quiet_until = now + QUIET_SECONDS
        if not is_said:
            log.warning("limits-unreachable", error=type(error).__name__)


def _shared_storage(url: str) -> RedisStorage:
    return RedisStorage(
        url,
        wrap_exceptions=True,
        key_prefix=PREFIX,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
    )
