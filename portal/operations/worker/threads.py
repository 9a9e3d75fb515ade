"""Jobs in threads of their own, woken when there is something to do.

One query a second asks for all of them, in one transaction that only reads. A job that hangs blocks
its own thread, and no other.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from portal.platform.core.errors import BeingRestoredError
from portal.platform.core.log import get_logger
from portal.platform.core.work import Work

log = get_logger(__name__)

PAUSE_SECONDS = 1.0
TROUBLE_SECONDS = 5.0
"""Between looks, while the database does not answer."""
LAST_SECONDS = 25.0
"""How long all jobs have to end what they are at, when they are told to stop."""


@dataclass(frozen=True)
class Job:
    """A job with a cheap query that tells whether there is something to do."""

    name: str
    do: Callable[[], None]
    waits: Callable[[Work], bool]
    wanted: threading.Event = field(default_factory=threading.Event)

    def do_now(self) -> None:
        """Run it; an error is logged and ends nothing. During a restore it is put off."""
        try:
            self.do()
        except BeingRestoredError:
            log.info("job-put-off", job=self.name)
        except Exception as error:  # the last resort: log it, go on
            log.exception("job-failed", job=self.name, exc_info=error)


class Rounds:
    """Looks for what there is to do, and wakes the jobs."""

    def __init__(
        self, jobs: Sequence[Job], reading: Callable[[], AbstractContextManager[Work]]
    ) -> None:
        self._jobs, self._reading = jobs, reading

    def run(self, stop: threading.Event, check: Callable[[], bool]) -> None:
        """Loop until `stop` is set.

        `check` is called before each look: it tells whether to look now, and may set `stop`.
        """
        threads = [
            threading.Thread(target=self._attend, args=(job, stop), name=job.name, daemon=True)
            for job in self._jobs
        ]
        for thread in threads:
            thread.start()
        while not stop.is_set():
            goes_well = self.look() if check() else True
            stop.wait(PAUSE_SECONDS if goes_well else TROUBLE_SECONDS)
        for job in self._jobs:
            job.wanted.set()
        ends = time.monotonic() + LAST_SECONDS
        for thread in threads:
            thread.join(max(0, ends - time.monotonic()))

    def look(self) -> bool:
        """Wake every job that has something to do; False where the database did not answer.

        Then all are woken, so that a look that fails for one stops no other.
        """
        idle = [job for job in self._jobs if not job.wanted.is_set()]
        try:
            with self._reading() as work:
                wanted = [job for job in idle if job.waits(work)]
        except Exception as error:  # the last resort: log it, go on
            log.exception("look-failed", exc_info=error)
            for job in idle:
                job.wanted.set()
            return False
        for job in wanted:
            job.wanted.set()
        return True

    def _attend(self, job: Job, stop: threading.Event) -> None:
        while not stop.is_set():
            job.wanted.wait()
            if not stop.is_set():
                job.do_now()
                job.wanted.clear()
