"""Verification of backups: they are restored into temporary databases, and counted there.

The row counts and the newest seal of the audit trail must be those of the databases at the moment
of the backup.
"""

from collections.abc import Callable
from pathlib import Path

import psycopg
from sqlalchemy import Engine

from portal.operations.backup import dump, postgresql_database, postgresql_programs, store
from portal.operations.backup.backup import opened, refuse_unopened
from portal.operations.backup.manifest import Backup
from portal.operations.backup.packing import Fill, Identities
from portal.operations.backup.postgresql_address import BackupError
from portal.operations.backup.row_counts import Counted, count_postgresql, count_sqlite
from portal.platform.runtime import Runtime


def refuse_unable(parts: Runtime, identities: Identities) -> None:
    """Refuse, before backups are made, if they could not be verified; raises `BackupError`."""
    if parts.settings.backup_recipient and not identities:
        raise BackupError("The copies are encrypted: --verify needs the secret key, by --identity")
    if parts.sessions.engine.dialect.name == "postgresql":
        postgresql_database.refuse_unable(parts.sessions.engine)


def verify(
    parts: Runtime,
    copy: Backup,
    keyring_folder: Path,
    identities: Identities,
    report: Callable[[str], None],
) -> None:
    """Restore a backup of the main database and of the keyring temporarily, and compare them.

    The keyring's goes into no other database: on SQLite it stays in memory, on PostgreSQL its rows
    are counted as they come. Raises `BackupError` for one that does not contain what it should.
    """
    tools = parts.settings.postgresql_tools
    kept = store.read_backup(keyring_folder / store.KEYRING)
    for one, engine in ((copy, parts.sessions.engine), (kept, parts.keyring.engine)):
        store.check(one, engine.dialect.name)
        refuse_unopened(one, identities)
        is_secret = engine is parts.keyring.engine
        found = _count(engine, opened(one, identities), tools, is_secret=is_secret)
        fault = one.counted.compare(found)
        if fault:
            raise BackupError(f"{one.file.name} does not hold what it should: {fault}")
        report(f"Verified: {one.file.name}, {found.total} rows in {len(found.rows)} tables")


def _count(engine: Engine, fill: Fill, tools: str, *, is_secret: bool) -> Counted:
    if engine.dialect.name == "sqlite":
        with dump.opened_plain(engine, fill, is_secret=is_secret) as copy:
            return count_sqlite(copy)
    if is_secret:
        return postgresql_programs.count(engine, fill, tools)
    with postgresql_database.throwaway(engine) as other:
        postgresql_programs.restore(other, fill, tools)
        with other.connect() as connection:
            driver = connection.connection.driver_connection
            if not isinstance(driver, psycopg.Connection):
                raise TypeError("Not a connection to PostgreSQL")
            return count_postgresql(driver)
