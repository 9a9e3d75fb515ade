"""Health of the portal, component by component: each is `ok` or a kind of error, nothing more."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, MetaData, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from portal.operations.restore_check import look
from portal.operations.schema.migrate import NEVER_CHANGED
from portal.operations.schema.model_registry import Base, KeyringBase
from portal.operations.schema.version import are_compatible
from portal.operations.startup_checks import LOOK_AGAIN_SECONDS
from portal.platform.core.errors import KeyGoneError
from portal.platform.core.log import get_logger
from portal.platform.core.trouble import TroubleKind, find_trouble
from portal.platform.encryption.keyring import Keyring
from portal.platform.runtime import Runtime

log = get_logger(__name__)
KEPT_SECONDS = 5.0
"""How long an answer is kept: who asks often asks no database."""
LEAST_ROOM = 100 * 1024 * 1024
"""Bytes that must be free where the portal writes."""
SPILLED_KIB = 1024
"""What a PostgreSQL is asked to write: more than any page saves (a body has 256 KiB at most)."""
TICK = "worker-tick"
TICK_EVERY_SECONDS = 60.0
SILENT_AFTER = timedelta(minutes=3)
"""A worker notes that it lives once a minute; two that are missed are a silence."""
OK = "ok"
SILENT = "silent"
_ticked: WeakKeyDictionary[Keyring, float] = WeakKeyDictionary()


class Part(StrEnum):
    """A component that the health check reports on."""

    MAIN = "main"
    KEYRING = "keyring"
    SCHEMA = "schema"
    KEY = "key"
    COPY = "copy"
    DISK = "disk"
    WORKER = "worker"


DETACHED = frozenset({Part.WORKER})
"""Pages are served without these: to take the servers away would not bring them back."""


class Health:
    """Checks the components on demand, at most once every few seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: tuple[Runtime, float, dict[Part, str]] | None = None

    def examine(self, parts: Runtime) -> dict[Part, str]:
        """Return for each component `ok`, or the kind of its error."""
        with self._lock:
            now = time.monotonic()
            if self._seen and self._seen[0] is parts and now - self._seen[1] < KEPT_SECONDS:
                return self._seen[2]
            found = examine(parts)
            self._seen = parts, time.monotonic(), found
            wrong = {str(part): str(state) for part, state in found.items() if state != OK}
            if wrong:
                log.warning("not-ready", parts=wrong)
            return found


def is_ready(found: dict[Part, str]) -> bool:
    """Tell whether pages can be served."""
    return all(state == OK or part in DETACHED for part, state in found.items())


def examine(parts: Runtime) -> dict[Part, str]:
    """Return the state of each component.

    Those kept in the databases are left out unless both databases answer, and all after the schema
    unless the schema is right.
    """
    found = {
        Part.MAIN: _state_of(parts.sessions.engine, Base.metadata),
        Part.KEYRING: _state_of(parts.keyring.engine, KeyringBase.metadata),
        Part.DISK: _look_at_disk(parts),
    }
    if found[Part.MAIN] == found[Part.KEYRING] == OK:
        looks: dict[Part, Callable[[Runtime], str]] = {
            Part.SCHEMA: _look_at_schema,
            Part.KEY: _look_at_key,
            Part.COPY: _look_at_copy,
            Part.WORKER: _look_at_worker,
        }
        for part, look_at in looks.items():
            found[part] = _try(partial(look_at, parts))
            if part is Part.SCHEMA and found[part] != OK:
                break
    return found


def note_tick(parts: Runtime) -> None:
    """Note in the keyring, once a minute, that a worker is alive; the main database is not used.

    A keyring that cannot be written to is an error of its own.
    """
    last, now = _ticked.get(parts.keyring), time.monotonic()
    if last is not None and now - last < TICK_EVERY_SECONDS:
        return
    with suppress(DBAPIError, PoolTimeoutError):
        parts.keyring.keep_note(TICK, parts.clock().isoformat())
        _ticked[parts.keyring] = now


