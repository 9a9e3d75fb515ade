"""Slots for slow hashes: as many at once as there are cores, over all processes."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE = 5.0
"""Seconds. Nobody waits that long, unless a process died that held a slot."""


class HashingSlots:
    """Taken before a slow hash; shared by threads, and by processes forked after it was made.

    More hashes at once than cores are no quicker: they throw each other's memory out of the
    caches, and take it. A slot whose process died comes back by itself: whoever waited for it in
    vain goes on, and gives one back.
    """

    def __init__(self, count: int | None = None, patience: float = PATIENCE) -> None:
        self._free = multiprocessing.get_context("fork").BoundedSemaphore(count or count_cores())
        self._patience = patience

    @property
    def free(self) -> int:
        """How many slots are free at this moment."""
        return int(self._free.get_value())

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a slot, and hold it for as long as the block lasts."""
        self._free.acquire(timeout=self._patience)
        try:
            yield
        finally:
            with suppress(ValueError):  # all were back already
                self._free.release()


def count_cores() -> int:
    """Return how many cores this process may use; not every system can tell."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
