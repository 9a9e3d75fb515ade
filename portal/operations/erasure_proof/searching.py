"""Searching for canaries and keys: every byte of every file, and every sealed document."""

import base64
import mmap
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from portal.operations.backup import store
from portal.operations.backup.backup import opened
from portal.operations.erasure_proof.people import PLANTED, Person
from portal.platform.core.database import Base
from portal.platform.core.errors import UnreadableError
from portal.platform.core.sealing import place
from portal.platform.encryption.crypto import open_sealed
from portal.platform.encryption.models import PersonKey
from portal.platform.runtime import Runtime

AROUND = 400
"""Bytes on each side of a mark in which the whole value must be; spelled out it is shorter."""
Allowed = Mapping[str, str]
"""Documents, by their place, in which one value of whoever left is: somebody else typed it."""
ALIGNMENTS = 3
"""A text in base64 looks different at each of three distances from where it begins."""
NOTHING: Allowed = {}


@dataclass
class Place:
    """One place that was searched: its size, and whose values were found in it."""

    name: str
    files: int = 0
    size: int = 0
    erased: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    keys: int = 0


class Needles:
    """The values to search for: the canaries of two groups of people, in every usual encoding.

    Every canary contains one of a few marks; only around a mark is the whole value looked for. So a
    gigabyte takes seconds.
    """

    def __init__(self, erased: Iterable[Person], others: Iterable[Person]) -> None:
        self._owners: dict[bytes, set[tuple[str, bool]]] = {}
        for people, is_erased in ((erased, True), (others, False)):
            for person in people:
                for name, value in person.canaries.items():
                    for spelling in spell(value):
                        owner = f"{person.number}:{name}", is_erased
                        self._owners.setdefault(spelling, set()).add(owner)
        self._planted = {spelling for planted in PLANTED for spelling in spell(planted)}

    def find(self, heap: bytes | mmap.mmap, found: Place) -> None:
        """Record whose values are in some bytes."""
        for planted in self._planted:
            for start in _finditer(heap, planted):
                self._find_around(heap[max(0, start - AROUND) : start + AROUND], found)

    def _find_around(self, window: bytes, found: Place) -> None:
        for spelling, owners in self._owners.items():
            if spelling in window:
                for name, is_erased in owners:
                    (found.erased if is_erased else found.others).add(name)


def spell(value: str) -> set[bytes]:
    """Return a value in every usual encoding: UTF-8 and UTF-16, hex, base64."""
    spellings: set[bytes] = set()
    bare = "".join(sign for sign in value if sign.isalnum())
    abroad = bare.removeprefix("0")  # a number that begins with its country's code
    for text in {value, value.lower(), value.upper(), bare, abroad}:
        for coding in ("utf-8", "utf-16-le", "utf-16-be"):
            spellings |= spell_bytes(text.encode(coding))
    return spellings


def spell_bytes(raw: bytes) -> set[bytes]:
    """Return bytes as they are, in hex, and in base64 at each of its three alignments."""
    spellings = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    for skipped in range(ALIGNMENTS):
        padded = b"\0" * skipped + raw
        whole = base64.b64encode(padded)
        first = -(-skipped * 8 // 6)
        last = len(padded) * 8 // 6
        inner = whole[first:last]
        spellings |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return spellings


def search_files(
    name: str, folders: Iterable[Path], needles: Needles, keys: Iterable[bytes]
) -> Place:
    """Search every byte of every file below some folders, and the contents of packed backups."""
    found = Place(name)
    spelled = {spelling for key in keys for spelling in spell_bytes(key)}
    for file in _files(folders):
        with suppress(OSError), file.open("rb") as raw:  # a server's file may vanish
            found.files += 1
            _search_stream(raw, needles, spelled, found)
            if file.suffix == ".copy":
                with tempfile.TemporaryFile() as plain:
                    opened(store.read_backup(file), [])(plain)
                    plain.flush()
                    _search_stream(plain, needles, spelled, found)
    return found


def _search_stream(stream: IO[bytes], needles: Needles, spelled: set[bytes], found: Place) -> None:
    size = os.fstat(stream.fileno()).st_size
    found.size += size
    if size:
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as heap:
            needles.find(heap, found)
            found.keys += sum(1 for key in spelled for _ in _finditer(heap, key))


def search_opened(name: str, parts: Runtime, needles: Needles, allowed: Allowed = NOTHING) -> Place:
    """Decrypt every document that any key of today opens, and search the plain texts.

    Somebody with a copy of the database and today's keyring could do the same. A value that is
    `allowed` in a document is not counted there.
    """
    found = Place(name)
    ciphers = _ciphers(parts)
    with parts.work() as work:
        for table in Base.metadata.sorted_tables:
            if "sealed" in table.columns:
                (key,) = table.primary_key
                for row in work.session.execute(select(table)).mappings():
                    here, within = place(table.name, row[key]), Place(name)
                    heap = _open(ciphers, here, row["sealed"])
                    needles.find(heap, within)
                    found.files, found.size = found.files + 1, found.size + len(heap)
                    found.erased |= within.erased - {allowed.get(here, "")}
                    found.others |= within.others
    return found


def _open(ciphers: list[AESGCM], here: str, sealed: bytes | None) -> bytes:
    """Return every text of a sealed document that one of the keys opens."""
    for cipher in ciphers if sealed else ():
        with suppress(UnreadableError):
            return "\n".join(_texts(open_sealed(cipher, here, sealed or b""))).encode()
    return b""


def _finditer(heap: bytes | mmap.mmap, needle: bytes) -> Iterator[int]:
    """Yield each position of a needle; several times faster than one large pattern."""
    place = heap.find(needle)
    while place >= 0:
        yield place
        place = heap.find(needle, place + len(needle))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401  # whatever JSON holds
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _ciphers(parts: Runtime) -> list[AESGCM]:
    with parts.keyring.engine.connect() as connection:
        ids = list(connection.scalars(select(PersonKey.id)))
    return [AESGCM(key) for key in parts.keyring.read(ids).values()]


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())
