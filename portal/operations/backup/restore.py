"""Restore a backup of the main database, and carry out in it the erasures since.

A restore is a few steps with a note in the keyring from before the first to after the last, and the
portal does not start while the note exists. After an interruption it is run again. If it fails and
nothing was changed, it deletes its note.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.exc import DBAPIError

from portal.governance.audit.chain import give_up_end
from portal.governance.audit.events import BackupRestored
from portal.governance.audit.models import AuditEntry
from portal.governance.audit.rules import GapReason
from portal.governance.audit.trail import note_gap, record
from portal.operations.backup import dump, store
from portal.operations.backup.backup import find_revision, mark, opened, refuse_unopened, seal
from portal.operations.backup.erasure_replay import Replayed, count_entries, replay
from portal.operations.backup.manifest import Backup
from portal.operations.backup.packing import Identities
from portal.operations.backup.postgresql_address import BackupError, explain
from portal.operations.restore_check import RESTORING, count_applied
from portal.operations.schema.migrate import (
    GrantError,
    grant,
    join_databases,
    list_grantees,
    refuse_strangers,
    upgrade,
)
from portal.operations.schema.model_registry import KeyringBase
from portal.operations.schema.version import KEYRING, MAIN, is_newest
from portal.platform.core.errors import UnreadableError
from portal.platform.encryption.models import Note
from portal.platform.runtime import Runtime
from portal.platform.settings import ROOT

GO_ON = (
    "The database is not whole, and the portal does not start on it. When the cause is mended,"
    " run the same again, or choose another copy with --copy NAME"
)
AS_BEFORE = "Nothing was changed, and the portal may start again"


@dataclass(frozen=True, slots=True)
class _Underway:
    """State of a restore, for when it is run again; the value of the note.

    `entries` is the number of entries that the audit trail had before, `roles` the roles that had
    the portal's rights, `keyring` the SHA-256 of the keyring's backup that was restored, and with
    `is_back` only the replay is missing.
    """

    entries: int
    keyring: str = ""
    is_back: bool = False
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """What to restore: a backup by its name or the newest, and the keyring's from a folder.

    `identities` are the secret keys for encrypted backups.
    """

    name: str | None = None
    keyring_folder: Path | None = None
    identities: Identities = field(default_factory=list)


def restore(
    parts: Runtime, folder: Path, choice: RestoreRequest, *, report: Callable[[int], None]
) -> Replayed:
    """Restore the chosen backup, and carry out in it the erasures since.

    Nothing else may use the databases. The keyring stays as it is, unless a folder with its backup
    is given: then that is restored first, if there is no key today (`parts` must be new, so that
    nothing of the lost one is cached). `report` is called with the number of customers that the
    replay has looked at. Raises `BackupError`, for an unusable backup before anything is changed;
    `LeftoverError` when data of somebody who has left stay.
    """
    copy, keys = store.find_backup(folder, choice.name), choice.identities
    keyring_folder = choice.keyring_folder
    _refuse_copy(parts.sessions.engine, MAIN, copy, keys)
    kept = store.read_backup(keyring_folder / store.KEYRING) if keyring_folder else None
    _refuse_target(parts, with_keyring=kept is not None)
    if kept is not None:
        _put_keyring_back(parts, copy, kept, keys)
    upgrade(parts.keyring.engine, KEYRING)
    _refuse_other_keyring(parts, copy)
    parts.keyring.prepare()
    underway = _put_main_back(parts, copy, kept, keys)
    upgrade(parts.sessions.engine, MAIN)
    join_databases(parts)
    refused = _give_rights(parts, underway)
    _finish_trail(parts, copy, underway)
    done = replay(parts, is_restored=True, report=report)
    if refused:
        raise BackupError(f"The copy is put back and everything else is done. {refused}")
    return done


def lacks_only_replay(parts: Runtime) -> bool:
    """Tell whether the data are in place: no restore was interrupted, or only its last step."""
    underway = _read_note(parts)
    return underway is None or underway.is_back


def _refuse_copy(engine: Engine, branch: str, copy: Backup, keys: Identities) -> None:
    """Refuse a backup that is damaged, of another kind of database or of a newer program."""
    store.check(copy, engine.dialect.name)
    scripts = ScriptDirectory(str(ROOT / "migrations" / branch))
    if copy.schema not in {script.revision for script in scripts.walk_revisions()}:
        raise BackupError(f"{copy.file.name} is of a newer program than this one")
    refuse_unopened(copy, keys)


def _refuse_target(parts: Runtime, *, with_keyring: bool) -> None:
    """Refuse to replace another portal's database, or one that our role cannot replace."""
    engines = [parts.sessions.engine, *([parts.keyring.engine] if with_keyring else [])]
    for engine in engines:
        dump.check_putting(engine, parts.settings.postgresql_tools)
    tables = set(inspect(parts.sessions.engine).get_table_names()) - {"alembic_version"}
    if tables and AuditEntry.__tablename__ not in tables:
        raise BackupError(
            "The main database holds tables of something else than the portal. Look at"
            " PORTAL_DATABASE_URL"
        )
    refuse_strangers(parts)


