"""The keyring: where the keys of people live, and where they are destroyed.

It commits for itself: a key is durable before anything is sealed with it, and a person's
erasure (ledger line and destroyed key) is one transaction here, whatever happens elsewhere.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from portal.kernel.clock import Clock
from portal.kernel.errors import KeyGoneError
from portal.vault import crypto
from portal.vault.crypto import MasterKey
from portal.vault.models import Erasure, PersonKey, Secret

LOOKUP = "lookup"


class Keyring:
    """The keys of one installation."""

    def __init__(self, engine: Engine, master: MasterKey, clock: Clock) -> None:
        self.engine = engine
        self._reading = engine.execution_options(reading=True)
        self._master = master
        self._clock = clock
        self._lookup: bytes | None = None

    def create(self, key_id: UUID) -> bytes:
        """Make and keep a new key; raises `ValueError` when there is one already."""
        key = crypto.new_key()
        wrapped = self._master.wrap(key, _name(key_id))
        try:
            with self.engine.begin() as connection:
                connection.execute(insert(PersonKey).values(id=key_id, wrapped=wrapped))
        except IntegrityError as error:
            raise ValueError("There is such a key already") from error
        return key

    def read(self, key_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """Return the keys there are, in one look-up; destroyed ones are left out."""
        query = select(PersonKey.id, PersonKey.wrapped).where(PersonKey.id.in_(list(key_ids)))
        with self._reading.connect() as connection:
            rows = connection.execute(query).all()
        return {row.id: self._master.unwrap(row.wrapped, _name(row.id)) for row in rows}

    def discard(self, key_ids: Iterable[UUID]) -> None:
        """Destroy keys that sealed something passing; the ledger says nothing of them."""
        with self.engine.begin() as connection:
            connection.execute(delete(PersonKey).where(PersonKey.id.in_(list(key_ids))))

    def erase(self, key_id: UUID) -> None:
        """Write the ledger line and destroy the key, in one transaction; twice is once."""
        person_hash = self.hash("erased person", str(key_id))
        with self.engine.begin() as connection:
            known = connection.execute(
                select(Erasure.id).where(Erasure.person_hash == person_hash)
            ).first()
            if known is None:
                connection.execute(
                    insert(Erasure).values(person_hash=person_hash, erased_at=self._clock())
                )
            connection.execute(delete(PersonKey).where(PersonKey.id == key_id))

    def hash(self, kind: str, value: str) -> bytes:
        """Return the keyed hash of a value, under the installation's own look-up key."""
        if self._lookup is None:
            self._lookup = self._read_lookup_key()
        return crypto.keyed_hash(self._lookup, kind, value)

    def prepare(self) -> None:
        """Make the look-up key if this keyring is new."""
        with self.engine.begin() as connection:
            if connection.execute(select(Secret.name)).first() is None:
                wrapped = self._master.wrap(crypto.new_key(), LOOKUP)
                connection.execute(insert(Secret).values(name=LOOKUP, wrapped=wrapped))

    def _read_lookup_key(self) -> bytes:
        with self._reading.connect() as connection:
            wrapped = connection.execute(
                select(Secret.wrapped).where(Secret.name == LOOKUP)
            ).scalar_one_or_none()
        if wrapped is None:
            raise KeyGoneError(LOOKUP)
        return self._master.unwrap(wrapped, LOOKUP)


def _name(key_id: UUID) -> str:
    return f"person_key:{key_id}"
