"""A download of somebody's data: a folder, as a ZIP file.

The page, the tables and the document come from one loop, so that they say the same. One category is
in memory at once; of the page and the document, which grow beside it, only the compressed form is.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import chain
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from portal.consent.list_import.sheets import write_table
from portal.self_service.your_data.rules import COLUMNS, DATA, PAGE, CategoryItems

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP file can spell; what was made when stands in the manifest."""
CHUNK = 65_536
FORMAT = 1
"""The number of the format of the document; it changes with what a program would have to know."""
_TEXT: dict[str, Any] = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What a company holds about a customer",
    "type": "object",
    "required": ["format", "issuer", "made_at", "categories"],
    "additionalProperties": False,
    "properties": {
        "$schema": _TEXT,
        "format": {"const": FORMAT},
        "issuer": _TEXT,
        "made_at": {"type": "string", "format": "date-time"},
        "categories": {
            "type": "array",
            "items": {
                "type": "object",
                "required": [
                    "category",
                    "name",
                    "for",
                    "purpose",
                    "source",
                    "lawful_basis",
                    "recipients",
                    "named_recipients",
                    "kept",
                    "records",
                    "items",
                    "not_asked",
                ],
                "additionalProperties": False,
                "properties": {
                    "category": {"type": "string", "pattern": "^[a-z][a-z-]*$"},
                    "name": _TEXT,
                    "for": _TEXT,
                    "purpose": _TEXT,
                    "source": _TEXT,
                    "lawful_basis": _TEXT,
                    "recipients": _TEXT,
                    "named_recipients": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["name", "country", "safeguard"],
                            "additionalProperties": False,
                            "properties": {
                                "name": _TEXT,
                                "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
                                "safeguard": _TEXT,
                            },
                        },
                    },
                    "kept": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "required": ["what", "until", "basis"],
                            "additionalProperties": False,
                            "properties": {"what": _TEXT, "until": _TEXT, "basis": _TEXT},
                        },
                    },
                    "records": {"type": "integer", "minimum": 0},
                    "items": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["label", "value", "at", "deleted_on"],
                            "additionalProperties": False,
                            "properties": {
                                "label": _TEXT,
                                "value": _TEXT,
                                "at": {"type": ["string", "null"], "format": "date-time"},
                                "deleted_on": {"type": ["string", "null"], "format": "date"},
                            },
                        },
                    },
                    "not_asked": {
                        "type": ["object", "null"],
                        "required": ["why", "answer_by", "message"],
                        "additionalProperties": False,
                        "properties": {"why": _TEXT, "answer_by": _TEXT, "message": _TEXT},
                    },
                },
            },
        },
    },
}
"""The shape of the document of a download (JSON Schema, draft 2020-12)."""

PageWriter = Callable[[Iterator[CategoryItems]], Iterable[str]]
"""Writes the page while it takes the categories, one by one."""


class Folder:
    """Files that are put into a ZIP file one after the other."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, Any]] = {}
        """The size (bytes) and the SHA-256 of each, by its name."""
        self._out = BytesIO()
        self._zip = ZipFile(self._out, "w", ZIP_DEFLATED)

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """Write one file, part by part."""
        digest, size, entry = hashlib.sha256(), 0, ZipInfo(name, EPOCH)
        entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
        with self._zip.open(entry, "w") as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
        self.files[name] = {"bytes": size, "sha256": digest.hexdigest()}

    def close(self) -> bytes:
        """End the ZIP file and return it."""
        self._zip.close()
        return self._out.getvalue()


class Spool:
    """A text that waits, compressed, until it can be put into the folder."""

    def __init__(self) -> None:
        self._packer, self._kept = zlib.compressobj(), list[bytes]()

    def add(self, text: str) -> None:
        """Put more behind what is there."""
        self._kept.append(self._packer.compress(text.encode()))

    def read(self) -> Iterator[bytes]:
        """Give all of it, once, a few bytes at a time."""
        opener, last = zlib.decompressobj(), self._packer.flush()
        for part in (*self._kept, last):
            yield opener.decompress(part, CHUNK)
            while opener.unconsumed_tail:
                yield opener.decompress(opener.unconsumed_tail, CHUNK)
        yield opener.flush()


def pack(
    categories: Iterable[CategoryItems], write_page: PageWriter, head: Mapping[str, Any]
) -> tuple[Folder, list[dict[str, Any]]]:
    """Write a table for each category, the page and the document.

    `head` is what the document says before its categories. Returns the folder, which is still open,
    and each place that was looked in, with how much was found.
    """
    folder, page, document = Folder(), Spool(), Spool()
    places = list[dict[str, Any]]()

    def each() -> Iterator[CategoryItems]:
        for one in categories:
            if not one.is_missing:
                folder.add(one.file, _table(one))
            document.add(",\n" if places else "\n")
            document.add(json.dumps(one.words(), ensure_ascii=False))
            places.append(one.place())
            yield one

    document.add(json.dumps(head, ensure_ascii=False)[:-1] + ', "categories": [')
    for text in write_page(each()):
        page.add(text)
    document.add("\n]}\n")
    folder.add(PAGE, page.read())
    folder.add(DATA, document.read())
    return folder, places


def _table(one: CategoryItems) -> Iterator[bytes]:
    """Give a category as CSV (RFC 4180); no cell runs in a spreadsheet."""
    return (line.encode() for line in write_table(chain([COLUMNS], one.rows())))
