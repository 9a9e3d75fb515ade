"""Whether a database has the newest schema: without the library that migrates, which is slow."""

from sqlalchemy import Engine, inspect, text

from portal.runtime import Runtime
from portal.settings import ROOT

MAIN, KEYRING = "main", "keyring"


def is_newest(engine: Engine, branch: str) -> bool:
    """Tell whether a database has the schema that this program needs."""
    with engine.execution_options(reading=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
    return list(found) == [newest(branch)]


def newest(branch: str) -> str:
    """Return the name of the newest revision: files of revisions begin with theirs."""
    files = (ROOT / "migrations" / branch / "versions").glob("[0-9]*_*.py")
    return max(file.name.partition("_")[0] for file in files)


def are_newest(parts: Runtime) -> bool:
    """Tell whether both databases have the schema that this program needs."""
    return is_newest(parts.sessions.engine, MAIN) and is_newest(parts.keyring.engine, KEYRING)
