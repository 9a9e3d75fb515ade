"""Dump a whole database as a stream of bytes, and restore it from one.

PostgreSQL by its own programs, which stream. SQLite only reads and writes whole files: of the main
database an unpacked one exists for a moment in the database's own folder, the keyring's stays in
memory.
"""

import fcntl
import io
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import psycopg
from sqlalchemy import Engine, text

from portal.operations.backup import postgresql_database, postgresql_programs
from portal.operations.backup.packing import Fill
from portal.operations.backup.postgresql_address import BackupError, explain, read_address
from portal.operations.backup.row_counts import Counted, count_postgresql, count_sqlite
from portal.platform.core.database import opened_patiently, truncate_journal

TRIES = 20
"""How often SQLite asks for a database that somebody else is writing to."""
WORKSPACE = "copying-"
JOURNAL = slice(18, 20)
"""Where a file of SQLite says whether it has a write-ahead journal beside it: 1 says no."""
IN_USE = "The database is in use. Stop what writes to it"


def check_taking(engine: Engine, tools: str) -> None:
    """Check whether this database can be backed up; raises `BackupError`."""
    if engine.dialect.name == "postgresql":
        postgresql_programs.check(engine, "pg_dump", tools)


def check_putting(engine: Engine, tools: str) -> None:
    """Check whether a backup can replace this database; raises `BackupError`."""
    if engine.dialect.name == "postgresql":
        postgresql_database.refuse_stranger(engine)
        postgresql_programs.check(engine, "pg_restore", tools)


@contextmanager
def taken_out(engine: Engine, tools: str, *, is_secret: bool) -> Iterator[tuple[BinaryIO, Counted]]:
    """Yield the bytes of a database as of one moment, and its row counts at that moment.

    Others read and write meanwhile. `tools` is the folder with PostgreSQL's programs, or empty for
    the PATH; nothing secret is written to a disk meanwhile. Raises `BackupError`, also at the end.
    """
    if engine.dialect.name == "postgresql":
        with (
            _snapshot(engine) as (name, counted),
            postgresql_programs.dumping(engine, tools, f"--snapshot={name}") as stream,
        ):
            yield stream, counted
        return
    with _translated(), _taken_from_sqlite(engine, is_secret=is_secret) as (stream, counted):
        yield stream, counted


def put_back(engine: Engine, fill: Fill, tools: str, *, is_secret: bool) -> None:
    """Replace the contents of a database by a dump, all of it or nothing.

    On SQLite other connections stay valid. Raises `BackupError`.
    """
    if engine.dialect.name == "postgresql":
        postgresql_programs.restore(engine, fill, tools)
        return
    with (
        _translated(),
        opened_plain(engine, fill, is_secret=is_secret) as copy,
        _opened_sqlite(engine) as live,
    ):
        copy.backup(live, progress=_patience())
    truncate_journal(engine)


def empty(engine: Engine) -> None:
    """Drop all tables of a PostgreSQL database, before a backup of another schema is restored."""
    postgresql_database.empty(engine)


@contextmanager
def opened_plain(engine: Engine, fill: Fill, *, is_secret: bool) -> Iterator[sqlite3.Connection]:
    """Open an unpacked SQLite backup beside its database, or in memory where it is secret."""
    if is_secret:
        heap = io.BytesIO()
        fill(heap)
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(heap.getbuffer())
            yield copy
        return
    with _workspace(engine) as folder:
        file = folder / "copy.db"
        with file.open("wb") as target:
            fill(target)
        address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as copy:
            yield copy


@contextmanager
def _snapshot(engine: Engine) -> Iterator[tuple[str, Counted]]:
    """Export a snapshot of a PostgreSQL database; yield its name for pg_dump, and row counts.

    Counting a large table takes as long as it takes: neither the server nor we limit it.
    """
    with (
        opened_patiently(engine, postgresql_programs.LOCK_SECONDS) as patient,
        patient.execution_options(isolation_level="REPEATABLE READ").connect() as connection,
    ):
        name = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        driver = connection.connection.driver_connection
        if not isinstance(driver, psycopg.Connection):
            raise TypeError("Not a connection to PostgreSQL")
        try:
            counted = count_postgresql(driver)
        except psycopg.Error as fault:
            told = read_address(connection).mask(str(fault))
            raise BackupError(f"The rows cannot be counted: {told}") from None
        yield name, counted


@contextmanager
def _opened_sqlite(engine: Engine) -> Iterator[sqlite3.Connection]:
    with closing(engine.raw_connection()) as live:  # what it began is taken back at the end
        driver = live.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            raise TypeError("Not a connection to SQLite")
        yield driver


@contextmanager
def _taken_from_sqlite(engine: Engine, *, is_secret: bool) -> Iterator[tuple[BinaryIO, Counted]]:
    if is_secret:
        with _opened_sqlite(engine) as live:
            live.execute("BEGIN")  # what is counted and what is copied is of one moment
            counted, heap = count_sqlite(live), bytearray(live.serialize())
        heap[JOURNAL] = b"\x01\x01"
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(heap)
            _refuse_unsound(copy)
        yield io.BytesIO(heap), counted
        return
    with _workspace(engine) as folder:
        file = folder / "copy.db"
        with _opened_sqlite(engine) as live, closing(sqlite3.connect(file)) as copy:
            live.execute("BEGIN")
            counted = count_sqlite(live)
            live.backup(copy, progress=_patience())
            copy.execute("PRAGMA journal_mode=DELETE")  # or the copy has a journal beside it
            _refuse_unsound(copy)
        with file.open("rb") as stream:
            yield stream, counted


def _refuse_unsound(copy: sqlite3.Connection) -> None:
    if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise BackupError("The copy is not sound: the database has a fault")


@contextmanager
def _workspace(engine: Engine) -> Iterator[Path]:
    """Make a folder beside the database, and remove those that killed processes have left there.

    A folder in use is locked by its process; the lock ends with the process.
    """
    beside = Path(str(engine.url.database)).absolute().parent
    with ExitStack() as held:
        with _locked(beside, fcntl.LOCK_EX):
            for left in beside.glob(f"{WORKSPACE}*"):
                with suppress(OSError), _locked(left, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    shutil.rmtree(left)
            folder = Path(tempfile.mkdtemp(prefix=WORKSPACE, dir=beside))
            held.callback(shutil.rmtree, folder)
            held.enter_context(_locked(folder, fcntl.LOCK_EX))
        yield folder


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, how)
        yield
    finally:
        os.close(number)


@contextmanager
def _translated() -> Iterator[None]:
    """Translate SQLite's errors into `BackupError`; SQLite has rolled back by then."""
    try:
        yield
    except sqlite3.Error as fault:
        name = getattr(fault, "sqlite_errorname", type(fault).__name__)
        raise BackupError(f"SQLite says: {name}", is_unchanged=True) from None
    except OSError as fault:
        raise BackupError(explain(fault), is_unchanged=True) from None


def _patience() -> Callable[[int, int, int], None]:
    """Return a progress callback that ends a copy that waits for ever; sqlite3 itself does not."""
    tries = 0

    def wait(status: int, remaining: int, total: int) -> None:
        nonlocal tries
        del remaining, total
        tries += status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        if tries > TRIES:
            raise BackupError(IN_USE, is_unchanged=True)

    return wait
