"""What a seal of the audit trail is, and how an entry is spelled when it is sealed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Text, Uuid, cast, func, literal

from portal.governance.audit.models import AuditEntry
from portal.platform.core.database import Moment
from portal.platform.core.work import Work

KIND, DIGEST_BYTES = "audit link", 32
COLUMNS = (
    AuditEntry.id,
    AuditEntry.occurred_at,
    AuditEntry.name,
    AuditEntry.actor_kind,
    AuditEntry.actor_id,
    AuditEntry.subject_id,
    AuditEntry.facts,
)


@dataclass(frozen=True, slots=True)
class TrailSeal:
    """What stands for the whole trail up to a position (from 1): 32 bytes, POSITION:HEX."""

    position: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.digest.hex()}"

    @classmethod
    def read(cls, written: str) -> "TrailSeal":
        """Read a seal from its spelling; raises `ValueError`."""
        position, _, digest = written.strip().partition(":")
        seal = cls(int(position), bytes.fromhex(digest))
        if seal.position < 1 or len(seal.digest) != DIGEST_BYTES:
            raise ValueError("A seal is a position from 1, a colon and 64 hexadecimal digits")
        return seal


def next_seal(work: Work, newest: TrailSeal | None, entry: str) -> TrailSeal:
    """Return the seal of an entry that comes after another, or first."""
    before = newest.digest.hex() if newest else ""
    position = newest.position + 1 if newest else 1
    return TrailSeal(position, work.vault.lookup_hash(KIND, f"{before}\n{entry}"))


def stored(work: Work, column: Any) -> ColumnElement[Any]:  # noqa: ANN401  # any column of ours
    """Return a column byte for byte, spelled on PostgreSQL as SQLite stores it.

    A value that no longer reads as what it should be (a date, an identifier, UTF-8) is spelled
    all the same, and differs.
    """
    name = f"stored_{column.key}"
    if work.session.get_bind().dialect.name == "sqlite":
        return cast(column, LargeBinary).label(name)
    if isinstance(column.type, Moment):
        spelling = literal("YYYY-MM-DD HH24:MI:SS.USBC")
        moment = func.to_char(func.timezone("UTC", column), spelling)
        return func.rtrim(moment, "AD").label(name)
    if isinstance(column.type, Uuid):
        return func.replace(cast(column, Text), "-", "").label(name)
    return cast(column, Text).label(name)


def decode(cell: bytes | str | None) -> str | None:
    """Return what a column holds as a text; what is not UTF-8 is kept as surrogates."""
    return cell.decode("utf-8", "surrogateescape") if isinstance(cell, bytes) else cell


def spell(cells: Sequence[bytes | str | None]) -> str:
    """Return the canonical JSON of an entry; its facts are a text, exactly as stored."""
    names = (column.key for column in COLUMNS)
    entry = {name: decode(cell) for name, cell in zip(names, cells, strict=True)}
    return json.dumps(entry, sort_keys=True, separators=(",", ":"))


def read_id(cell: bytes | str | None) -> str | None:
    """Return an identifier as logs spell it; a garbled one in ASCII, with escapes."""
    found = decode(cell)
    try:
        return str(UUID(found)) if found is not None else None
    except ValueError:
        return ascii(found)
