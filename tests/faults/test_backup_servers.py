"""Backup and restore among several servers and roles: the right one, or none."""

import re
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, func, make_url, select, table, text

from portal.identity.credentials.rules import QUESTIONS
from portal.operations.backup import postgresql_programs
from portal.operations.backup.backup import back_up
from portal.operations.backup.erasure_replay import Replayed
from portal.operations.backup.postgresql_address import BackupError, read_address
from portal.operations.backup.restore import RestoreRequest, restore
from portal.operations.data_inventory import HELD
from portal.operations.restore_check import RESTORING, look
from portal.operations.schema.migrate import grant_all, migrate
from portal.operations.schema.version import KEYRING, MAIN
from portal.platform.core import postgresql as kernel_postgresql
from portal.platform.core.database import open_engine
from portal.platform.core.postgresql import Timeouts
from portal.platform.encryption.installation import StrangersError
from portal.platform.runtime import Runtime, assemble
from tests.conftest import SETTINGS
from tests.databases import PostgresqlStock, postgresql, tools
from tests.faults.forwarding import forwarded
from tests.world import MovedClock, World

pytestmark = pytest.mark.postgresql
OWNER, ROLE = "owns_it", "runs_it"


SLOW_DROP = """
CREATE FUNCTION slow_drop() RETURNS event_trigger LANGUAGE plpgsql AS
    $$ BEGIN IF tg_tag = 'DROP TABLE' THEN PERFORM pg_sleep(0.15); END IF; END $$;
CREATE EVENT TRIGGER slow_drop ON sql_drop EXECUTE FUNCTION slow_drop();
"""
"""Some thirty tables take longer than a job may: as files of many gigabytes would."""


@dataclass(frozen=True)
class Server:
    """One of two PostgreSQL on this machine."""

    stock: PostgresqlStock

    @property
    def socket(self) -> Path:
        return Path(str(make_url(self.stock.urls[0]).query["host"])) / ".s.PGSQL.5432"

    def emptied(self, tmp_path: Path) -> "Server":
        self.stock.fresh(tmp_path)
        return self

    def urls(self, port: int, host: str = "127.0.0.1") -> tuple[str, str]:
        main, keyring = (
            f"postgresql+psycopg://postgres@{host}:{port}/{name}" for name in (MAIN, KEYRING)
        )
        return main, keyring

    @property
    def own(self) -> tuple[str, str]:
        main, keyring = self.stock.urls
        return main, keyring

    def count(self, name: str) -> int:
        with self.stock.engines[0].connect() as connection:
            return connection.scalar(select(func.count()).select_from(table(name))) or 0


@pytest.fixture(scope="module")
def second_stock() -> Iterator[PostgresqlStock]:
    with (
        tempfile.TemporaryDirectory(prefix="pg") as folder,
        postgresql(Path(folder)) as server,
    ):
        stock = PostgresqlStock(server)
        yield stock
        stock.close()


@pytest.fixture
def ours(postgresql_stock: PostgresqlStock, tmp_path: Path) -> Server:
    """The server of the portal."""
    return Server(postgresql_stock).emptied(tmp_path)


@pytest.fixture
def theirs(second_stock: PostgresqlStock, tmp_path: Path) -> Server:
    """The server of somebody else, with a portal of its own."""
    return Server(second_stock).emptied(tmp_path)


@pytest.fixture
def opened(one_app: Flask, tmp_path: Path) -> Iterator["Opened"]:
    opened = Opened(one_app, tmp_path)
    yield opened
    for parts in opened.made:
        parts.sessions.engine.dispose()
        parts.keyring.engine.dispose()


