"""Take a whole database out into one file, and put it back.

SQLite by its own online copy; PostgreSQL by pg_dump and pg_restore, whose password is handed
over in the environment and never among the words of a command, which everybody can list.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from portal.kernel.database import truncate_journal
from portal.kernel.errors import DomainError

TRIES = 20
"""How often SQLite asks for a database that somebody else is writing to."""
VARIABLES = {
    "application_name": "APPNAME",
    "connect_timeout": "CONNECT_TIMEOUT",
    "dbname": "DATABASE",
}
WAIT = "-c lock_timeout=10000"
"""Ten seconds, then pg_restore gives up: something still uses the database."""
EMPTY = """
DO $$ DECLARE thing text; BEGIN
    FOR thing IN SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = current_schema() AND tableowner = current_user
    LOOP EXECUTE 'DROP TABLE IF EXISTS ' || thing || ' CASCADE'; END LOOP;
    FOR thing IN SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace
        AND proowner = current_user::regrole
    LOOP EXECUTE 'DROP ROUTINE ' || thing || ' CASCADE'; END LOOP;
END $$
"""


class CopyError(DomainError):
    """A copy cannot be made or put back; the text says why, and names files only."""

    code = "copy"


def take_out(engine: Engine, file: Path, tools: str) -> None:
    """Write a database, as it is at one moment, into a file that is there and empty.

    Others read and write meanwhile. `tools` is the folder with PostgreSQL's programs, or empty
    for the PATH. Raises `CopyError`.
    """
    if engine.dialect.name == "sqlite":
        _take_sqlite(engine, file)
    else:
        _run("pg_dump", engine, tools, "--format=custom", "--compress=0", f"--file={file}")


def put_back(engine: Engine, file: Path, tools: str) -> None:
    """Replace what a database holds by what a file holds, all of it or nothing.

    On SQLite other connections stay valid. Raises `CopyError`.
    """
    if engine.dialect.name == "sqlite":
        _put_sqlite(engine, file)
        return
    _run(
        "pg_restore",
        engine,
        tools,
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={engine.url.database}",
        str(file),
    )


def empty(engine: Engine) -> None:
    """Drop every table and function of ours from a PostgreSQL database.

    A copy of another schema is put back after this: pg_restore drops only what it knows.
    """
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(EMPTY))


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
    try:
        yield
    except sqlite3.Error as fault:
        raise CopyError(f"{file.name}: {type(fault).__name__}") from None


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
            raise CopyError(f"{file.name}: the database is in use. Stop what writes to it")

    return wait


def _run(tool: str, engine: Engine, tools: str, *words: str) -> None:
    program = shutil.which(tool, path=tools or None)
    if program is None:
        raise CopyError(f"{tool} is not found. Name its folder in PORTAL_POSTGRESQL_TOOLS")
    environment = _environment(engine)
    with engine.connect() as connection:
        _refuse_older(connection, program, environment)
    done = subprocess.run(  # noqa: S603  # PostgreSQL's own programs, no words of a stranger
        [program, "--no-password", *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # it quotes rows
        check=False,
    )
    if done.returncode != 0:
        raise CopyError(f"{tool} ended with code {done.returncode}")


def _refuse_older(connection: Connection, program: str, environment: dict[str, str]) -> None:
    """Refuse a program that is older than the server: it would refuse, and nobody hears why."""
    told = subprocess.run(  # noqa: S603  # as above
        [program, "--version"], env=environment, capture_output=True, text=True, check=False
    )
    found = re.search(r"(\d+)(\.\d+)*", told.stdout)
    known = getattr(connection.dialect, "server_version_info", None)
    if found and known and int(found[1]) < known[0]:
        raise CopyError(
            f"{Path(program).name} is of version {found[1]} and the server of version {known[0]}."
            " Name the folder of a newer one in PORTAL_POSTGRESQL_TOOLS"
        )


def _environment(engine: Engine) -> dict[str, str]:
    """Return the address of a database as the variables that PostgreSQL's programs read."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    _, words = engine.dialect.create_connect_args(engine.url)
    address = {_variable(name): value for name, value in words.items() if isinstance(value, str)}
    options = " ".join(filter(None, (address.get("PGOPTIONS"), WAIT)))
    return {**plain, **address, "PGOPTIONS": options}


def _variable(name: str) -> str:
    """Return the variable for a parameter of libpq: PGHOST, PGSSLMODE, PGCONNECT_TIMEOUT."""
    return "PG" + VARIABLES.get(name, name.upper().replace("_", ""))
