"""The erasure ledger, its receipts, and who is not to be contacted; part of the keyring."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cached_property
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Engine, Row, func, select, tuple_, update

from portal.platform.core.ledger import Erasure as Line
from portal.platform.core.ledger import Suppressed
from portal.platform.encryption.models import ErasureRow, Suppression

PERSON = "erased person"
"""The kind of the keyed hash by which a line is found."""
BATCH = 5_000
COLUMNS = (ErasureRow.number, ErasureRow.reference, ErasureRow.erased_at, ErasureRow.receipt)


class KeyringLedger:
    """Reads the ledger; implements `portal.platform.core.ledger.Ledger`.

    Only `Keyring.erase` adds a line, together with destroying the key.
    """

    def __init__(
        self,
        engine: Engine,
        hash_value: Callable[[str, str], bytes],
        read_signing_key: Callable[[], bytes],
    ) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)
        self._hash = hash_value
        self._read_signing_key = read_signing_key

    def person_hash(self, person_id: UUID) -> bytes:
        """Return the keyed hash by which the ledger knows a person."""
        return self._hash(PERSON, str(person_id))

    def find(self, person_id: UUID) -> Line | None:
        """Return the line of a person, or None for whoever was not erased."""
        with self._reading.connect() as connection:
            query = select(*COLUMNS).where(ErasureRow.person_hash == self.person_hash(person_id))
            return _read(connection.execute(query).first())

    def find_by_reference(self, reference: str) -> Line | None:
        """Return the line with a receipt's number."""
        with self._reading.connect() as connection:
            query = select(*COLUMNS).where(ErasureRow.reference == reference)
            return _read(connection.execute(query).first())

    def find_many(self, person_ids: Iterable[UUID]) -> dict[UUID, int]:
        """Return the numbers of those who were erased, with one look-up."""
        by_hash = {self.person_hash(person_id): person_id for person_id in person_ids}
        query = select(ErasureRow.person_hash, ErasureRow.number)
        with self._reading.connect() as connection:
            rows = connection.execute(query.where(ErasureRow.person_hash.in_(list(by_hash)))).all()
        return {by_hash[row.person_hash]: row.number for row in rows}

    def newest(self) -> int:
        """Return the number of the newest line; 0 for an empty ledger."""
        with self._reading.connect() as connection:
            return connection.scalar(select(func.max(ErasureRow.number))) or 0

    def count(self) -> int:
        """Return how many lines there are."""
        with self._reading.connect() as connection:
            return connection.scalar(select(func.count(ErasureRow.number))) or 0

    def list_numbers(self, after: int, most: int) -> list[int]:
        """Return the numbers that come after one, in order."""
        query = select(ErasureRow.number).where(ErasureRow.number > after)
        with self._reading.connect() as connection:
            return list(connection.scalars(query.order_by(ErasureRow.number).limit(most)))

    def keep_receipt(self, number: int, text: str) -> str:
        """Keep the receipt of a line, unless there is one; return the one that is kept."""
        empty = (ErasureRow.number == number) & ErasureRow.receipt.is_(None)
        with self._engine.begin() as connection:
            connection.execute(update(ErasureRow).where(empty).values(receipt=text))
            query = select(ErasureRow.receipt).where(ErasureRow.number == number)
            return str(connection.execute(query).scalar_one())

    def list_suppressed(self, hashes: Iterable[Suppressed]) -> set[Suppressed]:
        """Return which of these are not to be contacted."""
        wanted = list(hashes)
        query = select(Suppression.kind, Suppression.value_hash).where(
            tuple_(Suppression.kind, Suppression.value_hash).in_(wanted)
        )
        with self._reading.connect() as connection:
            return {(row.kind, row.value_hash) for row in connection.execute(query)}

    def each_suppressed(self, kind: str) -> Iterator[bytes]:
        """Give every keyed hash of a kind that is not to be contacted, few at a time, in order."""
        query = select(Suppression.value_hash).where(Suppression.kind == kind)
        ordered = query.order_by(Suppression.value_hash)
        with self._reading.connect() as connection:
            yield from connection.execution_options(yield_per=BATCH).scalars(ordered)

    def sign(self, text: str) -> bytes:
        """Return the Ed25519 signature (64 bytes) of the installation over a text."""
        return self._key.sign(text.encode())

    def is_genuine(self, text: str, signature: bytes) -> bool:
        """Tell whether the installation signed a text."""
        try:
            self._key.public_key().verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True

    def public_key(self) -> bytes:
        """Return the key (32 bytes, Ed25519) with which anybody can check a receipt."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._read_signing_key())


def _read(row: Row[int, str, datetime, str | None] | None) -> Line | None:
    return Line(*row) if row is not None else None
