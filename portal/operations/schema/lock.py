"""The lock of migrations: one at a time, on whichever machine; others wait."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, text

Report = Callable[[str], None]
LOCK = 7_266_184
"""PostgreSQL's advisory lock that migrations take; an arbitrary number that is ours."""
AGAIN_SECONDS = 0.5
WAITING = "waiting for another migration"


def take_lock(connection: Connection, report: Report) -> AbstractContextManager[None]:
    """Wait for the lock without limit; it ends with the block, or with the process."""
    if connection.dialect.name == "postgresql":
        return _lock_server(connection, report)
    file = (connection.engine.url.database or "").removeprefix("file:")
    return _lock_folder(Path(file).parent, report) if file else nullcontext()


@contextmanager
def _lock_server(connection: Connection, report: Report) -> Iterator[None]:
    """Poll for the lock: `CREATE INDEX CONCURRENTLY` would wait for a statement that waits."""
    mine = {"lock": LOCK}
    for turn in count():
        is_mine = connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), mine)
        connection.rollback()
        if is_mine:
            break
        if turn == 0:
            report(WAITING)
        time.sleep(AGAIN_SECONDS)
    try:
        yield
    finally:
        if not connection.invalidated:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), mine)
            connection.rollback()


@contextmanager
def _lock_folder(folder: Path, report: Report) -> Iterator[None]:
    """Lock the folder of a file: on the file itself SQLite has its own lock, and releases it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(WAITING)
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
