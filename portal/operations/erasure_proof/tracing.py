"""Searching for a person by every contact they ever had: as a keyed hash, and by lists."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, MetaData, Table, select

from portal.consent.list_screening.rules import Campaign
from portal.erasure.cancellation.queries import list_leftovers
from portal.identity.contact_index.queries import EVER
from portal.identity.contact_index.rules import EMAIL, HASHED_AS, Channel, Reach
from portal.operations.erasure_proof.living import Life, screen
from portal.operations.erasure_proof.people import Person
from portal.operations.erasure_proof.scene import Scene
from portal.operations.erasure_proof.searching import Place, spell_bytes
from portal.platform.core.addresses import spell_email
from portal.platform.core.database import Base
from portal.platform.core.holdings import Trace
from portal.platform.encryption.models import KeyringBase, Suppression
from portal.platform.runtime import Runtime

HEADS = {
    Channel.EMAIL: "Email",
    Channel.TEXT: "Mobile",
    Channel.TELEPHONE: "Telephone",
    Channel.POST: "Address,Postcode",
}
"""How a campaign list calls what reaches people."""
SUPPRESSED, PASSING = Suppression.__tablename__, "draft"
"""Where a no outlives whoever said it, and where half-filled forms wait for half an hour."""
Hashes = Mapping[bytes, str]
"""Keyed hashes, each with the name of what it stands for."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One row that contains the keyed hash of one of somebody's contacts, in any encoding."""

    table: str
    column: str
    key: str
    what: str


def hash_everything(parts: Runtime, person: Person) -> dict[bytes, str]:
    """Return the keyed hashes of every address, number and post address somebody ever had."""
    found = {
        parts.keyring.hash(HASHED_AS[channel], value): f"{person.number}:{channel}"
        for reach in person.reaches
        for channel in Channel
        for value in reach.by(channel)
    }
    undone = parts.keyring.hash(EMAIL, spell_email(person.undone_email))
    found[undone] = f"{person.number}:undone_email"
    if person.is_inherited:
        found[parts.keyring.hash(EMAIL, spell_email(person.first_email))] = given_up(person)
    return found


def given_up(person: Person) -> str:
    """Return what the address is called that somebody else has by now."""
    return f"{person.number}:given_up"


def find_hits(parts: Runtime, hashes: Hashes, place: Place | None = None) -> set[Hit]:
    """Search every column with text or bytes of both databases; `place` counts them."""
    spelled = {one: what for raw, what in hashes.items() for one in spell_bytes(raw)}
    databases: tuple[tuple[Engine, MetaData], ...] = (
        (parts.sessions.engine, Base.metadata),
        (parts.keyring.engine, KeyringBase.metadata),
    )
    hits: set[Hit] = set()
    for engine, metadata in databases:
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                rows = connection.execute(select(table)).mappings().all()
                for column in table.columns:
                    heaps = [(row, _bytes(row[column])) for row in rows]
                    hits |= _find(table, column.name, heaps, spelled)
                    if place is not None:
                        place.files += 1
                        place.size += sum(len(heap) for _, heap in heaps)
    return hits


def look_for(scene: Scene, life: Life, next_owners: set[Hit]) -> None:
    """Search for somebody who has just left, by every address, but for hits of `next_owners`."""
    person, parts = life.person, scene.parts
    emails = [person.undone_email, person.email]
    emails += [] if person.is_inherited else [person.first_email]
    now = scene.clock()
    traces = tuple(
        Trace(parts.keyring.hash(EMAIL, spell_email(email)), EVER, now) for email in emails
    )
    with parts.reading() as work:
        left = list_leftovers(work, life.customer_id, traces)
    scene.found.expect(f"the look finds nobody who left: {sorted(left)}", holds=not left)
    hits = search_hashes(scene, life, next_owners)
    theirs = {one for one in next_owners if one.what.startswith(f"{person.number}:")}
    theirs = {one for one in theirs if one.table != PASSING}
    scene.found.expect("whoever has a given-up address keeps every row", holds=theirs <= hits)
    _compare_suppressions(scene, person)
    _screen_lists(scene, person)


