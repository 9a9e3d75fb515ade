"""A key service of files, one a key: the second implementation, to see what a first must do."""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from portal.platform.core.clock import Clock
from portal.platform.core.ledger import Erasure, Suppressed
from portal.platform.encryption import crypto


class FolderLedger:
    """The ledger as files: `lines/<hash of the person>` with number, reference and moment."""

    def __init__(self, folder: Path, keys: "FolderKeys") -> None:
        self._folder, self._keys = folder, keys
        folder.mkdir(parents=True, exist_ok=True)
        self.lines: dict[str, Erasure] = {}
        self.suppressed: dict[Suppressed, datetime] = {}

    def find(self, person_id: UUID) -> Erasure | None:
        return self.lines.get(self._keys.hash("person", str(person_id)).hex())

    def find_by_reference(self, reference: str) -> Erasure | None:
        found = (line for line in self.lines.values() if line.reference == reference)
        return next(found, None)

    def keep_receipt(self, number: int, text: str) -> str:
        file = self._folder / f"{number}.txt"
        if not file.exists():
            file.write_text(text)
        return file.read_text()

    def sign(self, text: str) -> bytes:
        return self._keys.hash("receipt", text) * 2

    def is_genuine(self, text: str, signature: bytes) -> bool:
        return signature == self.sign(text)

    def list_suppressed(self, hashes: Iterable[Suppressed]) -> set[Suppressed]:
        return {*hashes} & self.suppressed.keys()

    def each_suppressed(self, kind: str) -> Iterator[bytes]:
        return iter(sorted(value_hash for one, value_hash in self.suppressed if one == kind))


class FolderKeys:
    """Keys as files; implements `portal.platform.encryption.keys.KeyService`."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder / "keys", clock
        self._folder.mkdir(parents=True, exist_ok=True)
        self._secret = os.urandom(32)
        self._unsettled: dict[UUID, datetime] = {}
        self._ledger = FolderLedger(folder / "lines", self)
        self._notes: dict[str, str] = {}

    @property
    def ledger(self) -> FolderLedger:
        return self._ledger

    def create(self, key_id: UUID) -> bytes:
        key = crypto.new_key()
        try:
            with self._file(key_id).open("xb") as file:
                file.write(b64encode(key))
        except FileExistsError as error:
            raise ValueError("There is such a key already") from error
        self._unsettled[key_id] = self._clock()
        return key

    def read(self, key_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        there = (one for one in key_ids if self._file(one).exists())
        return {one: b64decode(self._file(one).read_bytes()) for one in there}

    def discard(self, key_ids: Iterable[UUID]) -> None:
        for key_id in key_ids:
            self._file(key_id).unlink(missing_ok=True)
            self._unsettled.pop(key_id, None)

    def list_maybe_unused(self, before: datetime, most: int) -> list[UUID]:
        made = {one: since for one, since in self._unsettled.items() if since < before}
        return sorted(made, key=made.__getitem__)[:most]

    def settle(self, key_ids: Iterable[UUID] | None = None) -> None:
        for one in list(self._unsettled) if key_ids is None else key_ids:
            self._unsettled.pop(one, None)

    def erase(self, key_id: UUID, reference: str, suppressed: Iterable[Suppressed] = ()) -> Erasure:
        code = self.hash("person", str(key_id)).hex()
        lines = self._ledger.lines
        lines.setdefault(code, Erasure(len(lines) + 1, reference, self._clock(), None))
        self.suppress(suppressed)
        self.discard([key_id])
        return lines[code]

    def hash(self, kind: str, value: str) -> bytes:
        return crypto.keyed_hash(self._secret, kind, value)

    def hasher(self, kind: str) -> Callable[[str], bytes]:
        return crypto.keyed_hasher(self._secret, kind)

    def suppress(self, contacts: Iterable[Suppressed]) -> int:
        before = len(self._ledger.suppressed)
        self._ledger.suppressed |= dict.fromkeys(contacts, self._clock())
        return len(self._ledger.suppressed) - before

    def lift(self, contacts: Iterable[Suppressed], until: datetime | None = None) -> int:
        noted = self._ledger.suppressed
        gone = [one for one in {*contacts} & noted.keys() if until is None or noted[one] <= until]
        for one in gone:
            del noted[one]
        return len(gone)

    def read_note(self, name: str) -> str | None:
        return self._notes.get(name)

    def keep_note(self, name: str, value: str | None) -> None:
        if value is None:
            self._notes.pop(name, None)
        else:
            self._notes[name] = value

    def _file(self, key_id: UUID) -> Path:
        return self._folder / key_id.hex