class Opened:
    """Opens portals on databases, and lets go of them afterwards."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder, self.made = app, folder, list[Runtime]()

    def __call__(self, urls: tuple[str, str]) -> World:
        main, keyring = urls
        settings = replace(
            SETTINGS, instance=self.folder, database_url=main, keyring_url=keyring,
            postgresql_tools=str(tools()),
        )  # fmt: skip
        clock = MovedClock()
        parts = assemble(settings, HELD, QUESTIONS, clock, reference=clock)
        self.made.append(parts)
        self.app.extensions["portal"] = parts
        return World(self.app, parts, clock)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copies"


def copied(world: World, folder: Path) -> None:
    back_up(world.parts, folder, folder / "keyring", lambda _: None)


def put_back(world: World, folder: Path) -> Replayed:
    return restore(world.parts, folder, RestoreRequest(), report=lambda _: None)


def files_in(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.is_file()]


# ------------------------------------------------------------------------------ the right server


def test_backup_and_restore_go_to_the_port_of_the_address(
    ours: Server, theirs: Server, opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forwarded(ours.socket) as mine, forwarded(theirs.socket) as other:
        monkeypatch.setenv("PGPORT", str(other.port))  # where a program goes without a port
        stranger = opened(theirs.urls(other.port))
        stranger.customer("stranger@example.org")
        world = opened(ours.urls(mine.port))
        world.customer()
        world.customer("second@example.com")
        copied(world, folder)
        world.customer("third@example.com")
        put_back(world, folder)
    assert (ours.count("customer"), theirs.count("customer")) == (2, 1)


ADDRESSES = {
    "a port after the host": "127.0.0.1:{port}/main?user=postgres",
    "a port among the words": "postgres@/main?host=127.0.0.1&port={port}",
    "IPv6": "postgres@[::1]:{port6}/main",
    "several hosts, the first away": (
        "postgres@/main?host=127.0.0.1:1&host=127.0.0.1:{port}&connect_timeout=2"
    ),
    "a socket": "postgres@/main?host={folder}",
    "words without a variable": (
        "127.0.0.1:{port}/main?user=postgres&keepalives=1&tcp_user_timeout=9000"
    ),
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_every_kind_of_address_leads_a_program_where_it_leads_the_portal(
    ours: Server, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    with forwarded(ours.socket) as four, forwarded(ours.socket, "::1") as six:
        url = address.format(port=four.port, port6=six.port, folder=ours.socket.parent)
        if "socket" in url or "?host=/" in url:
            monkeypatch.delenv("PGPORT")
        engine = open_engine(f"postgresql+psycopg://{url}")
        postgresql_programs.check(engine, "pg_restore", str(tools()))
        with postgresql_programs.dumping(engine, str(tools())) as stream:
            assert stream.read().startswith(b"PGDMP")
        engine.dispose()


def test_a_secret_that_everybody_could_list_is_not_handed_over(ours: Server) -> None:
    engine = open_engine(f"{ours.stock.urls[0]}&sslpassword=umbrellas")
    with engine.connect() as connection, pytest.raises(BackupError, match="sslpassword") as refusal:
        read_address(connection)
    assert "umbrellas" not in str(refusal.value)
    engine.dispose()


def test_where_programs_would_reach_another_server_nothing_is_written(
    ours: Server, theirs: Server, opened: Opened, folder: Path
) -> None:
    with forwarded(ours.socket) as proxy:
        world = opened(ours.urls(proxy.port))
        world.customer()
        copied(world, folder)
        before = files_in(folder)
        world.customer("second@example.com")
        world.clock.move(hours=1)
        proxy.target = theirs.socket  # whoever comes now
        with pytest.raises(BackupError, match="another server than the portal"):
            copied(world, folder)
        assert files_in(folder) == before
        with pytest.raises(BackupError, match="another server than the portal"):
            put_back(world, folder)
        proxy.target = ours.socket
        assert look(world.parts).is_ready
    assert (ours.count("customer"), theirs.count("customer")) == (2, 0)


def test_the_database_of_another_portal_is_neither_copied_nor_replaced_nor_migrated(
    ours: Server, theirs: Server, opened: Opened, folder: Path
) -> None:
    stranger, world = opened(theirs.own), opened(ours.own)
    for one in (stranger, world):
        migrate(one.parts)
        one.customer()
    copied(world, folder)
    before = files_in(folder)
    mixed = opened((theirs.stock.urls[0], ours.stock.urls[1]))
    with pytest.raises(BackupError, match="two different portals"):
        copied(mixed, folder)
    assert files_in(folder) == before
    with pytest.raises(StrangersError):
        put_back(mixed, folder)
    with pytest.raises(StrangersError):
        migrate(mixed.parts)
    assert theirs.count("customer") == 1
    assert mixed.parts.keyring.read_note(RESTORING) is None


def test_a_main_database_in_which_nothing_happened_is_everybodys(
    ours: Server, theirs: Server, opened: Opened, folder: Path
) -> None:
    world = opened(ours.own)
    world.customer()
    copied(world, folder)
    lost = opened(theirs.own)
    migrate(lost.parts)
    put_back(opened((theirs.stock.urls[0], ours.stock.urls[1])), folder)
    assert theirs.count("customer") == 1


def test_tables_of_something_else_are_not_replaced(
    ours: Server, opened: Opened, folder: Path
) -> None:
    world = opened(ours.own)
    copied(world, folder)
    with made_databases(ours, "elsewhere") as (url,):
        engine = open_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE customer (id integer)"))
        other = opened((url, ours.stock.urls[1]))
        with pytest.raises(BackupError, match="something else than the portal"):
            put_back(other, folder)
        with engine.begin() as connection:
            connection.execute(text("SELECT id FROM customer"))
        engine.dispose()
        other.parts.sessions.engine.dispose()


# ------------------------------------------------------------------------------ two roles


class made_databases:  # noqa: N801  # it is used as a function is
    """Databases that are there for a while."""

    def __init__(self, server: Server, *names: str, owner: str = "postgres") -> None:
        self.server, self.names, self.owner = server, names, owner

    def say(self, *statements: str) -> None:
        admin = self.server.stock.engines[0].execution_options(isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def __enter__(self) -> tuple[str, ...]:
        self.say(*(f"CREATE DATABASE {name} OWNER {self.owner}" for name in self.names))
        url = self.server.stock.urls[0]
        return tuple(url.replace("/main?", f"/{name}?") for name in self.names)

    def __exit__(self, *_: object) -> None:
        self.say(*(f"DROP DATABASE {name} WITH (FORCE)" for name in self.names))


@dataclass
class Roles:
    """A portal that one role owns and another runs, as docs/operate.md says."""

    owner: World
    runner: World


@pytest.fixture
def roles(ours: Server, opened: Opened) -> Iterator[Roles]:
    made = made_databases(ours, "two_main", "two_keyring", owner=OWNER)
    made.say(f"CREATE ROLE {OWNER} LOGIN", f"CREATE ROLE {ROLE} LOGIN")
    with made as urls:
        owner = opened(as_role(urls, OWNER))
        migrate(owner.parts)
        grant_all(owner.parts, ROLE)
        yield Roles(owner, opened(as_role(urls, ROLE)))
    made.say(f"DROP ROLE {OWNER}", f"DROP ROLE {ROLE}")


def as_role(urls: tuple[str, ...], role: str) -> tuple[str, str]:
    main, keyring = (url.replace("//postgres@", f"//{role}@") for url in urls)
    return main, keyring


def test_the_role_that_runs_the_portal_makes_backups_and_its_owner_puts_them_back(
    roles: Roles, folder: Path
) -> None:
    world = roles.runner
    leaver, stayer = world.customer(), world.customer("stays@example.com")
    copied(world, folder)
    world.erase(leaver)
    before = world.rows(), world.parts.keyring.read_note(RESTORING)
    with pytest.raises(
        BackupError, match=f"role {ROLE} does not own.*addresses of the role {OWNER}"
    ):
        put_back(world, folder)
    assert (world.rows(), world.parts.keyring.read_note(RESTORING)) == before
    assert look(world.parts).is_ready
    assert put_back(roles.owner, folder).people == 1
    assert look(world.parts).is_ready
    world.signed_in(stayer)
    world.customer("later@example.com")
    world.clock.move(hours=1)
    copied(world, folder)
    with pytest.raises(Exception, match="permission denied"), world.work() as work:
        work.session.execute(text("DELETE FROM audit_entry"))


def test_a_copy_of_an_older_schema_leaves_the_role_what_it_needs(
    roles: Roles, folder: Path
) -> None:
    roles.runner.customer()
    copied(roles.runner, folder)
    with roles.owner.parts.sessions.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0012'"))
        connection.execute(text("DROP TABLE installation"))
    put_back(roles.owner, folder)  # which empties the database first
    roles.runner.customer("later@example.com")


def test_after_both_databases_are_lost_the_owner_has_all_again(
    roles: Roles, opened: Opened, ours: Server, folder: Path
) -> None:
    roles.runner.customer()
    copied(roles.runner, folder)
    with made_databases(ours, "new_main", "new_keyring", owner=OWNER) as urls:
        world = opened(as_role(urls, OWNER))
        restore(
            world.parts,
            folder,
            RestoreRequest(keyring_folder=folder / "keyring"),
            report=lambda _: None,
        )
        assert look(world.parts).is_ready
        assert world.rows()["customer"] == 1
        world.parts.sessions.engine.dispose()
        world.parts.keyring.engine.dispose()


def test_a_step_that_fails_is_named_in_the_programs_own_words_and_the_others_are_taken(
    roles: Roles, folder: Path
) -> None:
    world = roles.runner
    world.customer()
    copied(world, folder)
    first = set(files_in(folder))
    with roles.owner.parts.keyring.engine.begin() as connection:
        connection.execute(text("REVOKE SELECT ON SEQUENCE erasure_number_seq FROM runs_it"))
    kept = world.parts.settings.backups_kept_days
    world.clock.move(days=kept + 1)
    said = r'^The keyring was not copied: pg_dump .* "erasure_number_seq"; .*SELECT'
    with pytest.raises(BackupError, match=said):
        copied(world, folder)
    (gone,) = {name for name in first - set(files_in(folder)) if name.endswith(".copy")}
    assert gone.startswith("portal-"), "the copy that had to go is gone all the same"
    with roles.owner.parts.sessions.engine.begin() as connection:
        connection.execute(text("REVOKE SELECT ON customer FROM runs_it"))
    world.clock.move(days=kept + 1)
    with pytest.raises(BackupError) as refusal:
        copied(world, folder)
    said = r"main database was not copied: .* denied for table customer.*keyring was not copied"
    assert re.search(said, str(refusal.value))


def test_old_copies_go_also_when_the_databases_do_not_answer(
    ours: Server, opened: Opened, folder: Path
) -> None:
    world = opened(ours.own)
    copied(world, folder)
    world.clock.move(hours=1)
    copied(world, folder)
    away = opened(ours.urls(1))
    away.clock.move(days=away.parts.settings.backups_kept_days + 1)
    said = list[str]()
    with pytest.raises(BackupError, match=r"OperationalError\..* does not answer"):
        back_up(away.parts, folder, folder / "keyring", said.append)
    assert any(line.startswith("Deleted: portal-") for line in said)


# ------------------------------------------------------------------------------ large tables


def wait_until_slow(connection: Connection, seconds: float) -> None:
    """Return when another session counts rows, and has done so for so many seconds."""
    slow = text(
        "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'active'"
        " AND query LIKE 'SELECT count(*) FROM %'"
        " AND clock_timestamp() - query_start > make_interval(secs => :seconds)"
    )
    for _ in range(600):
        if connection.scalar(slow, {"seconds": seconds}):
            return
        time.sleep(0.1)


def test_a_backup_counts_a_table_that_takes_longer_than_a_job_may(
    ours: Server, opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock makes the count slow: as slow as some hundred million rows would."""
    monkeypatch.setattr(kernel_postgresql, "JOBS", Timeouts(statement=1, lock=9))
    world = opened(ours.own)
    watching = ours.stock.engines[0].execution_options(isolation_level="AUTOCOMMIT")
    holder = ours.stock.engines[0].connect()
    holder.execute(text("LOCK TABLE customer IN ACCESS EXCLUSIVE MODE"))

    def let_go() -> None:
        with watching.connect() as watcher:
            wait_until_slow(watcher, 3)
        holder.close()

    thread = threading.Thread(target=let_go)
    thread.start()
    try:
        copied(world, folder)
    finally:
        thread.join()
    assert [file.name for file in folder.glob("portal-*")]


