"""nginx in front of the real portal, of a recorder, and of nothing."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.platform.core.clock import utc_clock
from portal.platform.runtime import assemble
from portal.platform.settings import read_settings
from tests.commands import REAL
from tests.databases import SqliteStock
from tests.deploy.edge import (
    ADDRESS,
    PATIENCE_SECONDS,
    Edge,
    edge_before,
    wait_until_it_listens,
)
from tests.deploy.recorder import Recorder, recording
from tests.everything import find_nginx, in_ci
from tests.faults.test_processes import free_port
from tests.world import MovedClock, Person, World


@pytest.fixture(scope="session")
def nginx() -> None:
    """That there is one."""
    if find_nginx() is None:
        if in_ci():
            pytest.fail("nginx is missing")
        pytest.skip("nginx is missing: sudo apt-get install nginx")


@pytest.fixture(scope="session")
def instance(
    nginx: None, sqlite_stock: SqliteStock, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The settings of a portal over SQLite that is no demonstration."""
    del nginx
    folder = tmp_path_factory.mktemp("portal")
    main, keyring = sqlite_stock.fresh(folder)
    return {
        **REAL,
        "PORTAL_INSTANCE": str(folder),
        "PORTAL_DATABASE_URL": main,
        "PORTAL_KEYRING_URL": keyring,
        "PORTAL_PUBLIC_URL": ADDRESS,
        "PORTAL_PORT": str(free_port()),
        "PORTAL_WORKERS": "1",
    }


@pytest.fixture(scope="session")
def rowan(instance: dict[str, str], one_app: object) -> Person:
    """A customer of that portal."""
    del one_app
    parts = assemble(read_settings(instance), HELD, QUESTIONS)
    person = World(None, parts, MovedClock(utc_clock())).customer()  # type: ignore[arg-type]  # no pages are asked
    parts.close()
    return person


@pytest.fixture(scope="session")
def portal(instance: dict[str, str]) -> Iterator[int]:
    """The port of the real portal, run as it is run in earnest."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    said = Path(instance["PORTAL_INSTANCE"]) / "serve.log"
    with (
        said.open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "portal", "serve"], env={**plain, **instance}, stderr=log
        ) as process,
    ):
        port = int(instance["PORTAL_PORT"])
        try:
            wait_until_it_listens(process, port, said)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def edge(portal: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """The portal behind nginx."""
    with edge_before(portal, tmp_path_factory.mktemp("edge") / "nginx") as running:
        yield running


@pytest.fixture(scope="session")
def tape(nginx: None) -> Iterator[Recorder]:
    del nginx
    with recording() as recorder:
        yield recorder


@pytest.fixture(scope="session")
def taped_edge(tape: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with edge_before(tape.port, tmp_path_factory.mktemp("taped") / "nginx") as running:
        yield running


@pytest.fixture
def taped(taped_edge: Edge, tape: Recorder) -> Edge:
    """A recorder behind nginx, that has heard nothing yet."""
    tape.heard.clear()
    return taped_edge


@pytest.fixture(scope="session")
def deserted(nginx: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """Nothing behind nginx: the portal is down."""
    del nginx
    with edge_before(free_port(), tmp_path_factory.mktemp("deserted") / "nginx") as running:
        yield running
