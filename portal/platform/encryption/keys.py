"""What a key service is: the one seam between the portal and wherever its keys live."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from portal.platform.core.ledger import Erasure, ErasureLedger, Suppressed


class KeyService(Protocol):
    """Makes, gives and destroys one data key (32 bytes) a person.

    `Keyring` keeps them in a database of its own, wrapped by a master key from the settings.
    A service of a cloud or a hardware module takes its place here, or takes the master key's:
    see `docs/operate.md`.
    """

    def create(self, key_id: UUID) -> bytes:
        """Make and keep a new key; raises `ValueError` when there is one already."""

    def read(self, key_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """Return the keys there are; destroyed ones are left out."""

    def discard(self, key_ids: Iterable[UUID]) -> None:
        """Destroy keys of what was temporary, such as one email; no line of the ledger."""

    def list_maybe_unused(self, before: datetime, most: int) -> list[UUID]:
        """Return keys that were made before a moment and are not yet known to be used."""

    def settle(self, key_ids: Iterable[UUID] | None = None) -> None:
        """Note that keys are used; all of them, where none are given."""

    def erase(self, key_id: UUID, reference: str, suppressed: Iterable[Suppressed] = ()) -> Erasure:
        """Write the ledger line and destroy the key, both or neither; may be repeated."""

    def hash(self, kind: str, value: str) -> bytes:
        """Return the keyed hash (32 bytes) of a value, under a key of the installation."""

    def hasher(self, kind: str) -> Callable[[str], bytes]:
        """Return what hashes very many values of one kind, as `hash` does."""

    def suppress(self, contacts: Iterable[Suppressed]) -> int:
        """Add suppressions; return how many are new."""

    def lift(self, contacts: Iterable[Suppressed], until: datetime | None = None) -> int:
        """Take contacts off that list; return how many were on it.

        With a moment, but for those that were noted, or noted once more, since.
        """

    def read_note(self, name: str) -> str | None:
        """Return what is to be remembered under a name (40 signs at most)."""

    def keep_note(self, name: str, value: str | None) -> None:
        """Remember a value under a name in place of what was there; None forgets it."""

    @property
    def ledger(self) -> ErasureLedger:
        """The erasure ledger that `erase` writes."""
