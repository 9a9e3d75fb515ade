"""How long an upgrade of a full portal takes, from each earlier revision, and who waits for it.

A million customers with half a million choices, 100,000 cases and 50,000 emails, on each kind of
database: `python -m bench.migrating`. It takes a quarter of an hour or more. What is measured goes
down to the revision first, so what a later one added is made anew by the upgrade.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from uuid import UUID

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from bench.crowd import Crowd, fill
from portal.operations.schema.migrate import downgrade, upgrade
from portal.operations.schema.version import MAIN
from portal.platform.core.database import open_engine, open_to_migrate
from portal.platform.settings import ROOT
from tests.databases import postgresql

CUSTOMERS, CASES, EMAILS = 1_000_000, 100_000, 50_000
EACH_SECONDS = 0.02
FIRST_ID = 0xC << 124
"""Ids of the crowd’s customers begin here."""
READ = "SELECT count(*) FROM customer WHERE email_hash = :nobody"
SAVED = "UPDATE customer SET version = version + 1 WHERE id = :one"


class Visitors:
    """Reads and saves as pages do, again and again, and keeps how long the slowest one took."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ids = (UUID(int=FIRST_ID + one) for one in count(1))
        self.reading, self.saving, self.failed = 0.0, 0.0, 0

    def go_on(self, stop: threading.Event) -> None:
        """Read and save until told to stop."""
        while not stop.wait(EACH_SECONDS):
            reader = self._engine.execution_options(reading=True)
            self.reading = max(self.reading, self._time(reader, READ, {"nobody": b"nobody"}))
            one = {"one": self._spell(next(self._ids))}
            self.saving = max(self.saving, self._time(self._engine, SAVED, one))

    def _time(self, engine: Engine, words: str, values: dict[str, object]) -> float:
        start = time.perf_counter()
        try:
            with engine.begin() as connection:
                connection.execute(text(words), values)
        except OperationalError:
            self.failed += 1
        return time.perf_counter() - start

    def _spell(self, one: UUID) -> object:
        return one if self._engine.dialect.name == "postgresql" else one.hex


def measure_migrating(customers: int = CUSTOMERS) -> None:
    """Print how long each upgrade takes, and the slowest read and save beside it."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        _measure("SQLite", f"sqlite:///{folder}/main.db", customers)
        with postgresql(Path(folder) / "server") as server:
            _measure("PostgreSQL", server.format("postgres"), customers)


def _measure(name: str, url: str, customers: int) -> None:
    patient = open_to_migrate(open_engine(url), 5)
    upgrade(patient, MAIN)
    share = customers / CUSTOMERS
    fill(patient, Crowd(customers, int(CASES * share), int(EMAILS * share), None))
    print(f"\n{name}, {customers:,} customers")
    print(f"{'from':>6}{'seconds':>10}{'slowest read':>15}{'slowest save':>15}{'failed':>9}")
    scripts = ScriptDirectory(str(ROOT / "migrations" / MAIN))
    for revision in [one.revision for one in scripts.walk_revisions()][1:]:
        downgrade(patient, MAIN, revision)
        with _visited(open_engine(url)) as visitors:
            start = time.perf_counter()
            upgrade(patient, MAIN)
            took = time.perf_counter() - start
        waits = f"{visitors.reading:15.2f}{visitors.saving:15.2f}{visitors.failed:9}"
        print(f"{revision:>6}{took:10.1f}{waits}", flush=True)
    patient.dispose()


@contextmanager
def _visited(engine: Engine) -> Iterator[Visitors]:
    visitors, stop = Visitors(engine), threading.Event()
    thread = threading.Thread(target=visitors.go_on, args=[stop])
    thread.start()
    try:
        yield visitors
    finally:
        stop.set()
        thread.join()
        engine.dispose()


if __name__ == "__main__":
    measure_migrating(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS)