def test_a_restore_drops_what_takes_longer_than_a_job_may(
    ours: Server, opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_postgresql, "JOBS", Timeouts(statement=1, lock=9))
    world = opened(ours.own)
    copied(world, folder)
    with world.parts.sessions.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0012'"))
        connection.execute(text(SLOW_DROP))
    try:
        put_back(world, folder)
    finally:
        with ours.stock.engines[0].begin() as connection:
            connection.execute(text("DROP EVENT TRIGGER IF EXISTS slow_drop"))
            connection.execute(text("DROP FUNCTION IF EXISTS slow_drop CASCADE"))


# ------------------------------------------------------------------------------ locks


def holding(engine: Engine) -> Connection:
    """A session that has looked at a table, and not ended."""
    connection = engine.connect()
    connection.execute(text("SELECT count(*) FROM customer")).all()
    return connection


def test_a_restore_gives_up_on_a_lock_and_the_portal_goes_on(
    ours: Server, opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_programs, "LOCK_SECONDS", 1)
    world = opened(ours.own)
    world.customer()
    copied(world, folder)
    world.customer("later@example.com")
    with holding(ours.stock.engines[0]) as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        with pytest.raises(BackupError, match=f"session {pid} of the role postgres") as refusal:
            put_back(world, folder)
    assert "Nothing was changed, and the portal may start again" in str(refusal.value)
    assert look(world.parts).is_ready
    assert ours.count("customer") == 2
    left = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'portal %'"
    with ours.stock.engines[0].connect() as connection:
        assert connection.scalar(text(left)) == 0
    put_back(world, folder)
    assert ours.count("customer") == 1