def search_hashes(scene: Scene, life: Life, next_owners: set[Hit]) -> set[Hit]:
    """Return the rows of every column that contain keyed hashes of somebody who left.

    What belongs to an address that is somebody else's today stays, also a half-filled form that
    names it, which goes by itself soon; suppressions are compared apart.
    """
    hashes = hash_everything(scene.parts, life.person)
    hits = find_hits(scene.parts, hashes, scene.found.traces)
    left = {one for one in hits if one.table != SUPPRESSED} - next_owners
    left -= {one for one in hits if one.table == PASSING and one.what == given_up(life.person)}
    where = sorted({f"{one.table}.{one.column}" for one in left})
    scene.found.expect(f"no keyed hash of whoever left: {where}", holds=not left)
    scene.found.traces.erased |= {one.what for one in left}
    return hits


def _compare_suppressions(scene: Scene, person: Person) -> None:
    """Check that exactly what somebody refused is suppressed."""
    reach = _reach(person)
    contacts = {
        (channel.value, scene.parts.keyring.hash(HASHED_AS[channel], value)): channel
        for one in reach
        for channel in Channel
        for value in one.by(channel)
    }
    wanted = {contact for contact, channel in contacts.items() if channel in person.refused}
    with scene.parts.reading() as work:
        noted = work.vault.ledger.list_suppressed(contacts)
    scene.found.expect(
        "a no outlives whoever said it, for all they ever had", holds=noted >= wanted
    )
    scene.found.expect("nothing is kept of what they said yes for", holds=noted <= wanted)


def _screen_lists(scene: Scene, person: Person) -> None:
    """Check that no campaign reaches a leaver, and none to prospects by what they refused.

    They refused it at their first address, too, by a link used when nobody had that any more.
    """
    for channel, head in HEADS.items():
        rows = [_row(channel, reach) for reach in _reach(person) if _row(channel, reach)]
        mine = screen(scene, Campaign(purpose="offers", channel=channel), head, *rows)
        scene.found.expect("no campaign reaches whoever left", holds=not mine)
        to_anybody = Campaign(purpose="offers", channel=channel, prospects=True)
        through = screen(scene, to_anybody, head, *rows)
        wanted = [row for row in rows if row != person.first_email]
        expected = len(wanted) if f"offers:{channel}" in person.choices else 0
        what = f"prospects are what was not refused, by {channel}"
        scene.found.expect(what, holds=len(through) == expected)


def _reach(person: Person) -> tuple[Reach, ...]:
    """Return a leaver's contacts, without an address that is somebody else's by now."""
    old, new = person.reaches
    if person.is_inherited:
        old = Reach(
            telephone=old.telephone,
            mobile=old.mobile,
            address_line_1=old.address_line_1,
            postcode=old.postcode,
        )
    return old, new


def _row(channel: Channel, reach: Reach) -> str:
    match channel:
        case Channel.EMAIL:
            return reach.email
        case Channel.TEXT:
            return reach.mobile
        case Channel.TELEPHONE:
            return reach.telephone
        case Channel.POST:
            return f"{reach.address_line_1},{reach.postcode}"


def _find(
    table: Table,
    column: str,
    heaps: list[tuple[Any, bytes]],
    spelled: Hashes,
) -> set[Hit]:
    whole = b"\0".join(heap for _, heap in heaps)
    there = [(one, what) for one, what in spelled.items() if one in whole]
    return {
        Hit(table.name, column, _key(table, row), what)
        for one, what in there
        for row, heap in heaps
        if one in heap
    }


def _key(table: Table, row: Any) -> str:  # noqa: ANN401  # whatever keys a table has
    return repr([row[column] for column in table.primary_key])


def _bytes(value: object) -> bytes:
    """Return a value as bytes to search; empty for a number, a moment or an id."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, dict | list):
        return json.dumps(value).encode()
    return b""
