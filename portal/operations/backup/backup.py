"""Back up both databases; `restore.py` puts a backup of the main one back.

Backups of the main database are kept for a while. Of the keyring there is one backup, in a folder
of its own: an older one would hold the keys of people who have left, and make every old backup of
the main database readable again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from portal.operations.backup import dump, packing, store
from portal.operations.backup.manifest import Backup
from portal.operations.backup.packing import Fill, Identities, Sink
from portal.operations.backup.postgresql_address import BackupError, explain
from portal.operations.restore_check import RESTORING, count_applied
from portal.operations.schema.migrate import join_databases
from portal.operations.startup_checks import refuse_unready
from portal.platform.core.errors import DomainError
from portal.platform.runtime import Runtime
from portal.platform.settings import SettingsError

FINGERPRINT_LABEL, SEAL = "mark of a keyring", "manifest of a copy"
"""Kinds of the keyed hashes in a manifest."""


T = TypeVar("T")


class _Steps:
    """Steps that are all tried, whether or not others failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def take(self, what: str, step: Callable[[], T]) -> T | None:
        try:
            return step()
        except (DomainError, SettingsError) as fault:
            self.failed.append(f"{what}: {fault}")
        except (OSError, DBAPIError) as fault:
            self.failed.append(f"{what}: {explain(fault)}")
        return None


def back_up(
    parts: Runtime,
    folder: Path,
    keyring_folder: Path,
    report: Callable[[str], None],
    check: Callable[[], None] = lambda: None,
) -> Backup:
    """Back up both databases while the portal runs, and delete the backups that have expired.

    The main database first: a key that is made in between is one too many and harms nobody, where a
    missing one would make somebody unreadable. Old backups are deleted whatever else failed, or
    refuses a backup: the receipts name their last day. `check` may refuse one more, and `report` is
    called with the name of every file that was written or deleted. Raises `BackupError`, which
    names each step that failed and why.
    """
    made_at, steps, copy = parts.clock(), _Steps(), None

    def prepare() -> bool:
        if folder.resolve() == keyring_folder.resolve():
            raise BackupError("The keyring needs a folder of its own")
        if parts.keyring.read_note(RESTORING) is not None:
            raise BackupError("A copy is being put back. Finish that first")
        check()
        return _prepare(parts)

    if steps.take("Nothing was copied", prepare):
        main = partial(_copy_main, parts, folder, made_at, report)
        copy = steps.take("The main database was not copied", main)
        if copy is not None:
            report(f"Written: {copy.file.name}")
        keyring = partial(_copy_keyring, parts, keyring_folder, made_at)
        kept = steps.take("The keyring was not copied", keyring)
        if kept is not None:
            report(f"Written: {kept.file.name}")
    days = timedelta(days=parts.settings.backups_kept_days)
    prune = partial(store.prune, folder, made_at, days, lambda name: report(f"Deleted: {name}"))
    steps.take("Old copies were not deleted", prune)
    if copy is None or steps.failed:
        raise BackupError(". ".join(steps.failed))
    return copy


def opened(copy: Backup, identities: Identities) -> Fill:
    """Return a function that writes a backup's contents, unpacked, into a sink."""

    def fill(sink: Sink) -> None:
        with copy.file.open("rb") as stream:
            stream.seek(copy.start)
            packing.unpack(stream, sink, copy.packing, identities)

    return fill


def refuse_unopened(copy: Backup, identities: Identities) -> None:
    """Refuse a backup that none of the secret keys opens; raises `BackupError`."""
    with copy.file.open("rb") as stream:
        stream.seek(copy.start)
        packing.refuse_unopened(stream, copy.file.name, copy.packing, identities)


def find_revision(engine: Engine) -> str | None:
    """Return the revision of a database's schema; None when it has none."""
    with engine.execution_options(reading=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def mark(parts: Runtime) -> str:
    """Return the id of a keyring, which tells it from any other."""
    return parts.keyring.hash(FINGERPRINT_LABEL, "")[:8].hex()


def seal(parts: Runtime, copy: Backup) -> str:
    """Return the keyring's keyed hash over all facts of a manifest."""
    return parts.keyring.hash(SEAL, copy.facts).hex()


def _prepare(parts: Runtime) -> bool:
    """Check before anything is written whether these databases can be backed up."""
    refuse_unready(parts)
    if parts.settings.backup_recipient:
        packing.read_recipients(parts.settings.backup_recipient)
    join_databases(parts)
    for engine in (parts.sessions.engine, parts.keyring.engine):
        dump.check_taking(engine, parts.settings.postgresql_tools)
    return True


def _copy_main(
    parts: Runtime, folder: Path, made_at: datetime, report: Callable[[str], None]
) -> Backup:
    store.open_folder(folder)
    for name in store.clear(folder):
        report(f"Deleted: {name}")
    with store.reserved(folder, made_at) as part:
        return _take(parts, parts.sessions.engine, part, made_at, store.publish)


def _copy_keyring(parts: Runtime, folder: Path, made_at: datetime) -> Backup:
    store.open_folder(folder)
    with store.alone(folder):
        part = store.reserve_keyring(folder)
        return _take(parts, parts.keyring.engine, part, made_at, store.publish_only)


def _take(
    parts: Runtime,
    engine: Engine,
    part: Path,
    made_at: datetime,
    publish: Callable[[Path, Backup], None],
) -> Backup:
    """Write one backup into `part`, then give it its manifest and its name."""
    tools, recipients = parts.settings.postgresql_tools, parts.settings.backup_recipient
    is_keyring = engine is parts.keyring.engine
    try:
        ledger_before = parts.keyring.ledger.newest()
        with (
            store.writing(part) as target,
            dump.taken_out(engine, tools, is_secret=is_keyring) as (stream, counted),
        ):
            how = packing.pack(stream, target, recipients)
        size, sha256 = store.measure(part)
        copy = Backup(
            file=part.with_suffix(""),
            made_at=made_at,
            kind=engine.dialect.name,
            size=size,
            sha256=sha256,
            schema=find_revision(engine) or "",
            # never more than the keyring's copy has, never less than the main one's
            erasures=ledger_before if is_keyring else count_applied(parts)[0],
            keyring=mark(parts),
            packing=how,
            counted=counted,
        )
        copy = replace(copy, seal=seal(parts, copy))
        publish(part, copy)
    except BaseException:
        store.shred(part)
        raise
    return copy
