"""Fills databases with many made-up rows, quickly: past the services, straight into the files."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from portal.platform.runtime import Runtime

CHUNK = 20_000
SEALED_BYTES = 330
"""About what a profile takes."""
MOMENT = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def fill_customers(parts: Runtime, number: int) -> None:
    """Add customers with a key, a credential and two registrations each."""
    moment = str(MOMENT)
    _insert(
        _file(parts.keyring.engine.url.database),
        {"person_key (id, wrapped)": ((one, os.urandom(61)) for one in _ids(number))},
    )
    _insert(
        _file(parts.sessions.engine.url.database),
        {
            "customer (id, email_hash, sealed, version, registered_at)": (
                (one, os.urandom(32), os.urandom(SEALED_BYTES), 1, moment) for one in _ids(number)
            ),
            "credential (owner_id, sealed, changed_at)": (
                (one, os.urandom(SEALED_BYTES), moment) for one in _ids(number)
            ),
            "registration (id, customer_id, service, registered_at)": (
                (UUID(int=int(one, 16) + turn).hex, one, service, moment)
                for one in _ids(number)
                for turn, service in enumerate(("broadband", "mobile"))
            ),
        },
    )


def fill_contact_hashes(parts: Runtime, number: int, emails: Iterable[str], agreed: str) -> None:
    """Add a mark of an e-mail address and of a telephone number to each of so many customers.

    Every other one has `agreed`. The numbers are those of nobody: there are too few for all.
    """
    spell = parts.keyring.hasher("email")
    pairs = zip(_ids(number), emails, strict=True)
    said = (f'["{agreed}:email", "{agreed}:telephone"]', "[]")
    rows = (
        (one, channel, value_hash, said[turn % 2])
        for turn, (one, email) in enumerate(pairs)
        for channel, value_hash in (("email", spell(email)), ("telephone", os.urandom(32)))
    )
    _insert(
        _file(parts.sessions.engine.url.database),
        {"contact_mark (customer_id, channel, value_hash, agreed)": rows},
    )


def fill_unconfirmed(parts: Runtime, number: int) -> None:
    """Add registrations that lapsed, with their keys."""
    _insert(
        _file(parts.keyring.engine.url.database),
        {"person_key (id, wrapped)": ((one, os.urandom(61)) for one in _ids(number, number << 90))},
    )
    _insert(
        _file(parts.sessions.engine.url.database),
        {
            "unconfirmed_registration (id, email_hash, sealed, created_at)": (
                (one, os.urandom(32), os.urandom(SEALED_BYTES), str(MOMENT))
                for one in _ids(number, number << 90)
            )
        },
    )


def _ids(number: int, start: int = 1 << 100) -> Iterator[str]:
    return (UUID(int=start + (one << 8)).hex for one in range(number))


def _file(name: str | None) -> Path:
    return Path(name or "")


def _insert(file: Path, tables: dict[str, Iterable[tuple[object, ...]]]) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for table, rows in tables.items():
            rest = iter(rows)
            while chunk := list(islice(rest, CHUNK)):
                placeholders = ",".join("?" * len(chunk[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({placeholders})", chunk)  # noqa: S608  # our own names
    connection.close()
