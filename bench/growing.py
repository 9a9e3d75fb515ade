"""Whether pages slow down as the house grows: a thousand customers against a hundred thousand.

As many cases are open in both: what grows is everything that was ever closed. A million takes
minutes to fill: `python -m bench.growing 1000000`.
"""

import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from bench.crowd import Crowd, fill
from portal.desk.queue.rules import View
from portal.identity.credentials.rules import QUESTIONS
from portal.identity.staff_accounts.rules import Role
from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.transport import FolderTransport
from portal.operations.app import create_app
from portal.operations.data_inventory import HELD
from portal.operations.schema.migrate import migrate
from portal.operations.worker.worker import Worker
from portal.platform.core.database import open_to_migrate
from portal.platform.encryption.crypto import new_master_text
from portal.platform.runtime import assemble
from portal.platform.settings import Settings
from tests.databases import new_pair, postgresql
from tests.pages import Visitor
from tests.world import MovedClock, World

FEW, MANY = 1_000, 100_000
OPEN = 100
CASES_IN, EMAILS_IN = 10, 20
"""Of so many customers one has a case, or was sent an email."""
LOADS = 41
MOST = 1.5
"""How much slower a page may be."""
LOOK = "the worker’s look, each second"
DESK = ("/staff", *(f"/staff/cases?view={view}" for view in View), "/staff/colleagues")
OWN = (
    "/account",
    "/profile",
    "/your-data",
    "/your-data/messages",
    "/preferences",
    "/cases",
    "/security",
)


PATHS = (*DESK, *OWN, LOOK)


@dataclass(frozen=True, slots=True)
class Size:
    """One portal with so many customers, a colleague and a customer who are signed in."""

    desk: Visitor
    customer: Visitor
    world: World
    worker: Worker

    def load(self, path: str) -> float:
        """Return the milliseconds that a page takes, or a look of the worker at what there is."""
        if path == LOOK:
            start = time.perf_counter()
            self.worker.rounds.look()
            return 1000 * (time.perf_counter() - start)
        self.world.app.extensions["portal"] = self.world.parts
        visitor = self.desk if path.startswith("/staff") else self.customer
        start = time.perf_counter()
        answer = visitor.client.get(path)
        took = 1000 * (time.perf_counter() - start)
        if answer.status_code != 200:  # noqa: PLR2004  # HTTP's OK
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return took


def measure_growing(many: int = MANY) -> None:
    """Print what each page takes at both sizes, on both kinds of database."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        place = Path(folder)
        crowds = [_grown(FEW), _grown(many)]
        sizes = [open_crowd(on_file(place / str(n)), one) for n, one in enumerate(crowds)]
        compare("SQLite, customers", (FEW, many), sizes, PATHS)
        with postgresql(place / "server") as server:
            sizes = [open_crowd(on_server(place, server, n), one) for n, one in enumerate(crowds)]
            compare("PostgreSQL, customers", (FEW, many), sizes, PATHS)


def _grown(customers: int) -> Crowd:
    """Return a crowd of so many customers, of whose cases as many are open whatever the size."""
    cases = max(customers // CASES_IN, 2 * OPEN)
    return Crowd(customers, cases, customers // EMAILS_IN, None, open_in=cases // OPEN)


def compare(what: str, numbers: Iterable[int], sizes: list[Size], paths: Iterable[str]) -> None:
    """Print what pages take at two sizes, in turns, and their ratio."""
    few, big = sizes
    print(f"\n{what:32}{''.join(f'{one:>11,}' for one in numbers)}{'ratio':>9}")
    for path in paths:
        took: tuple[list[float], list[float]] = ([], [])
        for _ in range(LOADS):  # in turns, so that whatever else goes on hits both
            took[0].append(few.load(path))
            took[1].append(big.load(path))
        first, second = (median(one) for one in took)
        verdict = "" if second / first <= MOST else f"   MORE THAN {MOST}"
        print(f"  {path:30}{first:8.1f} ms{second:8.1f} ms{second / first:9.2f}{verdict}")
    for size in (few, big):
        size.world.parts.close()


def open_crowd(settings: Settings, crowd: Crowd) -> Size:
    """Fill a new portal with a crowd, some of whose open cases are the colleague's."""
    parts = assemble(settings, HELD, QUESTIONS, clock := MovedClock())
    migrate(parts)
    app = create_app(settings, clock)
    app.extensions["portal"] = parts
    world = World(app, parts, clock)
    colleague, person = world.colleague(role=Role.ADMINISTRATOR), world.customer()
    world.case(person)
    patient = open_to_migrate(parts.sessions.engine, 5)
    fill(patient, replace(crowd, colleague=colleague.id))
    patient.dispose()
    press = EmailRenderer.of(settings, clock)
    worker = Worker(parts, press, FolderTransport(settings.instance / "mail"))
    worker.do_all()  # what a worker that runs has done before
    return Size(world.at_the_desk(colleague), world.signed_in(person), world, worker)


def on_file(folder: Path) -> Settings:
    """Return settings of a portal on SQLite in a new folder."""
    folder.mkdir()
    settings = Settings(
        instance=folder,
        demonstration=True,
        secret_key="for measuring only, forty characters....",  # noqa: S106  # protects nothing
        master_key=new_master_text(),
        limits_times=1000,
        argon2_memory_kib=64,
        argon2_time=1,
    )
    return replace(settings, database_url=settings.database, keyring_url=settings.keyring)


def on_server(place: Path, server: str, number: int) -> Settings:
    """Return settings of a portal on PostgreSQL, with two new databases."""
    main, keyring = new_pair(server, str(number))
    folder = place / f"server-{number}"
    return replace(on_file(folder), database_url=main, keyring_url=keyring)


if __name__ == "__main__":
    measure_growing(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
