"""PostgreSQL's own programs: a database as a stream of bytes, and back from one.

They get the address of the server that the portal is connected to, and their messages are passed on
without anything of a row.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from threading import Thread
from typing import IO, BinaryIO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from portal.operations.backup.packing import Fill
from portal.operations.backup.postgresql_address import (
    BackupError,
    DatabaseAddress,
    read_address,
    refuse_elsewhere,
)
from portal.operations.backup.row_counts import Counted

LOCK_SECONDS = 10
"""How long a copy waits for a lock that somebody holds. pg_restore itself waits for ever: it sets
`lock_timeout` back."""
LOOK_SECONDS = 0.5
END_SECONDS = 5
"""How long pg_restore may take to take back what it did, before it is killed."""
RESTORING = (
    "--clean",
    "--if-exists",
    "--no-owner",
    "--no-privileges",  # their roles need not be there: they are given anew
    "--single-transaction",
    "--exit-on-error",
)
TABLES = text(
    "SELECT coalesce(string_agg(oid::text, ' ' ORDER BY oid), '') FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)


@dataclass(frozen=True, slots=True)
class _Program:
    """One of PostgreSQL's programs, and the database it connects to."""

    name: str
    file: str
    address: DatabaseAddress

    def start(
        self,
        *words: str,
        said: IO[bytes],
        name: str = "",
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.DEVNULL,
        is_offline: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start it; `name` is the name of its session, `said` the file for its messages."""
        where = [f"--dbname={self.address.words}"]
        return subprocess.Popen(  # noqa: S603  # PostgreSQL's own programs, no words of a stranger
            [self.file, "--no-password", *([] if is_offline else where), *words],
            env={**self.address.environment, "PGAPPNAME": name or f"portal {self.name}"},
            stdin=stdin,
            stdout=stdout,
            stderr=said,
        )

    def complain(self, code: int, said: IO[bytes]) -> str:
        """Return why it ended, in its own words as far as they contain nothing of a row."""
        said.seek(0)
        start = f"{self.name}: error: "
        lines = said.read(1 << 16).decode(errors="replace").splitlines()
        first = next((line.removeprefix(start) for line in lines if line.startswith(start)), "")
        words = f": {self.address.mask(first)}" if first else ""
        return f"{self.name} ended with code {code}{words}"


def check(engine: Engine, tool: str, tools: str) -> None:
    """Check that a program exists, is new enough, and would reach this very database.

    Raises `BackupError`.
    """
    with engine.connect() as connection:
        _find_program(connection, tool, tools)


@contextmanager
def dumping(engine: Engine, tools: str, *words: str) -> Iterator[BinaryIO]:
    """Yield the bytes of a database as of one moment; raises `BackupError` at the end."""
    with engine.connect() as connection:
        program = _find_program(connection, "pg_dump", tools)
    wait = f"--lock-wait-timeout={LOCK_SECONDS * 1000}"
    with tempfile.TemporaryFile() as said:
        process = program.start(
            "--format=custom", "--compress=0", wait, *words, said=said, stdout=subprocess.PIPE
        )
        with process:
            if process.stdout is None:
                raise TypeError("It has no output")
            try:
                yield process.stdout  # type: ignore[misc]  # a pipe is read as a file is
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            raise BackupError(program.complain(process.returncode, said))


def restore(engine: Engine, fill: Fill, tools: str) -> None:
    """Replace the contents of a database by a dump, in one transaction.

    Raises `BackupError`, also when it waits too long for a lock.
    """
    with engine.connect() as connection:
        program = _find_program(connection, "pg_restore", tools)
        before = connection.scalar(TABLES)
    name, faults = f"portal {token_hex(16)}", list[Exception]()
    with tempfile.TemporaryFile() as said:
        process = program.start(*RESTORING, said=said, name=name, stdin=subprocess.PIPE)
        with process:
            feeder = Thread(target=_feed, args=(process, fill, faults))
            feeder.start()
            try:
                held = _watch(process, engine, name)
            except BaseException:
                with suppress(DBAPIError):
                    _stop(process, engine, name)
                process.kill()
                raise
            finally:
                feeder.join()
        if process.returncode == 0 and not faults:
            return
        reason = held or program.complain(process.returncode, said)
    with engine.connect() as connection:
        is_unchanged = connection.scalar(TABLES) == before
    if faults and not held:
        reason = str(faults[0]) if isinstance(faults[0], BackupError) else type(faults[0]).__name__
    raise BackupError(reason, is_unchanged=is_unchanged)


def count(engine: Engine, fill: Fill, tools: str) -> Counted:
    """Count the rows in a dump, table by table, without restoring it; raises `BackupError`.

    pg_restore writes the SQL it would run; a table's rows are the lines up to one with a full stop.
    """
    with engine.connect() as connection:
        program = _find_program(connection, "pg_restore", tools)
    rows, faults, table = dict[str, int](), list[Exception](), ""
    with tempfile.TemporaryFile() as said:
        process = program.start(
            "--data-only", "--file=-", said=said, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            is_offline=True,
        )  # fmt: skip
        with process:
            feeder = Thread(target=_feed, args=(process, fill, faults))
            feeder.start()
            for line in process.stdout or ():
                if table:
                    rows[table] += line != b"\\.\n"
                    table = "" if line == b"\\.\n" else table
                elif line.startswith(b"COPY "):
                    table = line.split()[1].decode().rpartition(".")[2].strip('"')
                    rows[table] = 0
            feeder.join()
        if faults or process.returncode != 0:
            raise BackupError(program.complain(process.returncode, said))
    return Counted(rows)


def _find_program(connection: Connection, tool: str, tools: str) -> _Program:
    file = shutil.which(tool, path=tools or None)
    if file is None:
        raise BackupError(f"{tool} is not found. Name its folder in PORTAL_POSTGRESQL_TOOLS")
    address = read_address(connection)
    _refuse_older(connection, file, address)
    refuse_elsewhere(connection, address)
    return _Program(tool, file, address)


def _refuse_older(connection: Connection, program: str, address: DatabaseAddress) -> None:
    """Refuse a program that is older than the server: it would refuse as well, less clearly."""
    told = subprocess.run(  # noqa: S603  # as above
        [program, "--version"],
        env=address.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"(\d+)(\.\d+)*", told.stdout)
    known = getattr(connection.dialect, "server_version_info", None)
    if found and known and int(found[1]) < known[0]:
        raise BackupError(
            f"{Path(program).name} is of version {found[1]} and the server of version {known[0]}."
            " Name the folder of a newer one in PORTAL_POSTGRESQL_TOOLS"
        )


def _feed(process: subprocess.Popen[bytes], fill: Fill, faults: list[Exception]) -> None:
    """Write the dump into a program; an error of the backup is kept for the caller."""
    if process.stdin is None:
        raise TypeError("It has no input")
    try:
        with suppress(BrokenPipeError), process.stdin:
            fill(process.stdin)
    except Exception as fault:  # noqa: BLE001  # it is raised again, in the other thread
        faults.append(fault)


def _watch(process: subprocess.Popen[bytes], engine: Engine, name: str) -> str:
    """Wait for the end of a program; return who held the lock it gave up on, or nothing."""
    waited = 0.0
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_SECONDS)
            return ""
        held = _find_holder(engine, name)
        waited = waited + LOOK_SECONDS if held else 0.0
        if waited >= LOCK_SECONDS:
            _stop(process, engine, name)
            return held


def _find_holder(engine: Engine, name: str) -> str:
    query = text(
        "SELECT holder.pid, holder.usename FROM pg_stat_activity waiting"
        " JOIN pg_stat_activity holder ON holder.pid = ANY(pg_blocking_pids(waiting.pid))"
        " WHERE waiting.application_name = :name AND waiting.wait_event_type = 'Lock'"
    )
    with engine.connect() as connection:
        row = connection.execute(query, {"name": name}).first()
    if row is None:
        return ""
    return (
        f"Somebody else uses the database: session {row.pid} of the role {row.usename} holds a"
        f" lock, for more than {LOCK_SECONDS} seconds. Stop what it belongs to, or end it:"
        f" SELECT pg_terminate_backend({row.pid})"
    )


def _stop(process: subprocess.Popen[bytes], engine: Engine, name: str) -> None:
    """End a program and its session, which would otherwise go on waiting, and then go on."""
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"
    with engine.connect() as connection:
        connection.execute(text(query), {"name": name})
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
        return
    process.kill()
