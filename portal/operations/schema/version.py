"""The version of a database's schema; without the migration library, which is slow to import."""

from sqlalchemy import Engine, inspect, text

from portal.platform.runtime import Runtime
from portal.platform.settings import ROOT

MAIN, KEYRING = "main", "keyring"


def is_newest(engine: Engine, branch: str) -> bool:
    """Tell whether a database has the newest schema that this program knows."""
    return _read_revision(engine)[0] == newest(branch)


def is_compatible(engine: Engine, branch: str) -> bool:
    """Tell whether this program may run on a database: its own schema, or a compatible later one.

    The next release is migrated to while this one still serves; each revision names the oldest one
    whose program may run on it (`compatible_from`), and the database stores that beside its
    revision.
    """
    revision, compatible_from = _read_revision(engine)
    own = newest(branch)
    return revision == own or bool(compatible_from and compatible_from <= own < revision)


def _read_revision(engine: Engine) -> tuple[str, str]:
    """Return the revision of a database, and the oldest whose program may run on it.

    Each is empty where it is not known.
    """
    with engine.execution_options(reading=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return "", ""
        found = connection.execute(text("SELECT * FROM alembic_version")).mappings().all()
    if len(found) != 1:
        return "", ""
    return found[0]["version_num"], found[0].get("compatible_from") or ""


def newest(branch: str) -> str:
    """Return the id of the newest revision, by the names of the revisions' files."""
    files = (ROOT / "migrations" / branch / "versions").glob("[0-9]*_*.py")
    return max(file.name.partition("_")[0] for file in files)


def are_compatible(parts: Runtime) -> bool:
    """Tell whether this program may run on both databases."""
    return is_compatible(parts.sessions.engine, MAIN) and is_compatible(
        parts.keyring.engine, KEYRING
    )
