"""The keyring: where the keys of people live, and where they are destroyed.

It commits for itself: a key is durable before anything is sealed with it, and a person's
erasure (ledger line and destroyed key) is one transaction here, whatever happens elsewhere.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from portal.platform.core.clock import Clock
from portal.platform.core.errors import KeyGoneError, UnreadableError
from portal.platform.core.ledger import Erasure as Line
from portal.platform.core.ledger import Suppressed
from portal.platform.encryption import crypto
from portal.platform.encryption.crypto import MasterKeys
from portal.platform.encryption.ledger import KeyringLedger
from portal.platform.encryption.models import ErasureRow, Note, PersonKey, Secret, Suppression

LOOKUP, RECEIPTS = "lookup", "receipts"
"""The secrets of the installation: the key of keyed hashes, and the one that signs receipts."""
BATCH = 500


class Keyring:
    """The keys of one installation; implements `portal.platform.encryption.keys.KeyService`."""

    def __init__(self, engine: Engine, masters: MasterKeys, clock: Clock) -> None:
        self.engine = engine
        self._reading = engine.execution_options(reading=True, single_statement=True)
        self.masters = masters
        self._clock = clock
        self._lookup: bytes | None = None
        self.ledger = KeyringLedger(engine, self.hash, lambda: self._read_secret(RECEIPTS))

    def create(self, key_id: UUID) -> bytes:
        """Make and keep a new key; raises `ValueError` when there is one already."""
        key = crypto.new_key()
        wrapped = self.masters.wrap(key, _name(key_id))
        try:
            with self.engine.begin() as connection:
                since = self._clock()
                row = {"id": key_id, "wrapped": wrapped, "unsettled_since": since}
                connection.execute(insert(PersonKey).values(row))
        except IntegrityError as error:
            raise ValueError("There is such a key already") from error
        return key

    def read(self, key_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """Return the keys there are, in one look-up; destroyed ones are left out."""
        query = select(PersonKey.id, PersonKey.wrapped).where(PersonKey.id.in_(list(key_ids)))
        with self._reading.connect() as connection:
            rows = connection.execute(query).all()
        return {row.id: self.masters.unwrap(row.wrapped, _name(row.id)) for row in rows}

    def list_present(self, key_ids: Iterable[UUID]) -> set[UUID]:
        """Return for which of these there is a key."""
        query = select(PersonKey.id).where(PersonKey.id.in_(list(key_ids)))
        with self._reading.connect() as connection:
            return set(connection.scalars(query))

    def discard(self, key_ids: Iterable[UUID]) -> None:
        """Destroy keys that sealed something passing; the ledger says nothing of them."""
        with self.engine.begin() as connection:
            connection.execute(delete(PersonKey).where(PersonKey.id.in_(list(key_ids))))

    def list_maybe_unused(self, before: datetime, most: int) -> list[UUID]:
        """Return keys that were made before a moment and are not known to be used."""
        query = select(PersonKey.id).where(PersonKey.unsettled_since < before)
        with self._reading.connect() as connection:
            oldest = query.order_by(PersonKey.unsettled_since).limit(most)
            return list(connection.scalars(oldest))

    def settle(self, key_ids: Iterable[UUID] | None = None) -> None:
        """Note of keys that they are used, so that nobody asks again; without any, of all."""
        statement = update(PersonKey).where(PersonKey.unsettled_since.is_not(None))
        if key_ids is not None:
            statement = statement.where(PersonKey.id.in_(list(key_ids)))
        with self.engine.begin() as connection:
            connection.execute(statement.values(unsettled_since=None))

    def erase(self, key_id: UUID, reference: str, suppressed: Iterable[Suppressed] = ()) -> Line:
        """Write the ledger line and destroy the key, in one transaction; twice is once."""
        try:
            with self.engine.begin() as connection:
                self._write_line(connection, key_id, reference, suppressed)
                self._destroy(connection, key_id)
        except IntegrityError:  # another process wrote the line, and destroyed the key, just now
            pass
        line = self.ledger.find(key_id)
        if line is None:
            raise UnreadableError("erasure")
        return line

    def hash(self, kind: str, value: str) -> bytes:
        """Return the keyed hash of a value, under the installation's own look-up key."""
        return crypto.keyed_hash(self._lookup_key(), kind, value)

    def hasher(self, kind: str) -> Callable[[str], bytes]:
        """Return what hashes very many values of one kind, as `hash` does."""
        return crypto.keyed_hasher(self._lookup_key(), kind)

    def suppress(self, contacts: Iterable[Suppressed]) -> int:
        """Note what is not to be contacted; return how much of it is new."""
        with self.engine.begin() as connection:
            now = self._clock()
            return sum(_suppress(connection, *contact, since=now) for contact in sorted(contacts))

    def lift(self, contacts: Iterable[Suppressed], until: datetime | None = None) -> int:
        """Take contacts off that list, as far as they were noted by then; return how many were."""
        with self.engine.begin() as connection:
            return sum(_lift(connection, *contact, until) for contact in sorted(contacts))

    def prepare(self) -> None:
        """Make the secrets of the installation that this keyring lacks."""
        with self.engine.begin() as connection:
            known = set(connection.scalars(select(Secret.name)))
            for name in (LOOKUP, RECEIPTS):
                if name not in known:
                    wrapped = self.masters.wrap(crypto.new_key(), name)
                    connection.execute(insert(Secret).values(name=name, wrapped=wrapped))

    def is_open(self) -> bool:
        """Tell whether our master keys open it, and it is the one that they opened first."""
        try:
            lookup, _ = self._read_secret(LOOKUP), self._read_secret(RECEIPTS)
        except UnreadableError:  # another master key's, changed, or a keyring that was never used
            return False
        return lookup == self._lookup_key()

    def count(self) -> int:
        """Return how many keys there are."""
        with self._reading.connect() as connection:
            return connection.scalar(select(func.count()).select_from(PersonKey)) or 0

    def rewrap(self, report: Callable[[int], None]) -> int:
        """Wrap every key anew that another master key wraps; return how many.

        Every key is opened, also one that bears today's mark: that is one byte, and a wrong
        master key may bear the same. Raises `UnreadableError` for what no master key opens, when
        all others are done. Batch by batch, each durable: killed half-way, the next run goes on
        with what is left. A key that is destroyed meanwhile stays destroyed. `report` hears of
        each batch how many keys were looked at.
        """
        closed: list[UnreadableError] = []
        changed = self._rewrap_secrets(closed)
        last: UUID | None = None
        while True:
            query = select(PersonKey.id, PersonKey.wrapped).order_by(PersonKey.id).limit(BATCH)
            if last is not None:
                query = query.where(PersonKey.id > last)
            with self.engine.begin() as connection:
                rows = [(row.id, row.wrapped) for row in connection.execute(query)]
                changed += self._rewrap(connection, PersonKey, rows, closed)
            if not rows and closed:
                raise closed[0]
            if not rows:
                return changed
            last = rows[-1][0]
            report(len(rows))

    def read_note(self, name: str) -> str | None:
        """Return what the installation is to remember under a name."""
        with self._reading.connect() as connection:
            return connection.scalar(select(Note.value).where(Note.name == name))

    def keep_note(self, name: str, value: str | None) -> None:
        """Remember a value under a name in place of what was there; None forgets it."""
        with self.engine.begin() as connection:
            connection.execute(delete(Note).where(Note.name == name))
            if value is not None:
                connection.execute(insert(Note).values(name=name, value=value))

    def _write_line(
        self,
        connection: Connection,
        key_id: UUID,
        reference: str,
        suppressed: Iterable[Suppressed],
    ) -> None:
        person_hash, now = self.ledger.person_hash(key_id), self._clock()
        known = select(ErasureRow.number).where(ErasureRow.person_hash == person_hash)
        if connection.execute(known).first() is not None:
            return
        line = {"person_hash": person_hash, "erased_at": now, "reference": reference}
        connection.execute(insert(ErasureRow).values(line))
        for kind, value_hash in sorted(suppressed):
            _suppress(connection, kind, value_hash, since=now)

    def _destroy(self, connection: Connection, key_id: UUID) -> None:
        connection.execute(delete(PersonKey).where(PersonKey.id == key_id))

    def _rewrap_secrets(self, closed: list[UnreadableError]) -> int:
        with self.engine.begin() as connection:
            rows = [
                (row.name, row.wrapped)
                for row in connection.execute(select(Secret.name, Secret.wrapped))
            ]
            return self._rewrap(connection, Secret, rows, closed)

    def _rewrap(
        self,
        connection: Connection,
        kind: type[PersonKey | Secret],
        rows: list[tuple[UUID, bytes]] | list[tuple[str, bytes]],
        closed: list[UnreadableError],
    ) -> int:
        """Wrap some anew; return how many. What no master key opens is added to `closed`."""
        table: Table = kind.__table__  # type: ignore[assignment]  # declared as a wider type
        (key,) = table.primary_key
        changes = []
        for identity, wrapped in rows:
            name = _name(identity) if isinstance(identity, UUID) else identity
            try:
                plain = self.masters.unwrap(wrapped, name)
            except UnreadableError as fault:
                closed.append(fault)
                continue
            if not self.masters.is_current(wrapped):
                new = self.masters.wrap(plain, name)
                changes.append({"identity": identity, "before": wrapped, "after": new})
        if changes:
            connection.execute(
                update(table)
                .where(key == bindparam("identity"), table.c.wrapped == bindparam("before"))
                .values(wrapped=bindparam("after")),
                changes,
            )
        return len(changes)

    def _lookup_key(self) -> bytes:
        if self._lookup is None:
            self._lookup = self._read_secret(LOOKUP)
        return self._lookup

    def _read_secret(self, name: str) -> bytes:
        with self._reading.connect() as connection:
            wrapped = connection.scalar(select(Secret.wrapped).where(Secret.name == name))
        if wrapped is None:
            raise KeyGoneError(name)
        return self.masters.unwrap(wrapped, name)


def _name(key_id: UUID) -> str:
    return f"person_key:{key_id}"


def _is_contact(kind: str, value_hash: bytes) -> ColumnElement[bool]:
    return (Suppression.kind == kind) & (Suppression.value_hash == value_hash)


def _lift(connection: Connection, kind: str, value_hash: bytes, until: datetime | None) -> int:
    wanted = _is_contact(kind, value_hash)
    if until is not None:
        wanted &= Suppression.since <= until
    return connection.execute(delete(Suppression).where(wanted)).rowcount


def _suppress(connection: Connection, kind: str, value_hash: bytes, since: datetime) -> bool:
    """Note one, or that it was said once more; tell whether it is new.

    Another process may note the same at this moment.
    """
    again = update(Suppression).where(_is_contact(kind, value_hash)).values(since=since)
    if connection.execute(again).rowcount:
        return False
    row = insert(Suppression).values(kind=kind, value_hash=value_hash, since=since)
    try:
        with connection.begin_nested():
            connection.execute(row)
    except IntegrityError:
        return False
    return True
