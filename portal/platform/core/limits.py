"""How often somebody may do a thing: counted by each process, or in a Redis that they share."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from portal.platform.core.clock import utc_clock
from portal.platform.core.log import get_logger

if TYPE_CHECKING:
    from redis import ConnectionPool

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

    In memory one thread counts at a time: of two at once the library's storage may start its
    tidying thread twice, which fails. What that thread does by itself has the library's own locks.
    """

    def __init__(self, url: str = "", times: int = 1) -> None:
        self._url = url
        self._times = times
        self._lock = threading.RLock()
        self._gate: AbstractContextManager[object] = nullcontext() if url else self._lock
        self._window: MovingWindowRateLimiter | None = None
        self._connections: ConnectionPool | None = None
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
        connections = _connections_to(self._url)
        storage = _shared_storage(connections)
        try:
            storage.get_connection().ping()
        except storage.base_exceptions as error:
            kind = type(error).__name__
            return TROUBLES.get(kind, f"does not answer ({kind})")
        finally:
            connections.disconnect()
        return ""

    def close(self) -> None:
        """Let go of the connections."""
        if self._connections is not None:
            self._connections.disconnect()

    def _open(self) -> MovingWindowRateLimiter:
        """Make the storage when it is first needed: only the web counts, after it has forked."""
        with self._lock:
            if self._window is None:
                self._window = MovingWindowRateLimiter(self._open_storage())
            return self._window

    def _open_storage(self) -> MemoryStorage | RedisStorage:
        if not self._url:
            return MemoryStorage()
        self._connections = _connections_to(self._url)
        return _shared_storage(self._connections)

    def _do_without(self, now: float, error: Exception) -> None:
        with self._lock:
            self._away_until = now + PAUSE_SECONDS
            is_said = now < self._quiet_until
            if not is_said:
                self._quiet_until = now + QUIET_SECONDS
        if not is_said:
            log.warning("limits-unreachable", error=type(error).__name__)


def _connections_to(url: str) -> ConnectionPool:
    """Return connections to a Redis, each made when it is first needed."""
    from redis import ConnectionPool  # noqa: PLC0415  # 5 MiB that a count in memory does without

    return ConnectionPool.from_url(
        url, socket_connect_timeout=PATIENCE_SECONDS, socket_timeout=PATIENCE_SECONDS
    )


def _shared_storage(connections: ConnectionPool) -> RedisStorage:
    return RedisStorage("redis://", connections, key_prefix=PREFIX, wrap_exceptions=True)
