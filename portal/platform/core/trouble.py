"""What is wrong with a database, by the codes that the drivers give, and in words.

PostgreSQL's are SQLSTATE (its manual, appendix A), SQLite's its result codes
(sqlite.org/rescode.html). Before a connection stands there is no SQLSTATE: then it is what libpq
says that is looked at, in English or as the system calls it; nothing of it is repeated, since it
quotes the address.
"""

import sqlite3
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from portal.platform.core.errors import TROUBLE_NOTE, read_note


class TroubleKind(StrEnum):
    """Kind of database error; the value is what is logged."""

    UNREACHABLE = "unreachable"
    NOT_LET_IN = "not-let-in"
    NO_DATABASE = "no-such-database"
    CERTIFICATE = "certificate"
    RIGHTS = "rights-missing"
    READ_ONLY = "read-only"
    DISK = "disk-full"
    LOCKED = "locked"
    SLOW = "too-slow"
    CONNECTIONS = "no-connection-left"
    STOPPING = "starting-or-stopping"
    SCHEMA = "schema"
    FILE = "file"
    DAMAGED = "damaged"
    OTHER = "other"


WORDS = {
    TroubleKind.UNREACHABLE: "does not answer. Is it running, and are host and port right?",
    TroubleKind.NOT_LET_IN: "does not let the role in: a wrong password, a role that is not"
    " there or may not sign in from here",
    TroubleKind.NO_DATABASE: "is not there: the server knows no database of that name",
    TroubleKind.CERTIFICATE: "shows a certificate that does not do, or speaks no TLS",
    TroubleKind.RIGHTS: "lets the role in, but a right is missing."
    " Run as its owner: python -m portal migrate --grant-to ROLE",
    TroubleKind.READ_ONLY: "takes no changes: it is read-only. Is it a standby?",
    TroubleKind.DISK: "has no room: its disk is full",
    TroubleKind.LOCKED: "is busy: somebody else holds a lock",
    TroubleKind.SLOW: "takes too long to answer",
    TroubleKind.CONNECTIONS: "has no connection left",
    TroubleKind.STOPPING: "is starting or stopping",
    TroubleKind.SCHEMA: "lacks a table or a column. Run: python -m portal migrate",
    TroubleKind.FILE: "cannot be opened: look at the file, its folder and their owner",
    TroubleKind.DAMAGED: "is damaged, or no database at all",
    TroubleKind.OTHER: "has a trouble that has no name here",
}

BY_STATE = {
    "25006": TroubleKind.READ_ONLY,
    "25P03": TroubleKind.SLOW,
    "28": TroubleKind.NOT_LET_IN,
    "3D000": TroubleKind.NO_DATABASE,
    "40P01": TroubleKind.LOCKED,
    "42501": TroubleKind.RIGHTS,
    "42P01": TroubleKind.SCHEMA,
    "42703": TroubleKind.SCHEMA,
    "53100": TroubleKind.DISK,
    "53300": TroubleKind.CONNECTIONS,
    "53": TroubleKind.DISK,
    "55P03": TroubleKind.LOCKED,
    "57014": TroubleKind.SLOW,
    "57P": TroubleKind.STOPPING,
    "58": TroubleKind.DAMAGED,
    "XX001": TroubleKind.DAMAGED,
    "XX002": TroubleKind.DAMAGED,
    "08": TroubleKind.UNREACHABLE,
}
"""By SQLSTATE, or what it begins with; the longest counts."""

BY_CODE = {
    sqlite3.SQLITE_PERM: TroubleKind.FILE,
    sqlite3.SQLITE_BUSY: TroubleKind.LOCKED,
    sqlite3.SQLITE_LOCKED: TroubleKind.LOCKED,
    sqlite3.SQLITE_READONLY: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_IOERR: TroubleKind.DAMAGED,
    sqlite3.SQLITE_CORRUPT: TroubleKind.DAMAGED,
    sqlite3.SQLITE_FULL: TroubleKind.DISK,
    sqlite3.SQLITE_CANTOPEN: TroubleKind.FILE,
    sqlite3.SQLITE_NOTADB: TroubleKind.DAMAGED,
}
"""By SQLite's result code, of which the lower byte is the kind."""
NOT_THERE = ("no such table", "no such column")
"""What SQLite says, with no code of its own, of a schema that is another."""

BY_WORDS = (
    (("permission denied for database",), TroubleKind.RIGHTS),
    (("too many ", "connection slots"), TroubleKind.CONNECTIONS),
    (("password", "authentication", "pg_hba", 'role "'), TroubleKind.NOT_LET_IN),
    (('database "',), TroubleKind.NO_DATABASE),
    (("certificate", "SSL"), TroubleKind.CERTIFICATE),
    (("starting up", "shutting down", "recovery mode", "not yet accepting"), TroubleKind.STOPPING),
    (("timeout expired",), TroubleKind.SLOW),
)
"""What libpq says while it connects; the first that is found counts."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, and with which database: `main`, `keyring`, or none where nobody noted it."""

    kind: TroubleKind
    database: str
    code: str = ""
    """The driver's code: it says nothing of a row."""

    def describe(self) -> str:
        """Say it in a sentence, without anything of the address."""
        of = SETTINGS.get(self.database, "")
        code = f" ({self.code})" if self.kind is TroubleKind.OTHER and self.code else ""
        return f"The {self.database or 'main or keyring'} database{of} {WORDS[self.kind]}{code}"


SETTINGS = {"main": " (PORTAL_DATABASE_URL)", "keyring": " (PORTAL_KEYRING_URL)"}


def note_trouble(fault: DBAPIError, database: str) -> Trouble:
    """Note in a driver's error which database it came from, and what is wrong; return that."""
    trouble = replace(find_trouble(fault), database=database)
    if fault.orig is not None and not read_note(fault):
        fault.orig.add_note(f"{TROUBLE_NOTE}{database} {trouble.kind}")
    return trouble


def find_trouble(fault: DBAPIError | PoolTimeoutError) -> Trouble:
    """Return what is wrong with which database."""
    if isinstance(fault, PoolTimeoutError):
        return Trouble(TroubleKind.CONNECTIONS, "")
    cause, database = fault.orig, read_note(fault)[0] if read_note(fault) else ""
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "")
        return Trouble(_by_code(cause), database, name)
    state = getattr(cause, "sqlstate", None)
    if state:
        return Trouble(_by_state(state), database, state)
    is_connecting = isinstance(fault, OperationalError)
    return Trouble(_by_words(str(cause)) if is_connecting else TroubleKind.OTHER, database)


def is_passing(trouble: Trouble) -> bool:
    """Tell whether to try again helps: a lock that somebody else holds."""
    return trouble.kind is TroubleKind.LOCKED


def _by_code(cause: sqlite3.Error) -> TroubleKind:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_ERROR and str(cause).startswith(NOT_THERE):
        return TroubleKind.SCHEMA
    return BY_CODE.get(code, TroubleKind.OTHER)


def _by_state(state: str) -> TroubleKind:
    for length in (5, 3, 2):
        if state[:length] in BY_STATE:
            return BY_STATE[state[:length]]
    return TroubleKind.OTHER


def _by_words(said: str) -> TroubleKind:
    found = (kind for words, kind in BY_WORDS if any(one in said for one in words))
    return next(found, TroubleKind.UNREACHABLE)
