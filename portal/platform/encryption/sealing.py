"""The vault as one request or one job sees it: keys are read once and kept until its end."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.platform.core.errors import KeyGoneError
from portal.platform.core.ledger import Erasure, ErasureLedger, Suppressed
from portal.platform.core.sealing import Document
from portal.platform.encryption import crypto
from portal.platform.encryption.keys import KeyService


class Vault:
    """Seals and opens documents; implements `portal.platform.core.sealing.Sealer`."""

    def __init__(self, keys: KeyService) -> None:
        self._keys = keys
        self._ciphers: dict[UUID, AESGCM | None] = {}

    def create_key(self, key_id: UUID) -> None:
        """Make the person's key, durable before anything is sealed with it."""
        self._ciphers[key_id] = AESGCM(self._keys.create(key_id))

    def fetch(self, key_ids: Iterable[UUID]) -> None:
        """Read the keys of several people with one look-up."""
        missing = [key_id for key_id in set(key_ids) if key_id not in self._ciphers]
        if missing:
            keys = self._keys.read(missing)
            for key_id in missing:
                self._ciphers[key_id] = AESGCM(keys[key_id]) if key_id in keys else None

    def seal(self, key_id: UUID, place: str, document: Mapping[str, Any]) -> bytes:
        """Seal a document; raises `KeyGoneError`."""
        return crypto.seal(self._cipher(key_id, place), place, document)

    def open(self, key_id: UUID, place: str, sealed: bytes) -> Document:
        """Open a document; raises `UnreadableError`, or `KeyGoneError` for a destroyed key."""
        return crypto.open_sealed(self._cipher(key_id, place), place, sealed)

    def find(self, key_id: UUID, place: str, sealed: bytes) -> Document | None:
        """Open a document, or give None when the person's key is destroyed."""
        try:
            return self.open(key_id, place, sealed)
        except KeyGoneError:
            return None

    def lookup_hash(self, kind: str, value: str) -> bytes:
        """Return the keyed hash (32 bytes) under which a value can be looked up."""
        return self._keys.hash(kind, value)

    def lookup_hasher(self, kind: str) -> Callable[[str], bytes]:
        """Return what hashes very many values of one kind, as `lookup_hash` does."""
        return self._keys.hasher(kind)

    def tagger(self, kind: str, value: str) -> Callable[[bytes], bytes]:
        """Return what makes tags (16 bytes) of hashes (32 bytes), under a key of that pair."""
        return crypto.tagger(self._keys.hash(kind, value))

    def suppress(self, contacts: Iterable[Suppressed]) -> int:
        """Note what is not to be contacted, durably and at once; return how much of it is new."""
        return self._keys.suppress(contacts)

    def lift(self, contacts: Iterable[Suppressed], until: datetime | None = None) -> int:
        """Let contacts be used again, but for those suppressed since; return how many were."""
        return self._keys.lift(contacts, until)

    def discard_keys(self, key_ids: Iterable[UUID]) -> None:
        """Destroy keys that only ever sealed something passing."""
        gone = list(key_ids)
        if gone:
            self._keys.discard(gone)
            self._ciphers.update(dict.fromkeys(gone))

    def list_maybe_unused_keys(self, before: datetime, most: int) -> list[UUID]:
        """Return keys that were made before a moment and are not known to be used."""
        return self._keys.list_maybe_unused(before, most)

    def settle_keys(self, key_ids: Iterable[UUID]) -> None:
        """Note of keys that they are used."""
        self._keys.settle(key_ids)

    def erase_person(
        self, key_id: UUID, reference: str, suppressed: Iterable[Suppressed] = ()
    ) -> Erasure:
        """Write the person into the erasure ledger and destroy the key, in one transaction."""
        line = self._keys.erase(key_id, reference, suppressed)
        self._ciphers[key_id] = None
        return line

    def read_note(self, name: str) -> str | None:
        """Return what must outlive an old copy of the main database, under a name."""
        return self._keys.read_note(name)

    def keep_note(self, name: str, value: str | None) -> None:
        """Keep that, durably and at once, in place of what was there; None forgets it."""
        self._keys.keep_note(name, value)

    @property
    def ledger(self) -> ErasureLedger:
        """The erasure ledger."""
        return self._keys.ledger

    def _cipher(self, key_id: UUID, place: str) -> AESGCM:
        self.fetch([key_id])
        cipher = self._ciphers[key_id]
        if cipher is None:
            raise KeyGoneError(place)
        return cipher
