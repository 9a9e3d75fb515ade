"""What the domain may ask of the vault: an interface; `platform/encryption/sealing.py` has it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from portal.platform.core.ledger import Erasure, ErasureLedger, Suppressed

Document = dict[str, Any]


def place(table: str, row_id: UUID) -> str:
    """Return the name of where a document lives: it is sealed to that place."""
    return f"{table}:{row_id}"


class Sealer(Protocol):
    """Seals and opens documents with one key per person.

    `key_id` is the person; `place` is where the document lives (see `place`) and is bound
    to it, so that a sealed value moved to another row does not open.
    """

    def create_key(self, key_id: UUID) -> None:
        """Make the person's key, durable before anything is sealed with it."""

    def fetch(self, key_ids: Iterable[UUID]) -> None:
        """Read the keys of several people with one look-up."""

    def seal(self, key_id: UUID, place: str, document: Mapping[str, Any]) -> bytes:
        """Seal a document; raises `KeyGoneError`."""

    def open(self, key_id: UUID, place: str, sealed: bytes) -> Document:
        """Open a document; raises `UnreadableError`, or `KeyGoneError` for a destroyed key."""

    def find(self, key_id: UUID, place: str, sealed: bytes) -> Document | None:
        """Open a document, or give None when the person's key is destroyed."""

    def lookup_hash(self, kind: str, value: str) -> bytes:
        """Return the keyed hash (32 bytes) under which a value can be looked up."""

    def lookup_hasher(self, kind: str) -> Callable[[str], bytes]:
        """Return what hashes very many values of one kind, as `lookup_hash` does."""

    def tagger(self, kind: str, value: str) -> Callable[[bytes], bytes]:
        """Return what shows that we made something about a value, under a key of that pair.

        It makes a tag (16 bytes) of each of very many hashes (32 bytes), one after the other.
        """

    def suppress(self, contacts: Iterable[Suppressed]) -> int:
        """Note what is not to be contacted, durably and at once; return how much of it is new."""

    def lift(self, contacts: Iterable[Suppressed], until: datetime | None = None) -> int:
        """Let contacts be used again, durably and at once; return how many were suppressed.

        With a moment, but for those that were suppressed, or once more, since.
        """

    def discard_keys(self, key_ids: Iterable[UUID]) -> None:
        """Destroy keys that only ever sealed something passing: an email, a lapsed form."""

    def list_maybe_unused_keys(self, before: datetime, most: int) -> list[UUID]:
        """Return keys that were made before a moment and are not known to be used."""

    def settle_keys(self, key_ids: Iterable[UUID]) -> None:
        """Note of keys that they are used, durably and at once."""

    def erase_person(
        self, key_id: UUID, reference: str, suppressed: Iterable[Suppressed] = ()
    ) -> Erasure:
        """Write the person into the erasure ledger and destroy the key, in one transaction.

        The line gets the number of a receipt; whom not to contact again is kept beside it.
        Done twice, the first line stands.
        """

    def read_note(self, name: str) -> str | None:
        """Return what must outlive an old copy of the main database, under a name."""

    def keep_note(self, name: str, value: str | None) -> None:
        """Keep that, durably and at once, in place of what was there; None forgets it."""

    @property
    def ledger(self) -> ErasureLedger:
        """The erasure ledger."""
