"""What every test may ask for: above all a whole portal, on SQLite and on PostgreSQL alike."""

import gc
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import hypothesis
import pytest
from flask import Flask

from deploy import build_assets
from portal.identity.credentials.rules import QUESTIONS
from portal.operations.app import create_app
from portal.operations.data_inventory import HELD
from portal.platform.runtime import assemble
from portal.platform.settings import Settings
from portal.platform.web.assets import BUILT, FONT
from tests.compiled import share
from tests.databases import MASTER, PostgresqlStock, SqliteStock, postgresql
from tests.everything import in_ci
from tests.world import MovedClock, World

# A slow machine is no finding; in CI the same examples are tried every time.
hypothesis.settings.register_profile("portal", deadline=None, derandomize=in_ci())
hypothesis.settings.load_profile("portal")

SETTINGS = Settings(
    demonstration=True,
    secret_key="for tests only, forty characters long...",
    master_key=MASTER,
    argon2_memory_kib=64,
    argon2_time=1,
)


ON_SQLITE = frozenset(
    {"account_security", "staff_accounts", "staff_admin", "form_drafts", "test_access.py"}
)
"""Pages above services that are tested on both databases."""
ON_POSTGRESQL = frozenset({"test_bad_input.py"})
"""Odd input, of which PostgreSQL takes less."""
ON_BOTH = frozenset({"audit", "contact_index", "core", "encryption", "migrations"})
"""Where the databases differ in what a test says: constraints, keys, changes of tables. In an
ordinary run every other test takes one database, half of them SQLite, half PostgreSQL: also each
pair of verbs that meet, each fault and each command of the schema. In a run of everything both."""
QUICK = frozenset(
    {"architecture", "core", "realms"}
    | {"test_rules.py", "test_service.py", "test_routes.py", "test_staff_routes.py", "test_desk.py"}
)
"""Rules of the house, rules of the rooms, services and pages: what a quick run has, on SQLite."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run be quick (rules, services, pages, on SQLite), ordinary, or of everything."""
    parser.addoption("--level", choices=("quick", "ordinary", "all"), default="ordinary")


def pytest_configure(config: pytest.Config) -> None:
    """Make the files that pages load where `make` has not, once for all processes of a run."""
    share()
    if not hasattr(config, "workerinput") and not (BUILT / FONT).is_file():
        build_assets.build()


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays for the whole run: an eighth of the time of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what a run of this level leaves to a longer one."""
    level = config.getoption("--level")
    if len(config.args) == 1 and "::" in config.args[0]:
        return  # somebody asks for one test
    there = {item.nodeid for item in items}
    out = {item for item in items if _is_left_out(item, level, there)}
    config.hook.pytest_deselected(items=list(out))
    items[:] = [item for item in items if item not in out]


def _is_left_out(item: pytest.Item, level: str, there: set[str]) -> bool:
    names = {item.path.name, item.path.parent.name}
    is_postgresql = item.get_closest_marker("postgresql") is not None
    if level == "all":
        return False
    if item.get_closest_marker("nightly"):
        return True
    if level == "quick":
        return is_postgresql or not names & QUICK
    if "killed" in item.name and "[postgresql" in item.name:
        return True  # a process for each moment: on SQLite, and on both in a run of everything
    if not names & ON_BOTH and _is_others_turn(item, there):
        return True
    return (
        bool(names & ON_SQLITE)
        if is_postgresql
        else bool(names & ON_POSTGRESQL and "[sqlite" in item.name)
    )


def _is_others_turn(item: pytest.Item, there: set[str]) -> bool:
    """Tell whether a test that is there for both databases is made on the other one."""
    databases = "sqlite", "postgresql"
    mine = next((one for one in databases if re.search(rf"\W{one}\b", item.name)), None)
    if mine is None:
        return False
    other = databases[mine == databases[0]]
    if re.sub(rf"(?<=\W){mine}\b", other, item.nodeid) not in there:
        return False
    return mine != databases[crc32(item.name.replace(mine, "").encode()) % 2]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="session")
def sqlite_stock(shared: Path) -> SqliteStock:
    return SqliteStock(shared / "stock")


@pytest.fixture(scope="session")
def postgresql_stock() -> Iterator[PostgresqlStock]:
    with (
        tempfile.TemporaryDirectory(prefix="pg") as folder,  # its sockets want a short path
        postgresql(Path(folder)) as server,
    ):
        stock = PostgresqlStock(server)
        yield stock
        stock.close()


@pytest.fixture(scope="session")
def one_app(shared: Path, sqlite_stock: SqliteStock) -> Flask:
    """The application, made once; each test hands it parts of its own."""
    folder = shared / "app"
    folder.mkdir()
    main, keyring = sqlite_stock.fresh(folder)
    settings = replace(SETTINGS, instance=folder, database_url=main, keyring_url=keyring)
    return create_app(settings)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def world(request: pytest.FixtureRequest, one_app: Flask, tmp_path: Path) -> Iterator[World]:
    """A portal without people."""
    stock = request.getfixturevalue(f"{request.param}_stock")
    main, keyring = stock.fresh(tmp_path)
    clock = MovedClock()
    settings = replace(SETTINGS, instance=tmp_path, database_url=main, keyring_url=keyring)
    parts = assemble(settings, HELD, QUESTIONS, clock, reference=clock)
    one_app.extensions["portal"] = parts
    yield World(one_app, parts, clock)
    parts.sessions.engine.dispose()
    parts.keyring.engine.dispose()


@pytest.fixture
def app(one_app: Flask) -> Flask:
    """The application, for tests that ask nothing of a database."""
    return one_app
