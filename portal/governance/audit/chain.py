"""The audit trail as a chain: every entry is sealed together with all that was sealed before it.

A link's digest is a keyed hash over the digest before it and the entry, byte for byte as it is
stored. The key is in the keyring, so whoever writes to the main database alone can break the
chain and cannot mend it. The newest seal is noted in the keyring as well: a cut end shows too.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    LargeBinary,
    Select,
    cast,
    delete,
    func,
    insert,
    select,
    text,
)

from portal.governance.audit.models import AuditEntry, AuditLink, AuditWaiting
from portal.governance.audit.seals import (
    COLUMNS,
    TrailSeal,
    decode,
    next_seal,
    read_id,
    spell,
    stored,
)
from portal.platform.core.database import wait_in_line
from portal.platform.core.work import SYSTEM, Work, open_reading
from portal.platform.encryption.sealing import Vault
from portal.platform.runtime import Runtime

HEAD, GIVEN_UP = "audit head", "audit ends given up"
"""The notes in the keyring: the newest seal, and the ends that somebody gave up."""
LOCK = 7_266_185
"""PostgreSQL's advisory lock that whoever seals takes; an arbitrary number that is ours."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the trail, and where: a position in the chain, an entry, or both."""

    what: str
    position: int | None = None
    entry_id: str | None = None

    def __str__(self) -> str:
        places = {"position": self.position, "entry": self.entry_id}
        where = ", ".join(f"{name} {value}" for name, value in places.items() if value is not None)
        return f"{where}: {self.what}"


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """What was found: `sealed` entries up to `newest` are right, and `waiting` are unsealed.

    `given_up` tells of ends that were lost and that somebody gave up (see `give_up_end`).
    """

    sealed: int
    newest: TrailSeal | None
    waiting: int
    fault: Fault | None
    given_up: tuple[str, ...]


def seal_waiting(work: Work, most: int = BATCH) -> int:
    """Seal up to `most` waiting entries, the oldest first; return how many were sealed.

    Returns 0 as well when another process is sealing: only one may. A row that waits without an
    entry, or for an entry that is sealed already, is left as it is: `verify` reports it.
    """
    if not _is_alone(work):
        return 0
    newest = _find_newest(work)
    waiting = (
        select(AuditEntry.id, *(stored(work, column) for column in COLUMNS))
        .join(AuditWaiting, AuditWaiting.entry_id == AuditEntry.id)
        .outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id)
        .where(AuditLink.position.is_(None))
        .order_by(AuditEntry.occurred_at, AuditEntry.id)
        .limit(most)
    )
    links = []
    for entry_id, *cells in work.session.execute(waiting):
        newest = next_seal(work, newest, spell(cells))
        links.append({"position": newest.position, "entry_id": entry_id, "digest": newest.digest})
    if links:
        ids = [link["entry_id"] for link in links]
        work.session.execute(insert(AuditLink), links)
        work.session.execute(delete(AuditWaiting).where(AuditWaiting.entry_id.in_(ids)))
    return len(links)


def find_is_unsealed(work: Work) -> bool:
    """Tell whether any entry waits to be sealed."""
    return work.session.scalar(select(AuditWaiting.entry_id).limit(1)) is not None


def find_position(work: Work) -> int:
    """Return the position of the newest link; 0 where there is none."""
    return work.session.scalar(select(func.max(AuditLink.position))) or 0


def note_head(parts: Runtime) -> bool:
    """Note the newest seal in the keyring; return False when the chain has lost the one noted.

    Only committed links are seen, and the sealers' lock is held meanwhile: an older seal never
    takes the place of a newer one. A lost one stays noted, so that the loss stays to be seen.
    Where the newest is noted already, looking is all that is done.
    """
    with parts.reading() as work:
        newest = _find_newest(work)
    if newest == _read_head(parts):
        return True
    with parts.work() as work:
        if not _is_alone(work):
            return True
        newest, noted = _find_newest(work), _read_head(parts)
        if noted is not None and not _is_in_chain(work, noted):
            return False
        if newest is not None and newest != noted:
            parts.keyring.keep_note(HEAD, str(newest))
    return True


def give_up_end(parts: Runtime) -> str | None:
    """Go on from the newest link there is, when the one noted is lost with a copy put back.

    What was given up stays noted in the keyring for good; return it, or None when nothing is
    lost.
    """
    with parts.work() as work:
        wait_in_line(work.session, LOCK)
        newest, noted = _find_newest(work), _read_head(parts)
        if noted is None or _is_in_chain(work, noted):
            return None
        line = f"{noted} was lost, and on {work.now:%Y-%m-%d} the chain went on from {newest or 0}"
        before = parts.keyring.read_note(GIVEN_UP)
        parts.keyring.keep_note(GIVEN_UP, f"{before}\n{line}" if before else line)
        parts.keyring.keep_note(HEAD, str(newest) if newest else None)
    return line


