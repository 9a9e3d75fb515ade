"""Bring both databases to the newest schema, one process at a time; never at import."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from portal.operations.schema.lock import AGAIN_SECONDS, Report, take_lock
from portal.operations.schema.model_registry import Base, KeyringBase
from portal.operations.schema.version import KEYRING, MAIN
from portal.platform.core.database import open_to_migrate
from portal.platform.core.trouble import find_trouble, is_passing
from portal.platform.core.work import Work
from portal.platform.encryption.installation import (
    Installation,
    StrangersError,
    are_strangers,
    join,
)
from portal.platform.encryption.models import Note
from portal.platform.runtime import Runtime
from portal.platform.settings import ROOT

LOCK_SECONDS = 2
"""How long a migration waits for a table, and with it whoever wants the table after it."""
NEVER_CHANGED = frozenset({"audit_entry", "audit_link"})
TABLES = {MAIN: Base.metadata, KEYRING: KeyringBase.metadata}


class GrantError(Exception):
    """A role cannot be given the rights that the portal needs; the text says why."""


def upgrade(
    engine: Engine, branch: str, revision: str = "head", report: Report = lambda _: None
) -> None:
    """Upgrade a database, revision by revision; a second process waits and finds it done.

    A revision whose table is in use releases its locks, so that pages are held up for
    `LOCK_SECONDS` at most, and is tried again.
    """
    with _locked(engine, report) as connection:
        while True:
            try:
                command.upgrade(_configure(branch, connection, report), revision)
            except OperationalError as fault:
                connection.rollback()
                if not is_passing(find_trouble(fault)):
                    raise
                report("a table is in use: trying again")
                time.sleep(AGAIN_SECONDS)
            else:
                return


def downgrade(engine: Engine, branch: str, revision: str) -> None:
    """Downgrade a database to a revision, or to `base`."""
    with _locked(engine) as connection:
        command.downgrade(_configure(branch, connection), revision)


def _configure(branch: str, connection: Connection, report: Report = lambda _: None) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "migrations" / branch))
    configuration.attributes.update(connection=connection, report=report)
    return configuration


@contextmanager
def _locked(engine: Engine, report: Report = lambda _: None) -> Iterator[Connection]:
    """Open a connection without the time limits of pages, when no other migration runs."""
    patient = open_to_migrate(engine, LOCK_SECONDS)
    try:
        with patient.connect() as connection, take_lock(connection, report):
            yield connection
            connection.rollback()  # what alembic only looked at
    finally:
        patient.dispose()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Open one transaction while no other migration runs."""
    with _locked(engine) as connection, connection.begin():
        yield connection


def migrate(parts: Runtime, report: Report = lambda _: None) -> None:
    """Bring both databases to the newest schema, and make the secrets of a new keyring.

    `report` is called with what takes long, and what is waited for. Raises `StrangersError` when
    they belong to two different portals.
    """
    refuse_strangers(parts)
    upgrade(parts.keyring.engine, KEYRING, report=report)
    parts.keyring.prepare()
    upgrade(parts.sessions.engine, MAIN, report=report)
    join_databases(parts)


def join_databases(parts: Runtime) -> None:
    """Write this portal's id into both databases; raises `StrangersError`."""
    with parts.work() as work:
        join(work, parts.keyring, is_blank=_is_blank(work))


def refuse_strangers(parts: Runtime) -> None:
    """Refuse databases of two portals, as far as they can be queried; raises `StrangersError`.

    An unused main database belongs to any portal.
    """
    if not inspect(parts.sessions.engine).has_table(Installation.__tablename__):
        return
    if not inspect(parts.keyring.engine).has_table(Note.__tablename__):
        return
    with parts.work() as work:
        if are_strangers(work, parts.keyring) and not _is_blank(work):
            raise StrangersError


def _is_blank(work: Work) -> bool:
    return work.session.scalar(text("SELECT 1 FROM audit_entry LIMIT 1")) is None


