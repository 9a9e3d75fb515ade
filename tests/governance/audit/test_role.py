"""The portal runs as a role that can neither change the schema nor take back what is recorded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from portal.governance.audit.chain import verify
from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.operations.schema.migrate import GrantError, can_grant, grant, grant_all
from portal.operations.schema.version import KEYRING, MAIN, are_compatible
from portal.platform.core.database import open_engine
from portal.platform.runtime import Runtime, assemble
from tests.commands import run
from tests.conftest import SETTINGS
from tests.databases import PostgresqlStock
from tests.world import MovedClock, World

ROLE = "portal_runs"
pytestmark = pytest.mark.postgresql


@dataclass(frozen=True)
class Server:
    """A PostgreSQL with two migrated databases, seen by whoever migrates them."""

    stock: PostgresqlStock
    parts: Runtime

    @property
    def main(self) -> Engine:
        return self.stock.engines[0]

    def say(self, sql: str) -> None:
        for engine in self.stock.engines:
            with engine.begin() as connection:
                connection.exec_driver_sql(sql)

    def once(self, sql: str) -> None:
        with self.main.begin() as connection:
            connection.exec_driver_sql(sql)


@pytest.fixture
def server(postgresql_stock: PostgresqlStock, tmp_path: Path) -> Iterator[Server]:
    """A server on which there is a role that may do nothing; it is gone afterwards."""
    main, keyring = postgresql_stock.fresh(tmp_path)
    settings = replace(SETTINGS, instance=tmp_path, database_url=main, keyring_url=keyring)
    parts = assemble(settings, HELD, QUESTIONS, MovedClock())
    server = Server(postgresql_stock, parts)
    server.once(f"CREATE ROLE {ROLE} LOGIN")
    yield server
    parts.sessions.engine.dispose()
    parts.keyring.engine.dispose()
    server.say(f"DROP OWNED BY {ROLE}")
    server.once(f"DROP ROLE {ROLE}")


@pytest.fixture
def limited(server: Server, one_app: Flask, tmp_path: Path) -> Iterator[World]:
    """A portal that runs as the role that was given what it needs."""
    grant_all(server.parts, ROLE)
    main, keyring = (url.replace("//postgres@", f"//{ROLE}@") for url in server.stock.urls)
    settings = replace(SETTINGS, instance=tmp_path, database_url=main, keyring_url=keyring)
    clock = MovedClock()
    parts = assemble(settings, HELD, QUESTIONS, clock, reference=clock)
    one_app.extensions["portal"] = parts
    yield World(one_app, parts, clock)
    parts.sessions.engine.dispose()
    parts.keyring.engine.dispose()


def test_as_that_role_everything_that_people_do_works(
    limited: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with limited.work() as work:
        assert work.session.scalar(text("SELECT current_user")) == ROLE
    assert are_compatible(limited.parts)
    person = limited.customer()
    limited.signed_in(person)
    limited.case(person)
    limited.at_the_desk()
    limited.deliver()
    limited.erase(person)
    limited.clock.move(days=400)
    limited.deliver()
    found = verify(limited.parts)
    assert found.sealed > 5
    assert (found.waiting, found.fault) == (0, None)
    assert "job-failed" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET name = name",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_link SET digest = digest",
        "DELETE FROM audit_link",
        "TRUNCATE audit_link",
        "TRUNCATE customer",
        "CREATE TABLE mine (id integer)",
        "DROP TABLE audit_link",
        "ALTER TABLE audit_entry DISABLE TRIGGER USER",
        "DROP TRIGGER audit_entry_append_only ON audit_entry",
        "UPDATE alembic_version SET version_num = '0001'",
        "SET session_replication_role = replica",
    ],
)
def test_that_role_cannot_take_back_what_is_recorded_nor_change_the_schema(
    limited: World, sql: str
) -> None:
    limited.customer()

    def try_it() -> None:
        with limited.work() as work:
            work.session.execute(text(sql))

    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner|privileges"):
        try_it()


def test_that_role_cannot_give_itself_more(limited: World) -> None:
    with limited.work() as work:
        work.session.execute(text("GRANT UPDATE ON audit_entry TO CURRENT_USER"))
        query = text("SELECT has_table_privilege('audit_entry', 'UPDATE')")
        assert work.session.scalar(query) is False


def test_without_being_given_anything_the_role_can_do_nothing(server: Server) -> None:
    engine = open_engine(server.stock.urls[0].replace("//postgres@", f"//{ROLE}@"))
    with (
        engine.begin() as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(text("SELECT 1 FROM audit_entry"))
    engine.dispose()


def test_what_the_role_had_before_is_taken_away(server: Server) -> None:
    server.say(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {ROLE}")
    server.say(f"GRANT CREATE ON SCHEMA public TO {ROLE}")
    for _ in range(2):
        grant_all(server.parts, ROLE)
    query = text("SELECT has_table_privilege(:role, 'audit_entry', 'DELETE')")
    with server.main.begin() as connection:
        assert connection.scalar(query, {"role": ROLE}) is False


def test_a_role_that_is_not_there_is_refused(server: Server) -> None:
    with pytest.raises(GrantError, match="no such role"):
        grant_all(server.parts, "nobody")


def test_a_superuser_is_refused(server: Server) -> None:
    with pytest.raises(GrantError, match="undo everything"):
        grant(server.main, MAIN, "postgres")


def test_whoever_owns_a_table_is_refused(server: Server) -> None:
    server.once(f"ALTER TABLE audit_link OWNER TO {ROLE}")
    try:
        with pytest.raises(GrantError, match="owns"):
            grant(server.main, MAIN, ROLE)
    finally:
        server.once("ALTER TABLE audit_link OWNER TO CURRENT_USER")


@pytest.mark.parametrize(
    ("before", "reason", "after"),
    [
        (
            "GRANT CREATE ON SCHEMA public TO PUBLIC",
            "make tables",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        ),
        (
            "GRANT UPDATE ON audit_entry TO PUBLIC",
            "change the audit trail",
            "REVOKE UPDATE ON audit_entry FROM PUBLIC",
        ),
    ],
)
def test_a_role_that_could_do_more_by_what_everybody_may_is_refused(
    server: Server, before: str, reason: str, after: str
) -> None:
    server.once(before)
    try:
        with pytest.raises(GrantError, match=reason):
            grant(server.main, MAIN, ROLE)
    finally:
        server.once(after)
    grant(server.main, MAIN, ROLE)


def test_a_name_that_tries_to_say_more_is_only_a_name(server: Server) -> None:
    name = 'a"; DROP TABLE audit_link; --:x %s 100%'
    quoted = '"' + name.replace('"', '""').replace("%", "%%") + '"'
    server.once(f"CREATE ROLE {quoted}")
    try:
        grant(server.parts.keyring.engine, KEYRING, name)
        grant(server.main, MAIN, name)
        query = text("SELECT has_table_privilege(:role, 'audit_link', 'INSERT')")
        with server.main.begin() as connection:
            assert connection.scalar(query, {"role": name}) is True
    finally:
        server.say(f"DROP OWNED BY {quoted}")
        server.once(f"DROP ROLE {quoted}")


def test_a_role_is_given_what_it_needs_by_the_command_that_migrates(
    server: Server, tmp_path: Path
) -> None:
    main, keyring = server.stock.urls
    urls = {"PORTAL_DATABASE_URL": main, "PORTAL_KEYRING_URL": keyring}
    told = run(tmp_path, "migrate", "--grant-to", ROLE, **urls)
    assert (told.returncode, told.stderr) == (0, "")
    with server.main.begin() as connection:
        query = text("SELECT has_table_privilege(:role, 'audit_link', 'INSERT')")
        assert connection.scalar(query, {"role": ROLE}) is True
    told = run(tmp_path, "migrate", "--grant-to", "nobody", **urls)
    assert (told.returncode, told.stderr) == (
        1, "Error: There is no such role: create it first\n",
    )  # fmt: skip


def test_only_where_there_are_roles_can_one_be_given_anything(
    server: Server, tmp_path: Path
) -> None:
    assert can_grant(server.parts)
    one_file = f"sqlite:///{tmp_path / 'keyring.db'}"
    settings = replace(server.parts.settings, keyring_url=one_file)
    assert not can_grant(assemble(settings, HELD, QUESTIONS))