def verify(parts: Runtime, given: TrailSeal | None = None) -> ChainVerdict:
    """Walk the whole chain, batch by batch, and name the first fault and its place.

    `given` is a seal that was noted outside. A head in the keyring that is older than the chain
    is in order: a crash came between sealing and noting. What this cannot see: whatever happened
    to an entry before it was sealed. An entry written by hand together with its waiting row is
    sealed as if the portal had recorded it, and one deleted together with its waiting row is as
    if it had never been: entries wait for a second or so while a worker runs.
    """

    def reading() -> AbstractContextManager[Work]:
        return open_reading(parts.sessions, SYSTEM, parts.clock, Vault(parts.keyring))

    known = [(_read_head(parts), "the keyring has noted"), (given, "was given")]
    newest, fault = _walk(reading, [(seal, who) for seal, who in known if seal is not None])
    with reading() as work:
        if work.session.get_bind().dialect.name == "postgresql":
            work.session.execute(text("SET LOCAL statement_timeout = 0"))  # these read all rows
        fault = fault or _find_stray(work)
        waiting = work.session.scalar(select(func.count()).select_from(AuditWaiting)) or 0
    return ChainVerdict(
        sealed=newest.position if newest else 0,
        newest=newest,
        waiting=waiting,
        fault=fault,
        given_up=tuple((parts.keyring.read_note(GIVEN_UP) or "").splitlines()),
    )


Known = Sequence[tuple[TrailSeal, str]]
"""Seals that the chain must pass through, and who says so."""


def _walk(
    reading: Callable[[], AbstractContextManager[Work]], known: Known
) -> tuple[TrailSeal | None, Fault | None]:
    """Return the last seal that is right, and what is wrong after it."""
    newest: TrailSeal | None = None
    while True:
        with reading() as work:
            rows = work.session.execute(_links_after(work, newest)).all()
            for position, entry_id, digest, *cells in rows:
                due = newest.position + 1 if newest else 1
                if decode(position) != str(due):
                    return newest, _name_gap(due, decode(position), read_id(entry_id))
                if cells[0] is None:
                    return newest, Fault("the entry is gone", due, read_id(entry_id))
                here = next_seal(work, newest, spell(cells))
                what = _find_difference(here, digest, known)
                if what is not None:
                    return newest, Fault(what, due, read_id(entry_id))
                newest = here
        if not rows:
            return newest, _find_cut(newest, known)


def _links_after(work: Work, newest: TrailSeal | None) -> Select[Any]:
    query = (
        select(
            stored(work, AuditLink.position),
            stored(work, AuditLink.entry_id),
            cast(AuditLink.digest, LargeBinary),
            *(stored(work, column) for column in COLUMNS),
        )
        .outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id)
        .order_by(AuditLink.position)
        .limit(BATCH)
    )
    return query if newest is None else query.where(AuditLink.position > newest.position)


def _find_difference(here: TrailSeal, digest: bytes, known: Known) -> str | None:
    if here.digest != digest:
        return "the entry, or its link, is not what was sealed here"
    for seal, who in known:
        if seal.position == here.position and seal != here:
            return f"{who} another seal for this position"
    return None


def _name_gap(due: int, position: str | None, entry_id: str | None) -> Fault:
    if position is not None and position.isdecimal() and int(position) > due:
        return Fault("the link is gone", due)
    return Fault(f"there is a link at {position!a}, where none was made", due, entry_id)


def _find_cut(newest: TrailSeal | None, known: Known) -> Fault | None:
    end = newest.position if newest else 0
    for seal, who in known:
        if seal.position > end:
            what = f"the end of the chain is gone: {who} a seal for position {seal.position}"
            return Fault(what, end + 1)
    return None


def _find_stray(work: Work) -> Fault | None:
    """Return an entry or a waiting row that has no counterpart."""
    linked = select(AuditLink.position).where(AuditLink.entry_id == AuditEntry.id).exists()
    sealed = select(AuditLink.position).where(AuditLink.entry_id == AuditWaiting.entry_id).exists()
    waits = select(AuditWaiting.entry_id).where(AuditWaiting.entry_id == AuditEntry.id).exists()
    is_there = select(AuditEntry.id).where(AuditEntry.id == AuditWaiting.entry_id).exists()
    entry_id, waiting_id = AuditEntry.id, AuditWaiting.entry_id
    strays = (
        (entry_id, ~linked & ~waits, "the entry is neither sealed nor waiting: it was put in"),
        (waiting_id, ~is_there, "the entry waited to be sealed and is gone"),
        (waiting_id, sealed, "the entry is sealed, and waits to be sealed again"),
    )
    for column, condition, what in strays:
        found = work.session.execute(select(stored(work, column)).where(condition).limit(1))
        row = found.first()
        if row is not None:
            return Fault(what, entry_id=read_id(row[0]))
    return None


def _is_alone(work: Work) -> bool:
    if work.session.get_bind().dialect.name != "postgresql":
        return True
    return bool(work.session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))))


def _find_newest(work: Work) -> TrailSeal | None:
    query = select(AuditLink.position, AuditLink.digest).order_by(AuditLink.position.desc())
    row = work.session.execute(query.limit(1)).first()
    return TrailSeal(row.position, row.digest) if row is not None else None


def _read_head(parts: Runtime) -> TrailSeal | None:
    noted = parts.keyring.read_note(HEAD)
    return TrailSeal.read(noted) if noted is not None else None


def _is_in_chain(work: Work, seal: TrailSeal) -> bool:
    query = select(AuditLink.digest).where(AuditLink.position == seal.position)
    return work.session.scalar(query) == seal.digest