def _refuse_other_keyring(parts: Runtime, copy: Backup) -> None:
    """Refuse a backup made with another keyring, or after today's keyring."""
    try:
        is_ours = copy.keyring == mark(parts)
    except UnreadableError:
        raise BackupError(
            "The keyring cannot be opened: PORTAL_MASTER_KEY is another one, or the keyring is"
            " new. Put its copy back with --with-keyring"
        ) from None
    if not is_ours:
        raise BackupError(f"{copy.file.name} was made with another keyring")
    if copy.seal != seal(parts, copy):
        raise BackupError(f"{copy.manifest} was changed")
    if max(copy.erasures, _newest_applied(parts)) > parts.keyring.ledger.newest():
        raise BackupError(
            "The keyring is older than the database: it may hold keys of people who have left."
            " Put its newest copy back"
        )


def _put_keyring_back(parts: Runtime, copy: Backup, kept: Backup, keys: Identities) -> None:
    """Restore the keyring's backup, if none is in use or an interrupted restore did so already."""
    engine = parts.keyring.engine
    _refuse_copy(engine, KEYRING, kept, keys)
    if kept.keyring != copy.keyring:
        raise BackupError(f"{copy.file.name} was made with another keyring than {kept.file.name}")
    if max(copy.erasures, _newest_applied(parts)) > kept.erasures:
        raise BackupError(f"{kept.file.name} is older than the database: people have left since")
    upgrade(engine, KEYRING)
    underway = _read_note(parts)
    if underway is not None and underway.keyring == kept.sha256:
        return
    if not (parts.keyring.count() or parts.keyring.ledger.count()):
        _put(parts, engine, kept, keys)
    elif not _holds(engine, kept):
        raise BackupError(
            "The keyring is in use: its copy is put back only where it is lost. Leave out"
            " --with-keyring"
        )


def _holds(engine: Engine, kept: Backup) -> bool:
    """Tell whether a keyring has as many rows as its backup: an interrupted restore put it back.

    There is no note of that yet: notes are kept in the keyring. Whether it is this very one is
    checked next, and it is never replaced. Of a backup in two files nothing is known.
    """
    rows = kept.counted.rows
    with engine.execution_options(reading=True).connect() as connection:
        return bool(rows) and all(
            connection.scalar(select(func.count()).select_from(table)) == rows.get(table.name, 0)
            for table in KeyringBase.metadata.sorted_tables
            if table.name != Note.__tablename__
        )


def _put_main_back(
    parts: Runtime, copy: Backup, kept: Backup | None, keys: Identities
) -> _Underway:
    """Replace the main database; a failure that changed nothing leaves no note."""
    before = _read_note(parts)
    underway = _begin(parts, before, kept)
    try:
        _put(parts, parts.sessions.engine, copy, keys)
    except BackupError as fault:
        if fault.is_unchanged and before is None and kept is None:
            parts.keyring.keep_note(RESTORING, None)
            raise BackupError(f"{fault}. {AS_BEFORE}", is_unchanged=True) from None
        raise BackupError(f"{fault}. {GO_ON}") from None
    except (OSError, DBAPIError) as fault:
        raise BackupError(f"{explain(fault)}. {GO_ON}") from None
    return underway


def _begin(parts: Runtime, before: _Underway | None, kept: Backup | None) -> _Underway:
    """Save the note, with what an interrupted restore has saved in it already."""
    underway = before
    if underway is None:
        engine = parts.sessions.engine
        entries = count_entries(parts) if is_newest(engine, MAIN) else 0
        underway = _Underway(entries, roles=tuple(list_grantees(engine)))
    if kept is not None:
        underway = replace(underway, keyring=kept.sha256)
    parts.keyring.keep_note(RESTORING, json.dumps(asdict(underway)))
    parts.keyring.settle()  # what this copy does not know yet, a newer one may need
    return underway


def _put(parts: Runtime, engine: Engine, copy: Backup, keys: Identities) -> None:
    fill, tools = opened(copy, keys), parts.settings.postgresql_tools
    is_secret = engine is parts.keyring.engine
    is_emptied = engine.dialect.name == "postgresql" and find_revision(engine) != copy.schema
    if is_emptied:
        dump.empty(engine)
    try:
        dump.put_back(engine, fill, tools, is_secret=is_secret)
    except BackupError as fault:
        raise BackupError(str(fault), is_unchanged=fault.is_unchanged and not is_emptied) from None


def _give_rights(parts: Runtime, underway: _Underway) -> str:
    """Give the portal's roles the rights they had; return what was refused, and fail at nothing.

    The tables are new ones. The keyring's are only if its backup was restored.
    """
    for role in underway.roles:
        try:
            grant(parts.sessions.engine, MAIN, role)
            if underway.keyring:
                grant(parts.keyring.engine, KEYRING, role)
        except GrantError as fault:
            return f"The role {role} was not given what it needs: {fault}"
    return ""


def _finish_trail(parts: Runtime, copy: Backup, underway: _Underway) -> None:
    """Record the restore in the trail; what was sealed after the backup is given up."""
    lost = max(0, underway.entries - count_entries(parts))
    with parts.work() as work:
        record(work, BackupRestored(uuid4(), copy.made_at.isoformat(), lost))
        if lost:
            note_gap(work, GapReason.RESTORED, copy.made_at)
    give_up_end(parts)
    parts.keyring.keep_note(RESTORING, json.dumps(asdict(replace(underway, is_back=True))))


def _read_note(parts: Runtime) -> _Underway | None:
    facts = json.loads(parts.keyring.read_note(RESTORING) or "null")
    if not isinstance(facts, dict):
        return None
    return _Underway(**{**facts, "roles": tuple(facts.get("roles", ()))})


def _newest_applied(parts: Runtime) -> int:
    """Return the newest erasure that the present main database knows, if it can be queried."""
    return count_applied(parts)[0] if is_newest(parts.sessions.engine, MAIN) else 0
