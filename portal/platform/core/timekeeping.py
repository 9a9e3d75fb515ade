"""Whether our clock can be right: asked before anything that cannot be undone.

PostgreSQL has a clock of its own. Where both databases are files there is less to compare with:
the clock of the file system, which may be another machine's, and how long this machine has been
running, which tells of a clock that was set anew under the program.
"""

import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, func, select

from portal.platform.core.clock import Clock

SERVER, TRAIL = "database", "audit trail"
"""Names: of a clock that several machines have in common, and of what tells but the least."""
MOST_ASTRAY = timedelta(minutes=1)
RUNNING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux counts the time that the machine slept as well; not every system does."""

Reference = Callable[[], datetime | None]
"""Another clock; None when it cannot tell just now."""


@dataclass(frozen=True, slots=True)
class Astray:
    """By how many seconds our clock is ahead (or, below zero, behind), and of what."""

    of: str
    seconds: int


def spell_fault(fault: Astray) -> str:
    """Say what is wrong, and that nothing was done."""
    way = "ahead of" if fault.seconds > 0 else "behind"
    return (
        f"This machine's clock is {abs(fault.seconds)} seconds {way} the {fault.of}."
        " Put it right first: nothing was done that cannot be undone"
    )


class Timekeeper:
    """Compares our clock with others."""

    def __init__(self, clock: Clock, references: Mapping[str, Reference]) -> None:
        self._clock, self._references = clock, references

    def find_fault(self, newest: datetime | None) -> Astray | None:
        """Return by how much our clock is wrong; None where nothing says so.

        `newest` is when the newest thing that we know of happened. That we are ahead of it says
        nothing: perhaps nothing has happened since.
        """
        for name, reference in self._references.items():
            moment = reference()
            if moment is not None and abs(self._clock() - moment) > MOST_ASTRAY:
                return Astray(name, round((self._clock() - moment).total_seconds()))
        now = self._clock()
        if newest is not None and newest - now > MOST_ASTRAY:
            return Astray(TRAIL, round((now - newest).total_seconds()))
        return None

    def tell(self, newest: datetime | None) -> tuple[datetime | None, Astray | None]:
        """Return what time it is, for what another machine does when its time has come.

        By our clock, or by the first other one that it is more than a minute from: then by how
        much it is wrong. No moment where nobody can tell: something is newer than now, and no
        server says who is right.
        """
        now, fault = self._clock(), self.find_fault(newest)
        if fault is None or (fault.of == TRAIL and SERVER in self._references):
            return now, None
        if fault.of == TRAIL:
            return None, fault
        return now - timedelta(seconds=fault.seconds), fault


def list_references(engines: Sequence[Engine], clock: Clock) -> dict[str, Reference]:
    """Return what our clock can be compared with, by name: the first PostgreSQL, or what there is.

    It is begun when the program starts.
    """
    for engine in engines:
        if engine.dialect.name == "postgresql":
            return {SERVER: partial(_ask_database, engine)}
    folder = Path(engines[0].url.database or ".").parent
    return {"file system": lambda: _ask_files(folder), "running time": _count_from(clock())}


def _ask_database(engine: Engine) -> datetime | None:
    with engine.execution_options(reading=True, postgresql_readonly=True).connect() as connection:
        moment: datetime | None = connection.scalar(select(func.clock_timestamp()))
    return moment


def _ask_files(folder: Path) -> datetime | None:
    """Make a file that goes at once, and read off it what time it is for the file system."""
    with suppress(OSError), tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"\n")
        file.flush()
        return datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    return None


def _count_from(start: datetime) -> Reference:
    begun = time.clock_gettime(RUNNING)
    return lambda: start + timedelta(seconds=time.clock_gettime(RUNNING) - begun)