def can_grant(parts: Runtime) -> bool:
    """Tell whether both databases know roles: PostgreSQL does, SQLite does not."""
    engines = parts.sessions.engine, parts.keyring.engine
    return all(engine.dialect.name == "postgresql" for engine in engines)


def grant_all(parts: Runtime, role: str) -> None:
    """Give a role the rights that the portal needs in both databases; raises `GrantError`."""
    grant(parts.keyring.engine, KEYRING, role)
    grant(parts.sessions.engine, MAIN, role)


def grant(engine: Engine, branch: str, role: str) -> None:
    """Give a PostgreSQL role exactly the rights that the portal needs in one database.

    It may read and write rows, and nothing else; of the audit trail it may read and add rows.
    Reading includes the state of sequences, which every backup of a database contains. Raises
    `GrantError`, and gives nothing, for a role that does not exist or could do more.
    """
    with _alone(engine) as connection:
        _refuse_unfit(connection, role)
        quote = engine.dialect.identifier_preparer.quote_identifier
        to = quote(role)
        schema = quote(str(connection.scalar(text("SELECT current_schema()"))))
        tables = f"ALL TABLES IN SCHEMA {schema}"
        statements = [
            f"REVOKE ALL ON {tables} FROM {to}",
            f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {to}",
            f"REVOKE ALL ON SCHEMA {schema} FROM {to}",
            f"GRANT USAGE ON SCHEMA {schema} TO {to}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {to}",
            f"GRANT SELECT ON alembic_version TO {to}",
        ]
        for table in TABLES[branch].tables:
            verbs = "SELECT, INSERT" + ("" if table in NEVER_CHANGED else ", UPDATE, DELETE")
            statements.append(f"GRANT {verbs} ON {quote(table)} TO {to}")
        for statement in statements:
            connection.exec_driver_sql(statement)
        _refuse_excess(connection, role, NEVER_CHANGED & {*TABLES[branch].tables})


def list_grantees(engine: Engine) -> list[str]:
    """Return the roles that have the portal's rights in a main database."""
    query = text(
        "SELECT DISTINCT pg_get_userbyid(given.grantee) FROM pg_class c,"
        " LATERAL aclexplode(c.relacl) given WHERE c.oid = to_regclass('audit_entry')"
        " AND given.privilege_type = 'INSERT' AND given.grantee NOT IN (0, c.relowner)"
    )
    if engine.dialect.name != "postgresql":
        return []
    with engine.connect() as connection:
        return sorted(connection.scalars(query))


def _refuse_unfit(connection: Connection, role: str) -> None:
    query = text(
        "SELECT r.rolsuper OR pg_has_role(r.oid, d.datdba, 'MEMBER') OR EXISTS ("
        " SELECT FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace"
        " AND pg_has_role(r.oid, c.relowner, 'MEMBER'))"
        " FROM pg_roles r, pg_database d"
        " WHERE r.rolname = :role AND d.datname = current_database()"
    )
    is_mighty = connection.scalar(query, {"role": role})
    if is_mighty is None:
        raise GrantError("There is no such role: create it first")
    if is_mighty:
        raise GrantError(
            "The role is a superuser, or owns the database or tables: it can undo everything."
            " Give one that owns nothing"
        )


def _refuse_excess(connection: Connection, role: str, tables: Iterable[str]) -> None:
    """Refuse a role that may do more than it was given, through PUBLIC or a group."""
    query = text("SELECT has_schema_privilege(:role, current_schema(), 'CREATE')")
    if connection.scalar(query, {"role": role}):
        raise GrantError(
            "The role can still make tables, as PUBLIC or a group of its can."
            " Say in both databases: REVOKE CREATE ON SCHEMA public FROM PUBLIC"
        )
    query = text("SELECT has_table_privilege(:role, :table, 'UPDATE, DELETE, TRUNCATE')")
    if any(connection.scalar(query, {"role": role, "table": table}) for table in tables):
        raise GrantError("The role can still change the audit trail, as a group of its can")
