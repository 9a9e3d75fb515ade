"""Back up both databases, and put a copy of the main one back.

Copies of the main database are kept for a while. Of the keyring there is one copy, in a folder
of its own: an older one would hold the keys of people who have left, and make every old copy
of the main database readable again.

A restore is a few steps with a note in the keyring from before the first to after the last, and
the portal does not start while it is there. Interrupted anywhere, it is begun again.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from portal import dumping, shelf
from portal.audit.chain import give_up_end
from portal.audit.events import CopyRestored
from portal.audit.trail import record
from portal.dumping import CopyError
from portal.kernel.errors import UnreadableError
from portal.replay import Replayed, count_entries, replay
from portal.revisions import KEYRING, MAIN, is_newest
from portal.runtime import Runtime
from portal.schema import upgrade
from portal.settings import ROOT
from portal.shelf import Copy
from portal.standing import RESTORING, count_applied, look

MARK, SEAL = "mark of a keyring", "manifest of a copy"
"""Kinds of the keyed hashes in a manifest."""


@dataclass(frozen=True, slots=True)
class _Underway:
    """What a restore must remember when it is begun again; the value of the note.

    `entries` is how many lines the audit trail had before, `keyring` the SHA-256 of the copy of
    the keyring that was put back, and with `is_back` only the replay is missing.
    """

    entries: int
    keyring: str = ""
    is_back: bool = False


def back_up(
    parts: Runtime, folder: Path, keyring_folder: Path, report: Callable[[str], None]
) -> Copy:
    """Copy both databases while the portal runs, and delete the copies that have to go.

    The main database first: a key that is made in between is one too many and harms nobody,
    where one too few would make somebody unreadable. `report` hears the name of every file
    that was written or deleted. Raises `CopyError`.
    """
    if folder.resolve() == keyring_folder.resolve():
        raise CopyError("The keyring needs a folder of its own")
    if look(parts).is_restoring:
        raise CopyError("A copy is being put back. Finish that first")
    for one in (folder, keyring_folder):
        shelf.open_folder(one)
    made_at = parts.clock()
    copy = _take(parts, parts.sessions.engine, shelf.reserve(folder, made_at), made_at)
    report(f"Written: {copy.file.name}")
    part = shelf.reserve_keyring(keyring_folder)
    report(f"Written: {_take(parts, parts.keyring.engine, part, made_at).file.name}")
    kept = timedelta(days=parts.settings.backups_kept_days)
    for name in shelf.prune(folder, made_at, kept):
        report(f"Deleted: {name}")
    return copy


def restore(
    parts: Runtime,
    folder: Path,
    *,
    name: str | None = None,
    keyring_folder: Path | None = None,
    report: Callable[[int], None],
) -> Replayed:
    """Put the copy with a name back, or the newest, and carry out in it what happened since.

    Nothing else may use the databases. The keyring stays as it is, unless a folder with its
    copy is given: then that is put back first, where there is no key today (`parts` must be
    new, so that nothing of the lost one is remembered). `report` hears how many customers the
    replay has looked at. Raises `CopyError`, of a copy that will not do before anything is
    changed; `LeftoverError` when something of somebody who has left stays.
    """
    copy = shelf.find_copy(folder, name)
    _refuse_copy(parts.sessions.engine, MAIN, copy)
    kept = shelf.read_copy(keyring_folder / shelf.KEYRING) if keyring_folder else None
    if kept is not None:
        _put_keyring_back(parts, copy, kept)
    upgrade(parts.keyring.engine, KEYRING)
    _refuse_other_keyring(parts, copy)
    parts.keyring.prepare()
    underway = _begin(parts, kept)
    _put(parts, parts.sessions.engine, copy)
    upgrade(parts.sessions.engine, MAIN)
    _finish_trail(parts, copy, underway)
    return replay(parts, is_restored=True, report=report)


def lacks_only_replay(parts: Runtime) -> bool:
    """Tell whether the data are in place: no restore was interrupted, or only its last step."""
    underway = _read_note(parts)
    return underway is None or underway.is_back


def _take(parts: Runtime, engine: Engine, part: Path, made_at: datetime) -> Copy:
    """Write one copy into `part`, then give it its name and its manifest."""
    try:
        ledger_before = parts.keyring.ledger.newest()
        dumping.take_out(engine, part, parts.settings.postgresql_tools)
        size, sha256 = shelf.measure(part)
        is_keyring = engine is parts.keyring.engine
        copy = Copy(
            file=part.with_suffix(""),
            made_at=made_at,
            kind=engine.dialect.name,
            size=size,
            sha256=sha256,
            schema=_find_revision(engine) or "",
            # never more than the keyring's copy has, never less than the main one's
            erasures=ledger_before if is_keyring else count_applied(parts)[0],
            keyring=_mark(parts),
        )
        shelf.publish(part, replace(copy, seal=_seal(parts, copy)))
    except BaseException:
        shelf.shred(part)
        raise
    return copy


def _refuse_copy(engine: Engine, branch: str, copy: Copy) -> None:
    """Refuse a copy that is damaged, of another kind of database or of a newer program."""
    shelf.check(copy, engine.dialect.name)
    scripts = ScriptDirectory(str(ROOT / "migrations" / branch))
    if copy.schema not in {script.revision for script in scripts.walk_revisions()}:
        raise CopyError(f"{copy.file.name} is of a newer program than this one")


def _refuse_other_keyring(parts: Runtime, copy: Copy) -> None:
    """Refuse a copy that was made with another keyring, or after today's keyring was."""
    try:
        is_ours = copy.keyring == _mark(parts)
    except UnreadableError:
        raise CopyError(
            "The keyring cannot be opened: PORTAL_MASTER_KEY is another one, or the keyring is"
            " new. Put its copy back with --with-keyring"
        ) from None
    if not is_ours:
        raise CopyError(f"{copy.file.name} was made with another keyring")
    if copy.seal != _seal(parts, copy):
        raise CopyError(f"{copy.manifest.name} was changed")
    if max(copy.erasures, _newest_applied(parts)) > parts.keyring.ledger.newest():
        raise CopyError(
            "The keyring is older than the database: it may hold keys of people who have left."
            " Put its newest copy back"
        )


