"""Take a whole database out into one file, and put it back.

SQLite by its own online copy; PostgreSQL by its own programs.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from portal import pg_programs
from portal.kernel.database import truncate_journal
from portal.pg_address import CopyError

TRIES = 20
"""How often SQLite asks for a database that somebody else is writing to."""


def check_taking(engine: Engine, tools: str) -> None:
    """Look whether a copy can be made of this very database; raises `CopyError`."""
    if engine.dialect.name == "postgresql":
        pg_programs.check(engine, "pg_dump", tools)


def check_putting(engine: Engine, tools: str) -> None:
    """Look whether a copy can take the place of this very database; raises `CopyError`."""
    if engine.dialect.name == "postgresql":
        pg_programs.refuse_stranger(engine)
        pg_programs.check(engine, "pg_restore", tools)


def take_out(engine: Engine, file: Path, tools: str) -> None:
    """Write a database, as it is at one moment, into a file that is there and empty.

    Others read and write meanwhile. `tools` is the folder with PostgreSQL's programs, or empty
    for the PATH. Raises `CopyError`.
    """
    if engine.dialect.name == "sqlite":
        _take_sqlite(engine, file)
        return
    with pg_programs.dumping(engine, tools) as stream, file.open("wb") as copy:
        shutil.copyfileobj(stream, copy)


def put_back(engine: Engine, file: Path, tools: str) -> None:
    """Replace what a database holds by what a file holds, all of it or nothing.

    On SQLite other connections stay valid. Raises `CopyError`.
    """
    if engine.dialect.name == "sqlite":
        _put_sqlite(engine, file)
        return
    with file.open("rb") as stream:
        pg_programs.restore(engine, stream, tools)


def empty(engine: Engine) -> None:
    """Drop what is in a PostgreSQL database: before a copy of another schema is put back."""
    pg_programs.empty(engine)


def _take_sqlite(engine: Engine, file: Path) -> None:
    with (
        _translated(file),
        closing(engine.raw_connection()) as live,
        closing(sqlite3.connect(file)) as copy,
    ):
        _drive(live.driver_connection).backup(copy, progress=_patience(file))
        copy.execute("PRAGMA journal_mode=DELETE")  # or the copy has a journal beside it
        found = copy.execute("PRAGMA integrity_check").fetchall()
    if found != [("ok",)]:
        raise CopyError(f"{file.name} is not sound: the database has a fault")


def _put_sqlite(engine: Engine, file: Path) -> None:
    address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
    with (
        _translated(file),
        closing(sqlite3.connect(address, uri=True)) as copy,
        closing(engine.raw_connection()) as live,
    ):
        copy.backup(_drive(live.driver_connection), progress=_patience(file))
    truncate_journal(engine)


@contextmanager
def _translated(file: Path) -> Iterator[None]:
    """Say in our words what SQLite refuses; it has taken back by then what it had begun."""
    try:
        yield
    except sqlite3.Error as fault:
        raise CopyError(f"{file.name}: {type(fault).__name__}", is_unchanged=True) from None


def _drive(connection: object) -> sqlite3.Connection:
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError("Not a connection to SQLite")
    return connection


def _patience(file: Path) -> Callable[[int, int, int], None]:
    """Return what ends a copy that waits for ever; sqlite3 itself does not."""
    tries = 0

    def wait(status: int, remaining: int, total: int) -> None:
        nonlocal tries
        del remaining, total
        tries += status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        if tries > TRIES:
            raise CopyError(
                f"{file.name}: the database is in use. Stop what writes to it", is_unchanged=True
            )

    return wait
