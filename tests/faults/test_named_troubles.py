"""Which database is in trouble, and with what: commands and the server say so, and no secret."""

import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.platform.core.database import open_engine
from portal.platform.core.log import get_logger, set_up
from portal.platform.core.trouble import WORDS, TroubleKind, find_trouble
from tests.commands import run
from tests.databases import SqliteStock
from tests.faults.servers import Server, listening_postgresql

SECRET = "hush-9f2c"
NEW_COLLEAGUE = ("staff", "add", "sam@example.com", "--name", "Sam", "--role", "agent")
"""Writes to both databases."""
ROLE = "portal_low"
LABELS = {"main": "main database (PORTAL_DATABASE_URL)"}
LABELS["keyring"] = "keyring database (PORTAL_KEYRING_URL)"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with (
        tempfile.TemporaryDirectory(prefix="pg") as folder,
        listening_postgresql(Path(folder)) as made,
    ):
        made.say(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{SECRET}'")
        made.let_in(f"host all {ROLE} 127.0.0.1/32 scram-sha-256")
        yield made


def wrong_password(server: Server, name: str) -> str:
    return server.url(name, f"{ROLE}:{SECRET}-not")


def no_rights(server: Server, name: str) -> str:
    return server.url(name, f"{ROLE}:{SECRET}")


def unknown_role(server: Server, name: str) -> str:
    return server.url(name, f"nobody:{SECRET}")


def unknown_database(server: Server, name: str) -> str:
    return server.url(f"{name}_not")


def wrong_port(server: Server, name: str) -> str:
    return server.url(name).replace(f":{server.port}/", ":1/")


def as_it_is(server: Server, name: str) -> str:
    return server.url(name)


@contextmanager
def locked(server: Server, name: str) -> Iterator[None]:
    engine = open_engine(server.url(name))
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE alembic_version"))
        yield
    engine.dispose()


def frozen(server: Server, name: str) -> AbstractContextManager[None]:
    del name
    return server.frozen()


TROUBLES: list[tuple[Callable[[Server, str], str], TroubleKind]] = [
    (wrong_password, TroubleKind.NOT_LET_IN),
    (no_rights, TroubleKind.RIGHTS),
    (unknown_role, TroubleKind.NOT_LET_IN),
    (unknown_database, TroubleKind.NO_DATABASE),
    (wrong_port, TroubleKind.UNREACHABLE),
]


@pytest.mark.postgresql
@pytest.mark.parametrize("database", ["main", "keyring"])
@pytest.mark.parametrize(("address", "kind"), TROUBLES)
def test_a_command_says_which_database_it_is_and_what_kind_of_trouble(
    server: Server,
    tmp_path: Path,
    address: Callable[[Server, str], str],
    kind: TroubleKind,
    database: str,
) -> None:
    told = ask(server, tmp_path, "staff", "list", **{database: address(server, database)})
    assert_named(told, database, kind)


@pytest.mark.postgresql
@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_whoever_starts_the_portal_reads_it_too(
    server: Server, tmp_path: Path, command: str
) -> None:
    told = ask(server, tmp_path, command, main=wrong_password(server, "main"))
    assert_named(told, "main", TroubleKind.NOT_LET_IN)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("state", "database", "kind"),
    [
        (locked, "main", TroubleKind.LOCKED),
        (locked, "keyring", TroubleKind.LOCKED),
        (frozen, "main", TroubleKind.SLOW),
    ],
)
def test_a_lock_and_a_frozen_server_are_told_apart(
    server: Server,
    tmp_path: Path,
    state: Callable[[Server, str], AbstractContextManager[None]],
    database: str,
    kind: TroubleKind,
) -> None:
    with state(server, database):
        told = ask(server, tmp_path, "staff", "list")
    assert_named(told, database, kind)


def ask(
    server: Server, instance: Path, *words: str, **urls: str
) -> subprocess.CompletedProcess[str]:
    """Give a command, with other addresses of the databases than are right."""
    urls = {name: as_it_is(server, name) for name in LABELS} | urls
    main, keyring = urls["main"], urls["keyring"]
    return run(instance, *words, PORTAL_DATABASE_URL=main, PORTAL_KEYRING_URL=keyring)


def assert_named(told: subprocess.CompletedProcess[str], database: str, kind: TroubleKind) -> None:
    assert told.returncode == 1
    assert told.stderr == f"The {LABELS[database]} {WORDS[kind]}\n"
    assert SECRET not in told.stderr


@contextmanager
def somebody_writes(file: Path) -> Iterator[str]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield f"sqlite:///{file}"
    connection.close()


@contextmanager
def garbage(file: Path) -> Iterator[str]:
    file.write_bytes(b"no database at all" * 500)
    yield f"sqlite:///{file}"


@contextmanager
def a_folder(file: Path) -> Iterator[str]:
    yield f"sqlite:///{file.parent}"


@contextmanager
def read_only(file: Path) -> Iterator[str]:
    yield f"sqlite:///file:{file}?mode=ro&uri=true"


@pytest.mark.parametrize("database", ["main", "keyring"])
@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (somebody_writes, TroubleKind.LOCKED),
        (garbage, TroubleKind.DAMAGED),
        (a_folder, TroubleKind.FILE),
        (read_only, TroubleKind.READ_ONLY),
    ],
)
def test_of_a_file_it_is_said_as_well(
    sqlite_stock: SqliteStock,
    tmp_path: Path,
    state: Callable[[Path], AbstractContextManager[str]],
    kind: TroubleKind,
    database: str,
) -> None:
    sqlite_stock.fresh(tmp_path)
    names = {"main": "PORTAL_DATABASE_URL", "keyring": "PORTAL_KEYRING_URL"}
    settings = {names[name]: f"sqlite:///{tmp_path / name}.db" for name in names}
    with state(tmp_path / f"{database}.db") as url:
        settings[names[database]] = url
        told = run(tmp_path, *NEW_COLLEAGUE, **settings)
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1] == f"The {LABELS[database]} {WORDS[kind]}"


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53100", TroubleKind.DISK),
        ("53300", TroubleKind.CONNECTIONS),
        ("57P01", TroubleKind.STOPPING),
        ("42P01", TroubleKind.SCHEMA),
        ("XX001", TroubleKind.DAMAGED),
        ("22012", TroubleKind.OTHER),
    ],
)
def test_what_the_server_calls_by_a_code_is_called_by_a_name(
    server: Server, state: str, kind: TroubleKind, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_engine(server.url("main"))
    raised = f"DO $$ BEGIN RAISE EXCEPTION '{SECRET}' USING ERRCODE = '{state}'; END $$"
    set_up()
    with pytest.raises(DBAPIError) as caught, engine.begin() as connection:
        connection.execute(text(raised))
    found = find_trouble(caught.value)
    assert (found.kind, found.database, found.code) == (kind, "main", state)
    get_logger("portal.x").warning("something", exc_info=caught.value)
    said = capsys.readouterr().err
    assert f'"trouble": "{kind}"' in said
    assert '"database": "main"' in said
    assert SECRET not in said + found.describe()
    engine.dispose()


def test_a_full_disk_of_a_file_is_called_so(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'main.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE heap (words TEXT)"))
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 3")
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("INSERT INTO heap VALUES (zeroblob(100000))"))
    assert find_trouble(caught.value).kind is TroubleKind.DISK
    engine.dispose()


def test_every_kind_of_trouble_has_words_of_its_own() -> None:
    assert set(WORDS) == set(TroubleKind)
    assert len(set(WORDS.values())) == len(TroubleKind)