def _put_keyring_back(parts: Runtime, copy: Copy, kept: Copy) -> None:
    """Put the copy of the keyring back, where none is in use or an interrupted restore did."""
    engine = parts.keyring.engine
    _refuse_copy(engine, KEYRING, kept)
    if kept.keyring != copy.keyring:
        raise CopyError(f"{copy.file.name} was made with another keyring than {kept.file.name}")
    if max(copy.erasures, _newest_applied(parts)) > kept.erasures:
        raise CopyError(f"{kept.file.name} is older than the database: people have left since")
    upgrade(engine, KEYRING)
    underway = _read_note(parts)
    if underway is not None and underway.keyring == kept.sha256:
        return
    if parts.keyring.count() or parts.keyring.ledger.count():
        raise CopyError("The keyring is in use: its copy is put back only where it is lost")
    _put(parts, engine, kept)


def _begin(parts: Runtime, kept: Copy | None) -> _Underway:
    """Keep the note, with what an interrupted restore has kept in it already."""
    underway = _read_note(parts)
    if underway is None:
        is_readable = is_newest(parts.sessions.engine, MAIN)
        underway = _Underway(entries=count_entries(parts) if is_readable else 0)
    underway = replace(underway, is_back=False)
    if kept is not None:
        underway = replace(underway, keyring=kept.sha256)
    parts.keyring.keep_note(RESTORING, json.dumps(asdict(underway)))
    parts.keyring.settle()  # what this copy does not know yet, a newer one may need
    return underway


def _put(parts: Runtime, engine: Engine, copy: Copy) -> None:
    if engine.dialect.name == "postgresql" and _find_revision(engine) != copy.schema:
        dumping.empty(engine)
    dumping.put_back(engine, copy.file, parts.settings.postgresql_tools)


def _finish_trail(parts: Runtime, copy: Copy, underway: _Underway) -> None:
    """Say in the trail that it was set back; what was sealed after the copy is given up."""
    lost = max(0, underway.entries - count_entries(parts))
    with parts.work() as work:
        record(work, CopyRestored(uuid4(), copy.made_at.isoformat(), lost))
    give_up_end(parts)
    parts.keyring.keep_note(RESTORING, json.dumps(asdict(replace(underway, is_back=True))))


def _read_note(parts: Runtime) -> _Underway | None:
    facts = json.loads(parts.keyring.read_note(RESTORING) or "null")
    return _Underway(**facts) if isinstance(facts, dict) else None


def _newest_applied(parts: Runtime) -> int:
    """Return the newest erasure that today's main database knows, if it can be asked."""
    return count_applied(parts)[0] if is_newest(parts.sessions.engine, MAIN) else 0


def _find_revision(engine: Engine) -> str | None:
    with engine.execution_options(reading=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _mark(parts: Runtime) -> str:
    return parts.keyring.hash(MARK, "")[:8].hex()


def _seal(parts: Runtime, copy: Copy) -> str:
    return parts.keyring.hash(SEAL, copy.facts).hex()
