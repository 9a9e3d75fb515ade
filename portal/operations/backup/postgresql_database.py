"""Queries to a PostgreSQL server: owners, emptying a database, a temporary database."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from portal.operations.backup.postgresql_address import BackupError
from portal.platform.core.database import opened_patiently

LOCK_SECONDS = 5
"""How long emptying waits for a table that somebody uses; to drop it takes as long as it takes."""
THROWAWAY = "portal_verify_"
LEFT = (
    "SELECT d.datname FROM pg_database d WHERE starts_with(d.datname, 'portal_verify_')"
    " AND pg_get_userbyid(d.datdba) = current_user"
    " AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)"
)
EMPTY = """
DO $$ DECLARE thing text; BEGIN
    FOR thing IN SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = current_schema() AND tableowner = current_user
    LOOP EXECUTE 'DROP TABLE IF EXISTS ' || thing || ' CASCADE'; END LOOP;
    FOR thing IN SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace
        AND proowner = current_user::regrole
    LOOP EXECUTE 'DROP ROUTINE ' || thing || ' CASCADE'; END LOOP;
END $$
"""


def empty(engine: Engine) -> None:
    """Drop every table and function of ours, or nothing; raises `BackupError`.

    Before a backup of another schema is restored: pg_restore drops only what is in the backup.
    """
    try:
        with (
            opened_patiently(engine, LOCK_SECONDS) as patient,
            patient.execution_options(isolation_level="AUTOCOMMIT").connect() as connection,
        ):
            connection.execute(text(EMPTY))
    except DBAPIError as fault:
        kind = type(fault.orig).__name__
        reason = "somebody holds a lock on it" if kind == "LockNotAvailable" else kind
        raise BackupError(
            f"The database could not be emptied: {reason}", is_unchanged=True
        ) from None


def refuse_stranger(engine: Engine) -> None:
    """Refuse a role that does not own the tables: only their owner can replace them.

    Raises `BackupError`, which names the owner.
    """
    query = text(
        "SELECT current_user, has_schema_privilege(current_schema(), 'CREATE'),"
        " (SELECT min(tableowner) FROM pg_tables WHERE schemaname = current_schema()"
        "  AND tableowner <> current_user),"
        " (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database())"
    )
    with engine.connect() as connection:
        role, can_create, owner, maker = connection.execute(query).one()
    if can_create and owner is None:
        return
    raise BackupError(
        f"A copy takes the place of the tables, which the role {role} does not own. Give the"
        f" addresses of the role {owner or maker} in PORTAL_DATABASE_URL and PORTAL_KEYRING_URL,"
        " for this command only",
        is_unchanged=True,
    )


def refuse_unable(engine: Engine) -> None:
    """Refuse a role that may not create databases; raises `BackupError` with what it needs."""
    query = (
        "SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    )
    with engine.connect() as connection:
        role, may = connection.execute(text(query)).one()
    if not may:
        raise BackupError(
            f"The role {role} may not make the database in which a copy is tried. Let it:"
            f" ALTER ROLE {role} CREATEDB; or give the address of one that may in"
            " PORTAL_DATABASE_URL, for this command only"
        )


@contextmanager
def throwaway(engine: Engine) -> Iterator[Engine]:
    """Create an empty temporary database on the same server; raises `BackupError` if not allowed.

    Those that killed processes have left are dropped: ours, and without connections.
    """
    query = (
        "SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    )
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        role, may = connection.execute(text(query)).one()
        if not may:
            raise BackupError(
                f"The role {role} may not make the database in which a copy is tried. Let it:"
                f" ALTER ROLE {role} CREATEDB; or give the address of one that may in"
                " PORTAL_DATABASE_URL, for this command only"
            )
        for name in connection.scalars(text(LEFT)).all():
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        name = f"{THROWAWAY}{token_hex(16)}"
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        made = create_engine(
            engine.url.set(database=name), hide_parameters=True, poolclass=NullPool
        )
        try:
            yield made
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
