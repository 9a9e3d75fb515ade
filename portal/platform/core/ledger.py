"""What the domain may ask of the erasure ledger; the ledger itself is in the vault."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from portal.platform.core import references

SIGNS = 4, 4, 4
"""How many signs the groups of a receipt's number have."""

Suppressed = tuple[str, bytes]
"""The kind of an address or number that is not to be contacted, and its keyed hash."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One line of the ledger; the receipt is there once somebody has looked whether all is gone."""

    number: int
    reference: str
    erased_at: datetime
    receipt: str | None


class ErasureLedger(Protocol):
    """Says who was erased, to whoever knows the id; keeps receipts, and vouches for them."""

    def find(self, person_id: UUID) -> Erasure | None:
        """Return the line of a person, or None for whoever was not erased."""

    def find_by_reference(self, reference: str) -> Erasure | None:
        """Return the line with a receipt's number."""

    def keep_receipt(self, number: int, text: str) -> str:
        """Keep the receipt of a line, unless there is one; return the one that is kept."""

    def sign(self, text: str) -> bytes:
        """Return the Ed25519 signature (64 bytes) of the installation over a text."""

    def is_genuine(self, text: str, signature: bytes) -> bool:
        """Tell whether the installation signed a text."""

    def list_suppressed(self, hashes: Iterable[Suppressed]) -> set[Suppressed]:
        """Return which of these are not to be contacted."""

    def each_suppressed(self, kind: str) -> Iterator[bytes]:
        """Give every keyed hash of a kind that is not to be contacted, few at a time, in order."""


def new_receipt_number() -> str:
    """Make the number of a receipt: ER-7K4Q-92WX-M3PV."""
    return references.new_reference("ER", *SIGNS)


def read_receipt_number(text: str) -> str | None:
    """Return the one spelling of a receipt's number that somebody typed, or None."""
    return references.read_reference(text, "ER", *SIGNS)