def test_a_restore_that_cannot_empty_the_database_changes_nothing(
    ours: Server, opened: Opened, folder: Path
) -> None:
    world = opened(ours.own)
    copied(world, folder)
    world.customer()
    with world.parts.sessions.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0012'"))
    try:
        with (
            holding(ours.stock.engines[0]),
            pytest.raises(BackupError, match=r"holds a lock.*Nothing was changed"),
        ):
            put_back(world, folder)
        assert world.parts.keyring.read_note(RESTORING) is None
        assert ours.count("customer") == 1
    finally:
        put_back(world, folder)
    assert ours.count("customer") == 0


# ------------------------------------------------------------------------------ words


SAID = {
    "a name of the schema": (
        'COPY failed for table "customer": ERROR:  permission denied', '"customer"', "umbrellas",
    ),
    "a value": (
        'invalid input syntax for type uuid: "rowan@example.com"', '"…"', "rowan",
    ),
    "a value on another line": (
        'duplicate key value violates unique constraint "pk_customer"\nDETAIL:  Key (x)=(rowan)',
        '"pk_customer"', "rowan",
    ),
    "a value in other marks": ("ungültige Eingabe: „rowan“", '"…"', "rowan"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "shown", "hidden"), SAID.values(), ids=SAID.keys())
def test_the_words_of_a_program_are_shown_without_what_rows_hold(
    ours: Server, said: str, shown: str, hidden: str
) -> None:
    with ours.stock.engines[0].connect() as connection:
        masked = read_address(connection).mask(said)
    assert shown in masked
    assert hidden not in masked