def _try(look_at: Callable[[], str]) -> str:
    try:
        return look_at()
    except (DBAPIError, PoolTimeoutError) as fault:
        return find_trouble(fault).kind


def _state_of(engine: Engine, tables: MetaData) -> str:
    """Return whether rows can be written; on SQLite by a statement that changes no row.

    Free space is checked in SQLite's folder (`_look_at_disk`); a server has a disk of its own.
    """

    def ask() -> str:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.execute(text("DELETE FROM alembic_version WHERE 1 = 0"))
                return OK
            return _ask_server(connection, tables)

    state = _try(ask)
    if state == TroubleKind.READ_ONLY:
        engine.dispose()  # a connection stays read-only for as long as it is kept
    return state


def _ask_server(connection: Connection, tables: MetaData) -> str:
    query = text(
        "SELECT current_setting('transaction_read_only') = 'on', coalesce(bool_and(CASE"
        " WHEN relkind = 'S' THEN has_sequence_privilege(oid, 'USAGE')"
        " ELSE has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')"
        " AND (relname = ANY(:added_to) OR"
        " has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')) END), true)"
        " FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        " AND (relkind = 'S' OR relname = ANY(:names))"
    )
    names = {"names": list(tables.tables), "added_to": list(NEVER_CHANGED)}
    is_read_only, may = connection.execute(query, names).one()
    if is_read_only:
        return TroubleKind.READ_ONLY
    if not may:
        return TroubleKind.RIGHTS
    _write_and_forget(connection)
    return OK


def _write_and_forget(connection: Connection) -> None:
    """Have PostgreSQL write temporary data to its disk; raises `DBAPIError`.

    Inserting a row would not detect a full disk: it reuses the space of another. So more than fits
    into memory is spilled to a temporary file, where the tables are. A server that forbids such
    files is not tested.
    """
    limits = text(
        "SELECT set_config('work_mem', '64kB', true), set_config('temp_tablespaces', '', true),"
        " pg_size_bytes(current_setting('temp_file_limit')) NOT BETWEEN 0 AND :room"
    )
    spilling = text(
        "WITH spilled AS MATERIALIZED (SELECT repeat(chr(97 + n % 26), 1024) AS piece"
        " FROM generate_series(1, :pieces) n) SELECT count(piece) FROM spilled"
    )
    *_, may_spill = connection.execute(limits, {"room": 2 * SPILLED_KIB * 1024}).one()
    if may_spill:
        connection.execute(spilling, {"pieces": SPILLED_KIB})


def _look_at_schema(parts: Runtime) -> str:
    return OK if are_compatible(parts) else TroubleKind.SCHEMA


def _look_at_key(parts: Runtime) -> str:
    try:
        is_open = parts.keyring.is_open()
    except KeyGoneError:
        is_open = False
    return OK if is_open else "does-not-open"


def _look_at_copy(parts: Runtime) -> str:
    """Check for an old backup twice: an erasure may be half-way at this very moment."""
    comparison = look(parts)
    if not comparison.is_ready:
        time.sleep(LOOK_AGAIN_SECONDS)
        comparison = look(parts)
    if comparison.is_ready:
        return OK
    if comparison.is_restoring:
        return "being-put-back"
    return "keyring-is-older" if comparison.is_ahead else "old-copy"


def _look_at_disk(parts: Runtime) -> str:
    return (
        OK
        if all(shutil.disk_usage(one).free >= LEAST_ROOM for one in _folders(parts))
        else TroubleKind.DISK
    )


def _folders(parts: Runtime) -> Iterator[Path]:
    """Yield the folders that this machine writes to."""
    engines = parts.sessions.engine, parts.keyring.engine
    files = [one.url.database for one in engines if one.dialect.name == "sqlite"]
    folders = [parts.settings.instance, *(Path(file).parent for file in files if file)]
    return (one for one in folders if one.is_dir())


def _look_at_worker(parts: Runtime) -> str:
    noted = parts.keyring.read_note(TICK)
    if noted is None:
        return SILENT
    return OK if parts.clock() - datetime.fromisoformat(noted) < SILENT_AFTER else SILENT
