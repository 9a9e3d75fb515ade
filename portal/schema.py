"""Bring both databases to the newest schema, one process at a time; never at import."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from portal.runtime import Runtime

ROOT = Path(__file__).resolve().parent.parent
MAIN, KEYRING = "main", "keyring"
LOCK = 7_266_184
"""PostgreSQL's advisory lock that migrations take; an arbitrary number that is ours."""


def upgrade(engine: Engine, branch: str, revision: str = "head") -> None:
    """Upgrade a database; whoever comes second waits and finds it done."""
    with _alone(engine) as connection:
        command.upgrade(_configure(branch, connection), revision)


def downgrade(engine: Engine, branch: str, revision: str) -> None:
    """Downgrade a database to a revision, or to `base`."""
    with _alone(engine) as connection:
        command.downgrade(_configure(branch, connection), revision)


def is_newest(engine: Engine, branch: str) -> bool:
    """Tell whether a database has the schema that this program needs."""
    with engine.execution_options(reading=True).connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(_configure(branch)).get_current_head()


def _configure(branch: str, connection: Connection | None = None) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "migrations" / branch))
    configuration.attributes["connection"] = connection
    return configuration


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Open one transaction that no other migration shares."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield connection


def migrate(parts: Runtime) -> None:
    """Bring both databases to the newest schema, and make the secrets of a new keyring."""
    upgrade(parts.keyring.engine, KEYRING)
    parts.keyring.prepare()
    upgrade(parts.sessions.engine, MAIN)


def are_newest(parts: Runtime) -> bool:
    """Tell whether both databases have the schema that this program needs."""
    return is_newest(parts.sessions.engine, MAIN) and is_newest(parts.keyring.engine, KEYRING)
