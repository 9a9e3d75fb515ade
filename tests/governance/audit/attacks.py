"""What somebody who writes to the main database alone might do to the audit trail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, insert, select, text, update

from portal.desk.cases.events import CaseMoved
from portal.governance.audit.chain import seal_waiting
from portal.governance.audit.models import AuditEntry, AuditLink, AuditWaiting
from portal.governance.audit.trail import record
from tests.world import World

APPEND_ONLY = "audit_entry", "audit_link"
FACTS = '{"status": "closed", "step": "closed"}'


def happen(world: World, number: int) -> None:
    """Several things happen, a second apart, and none to the same case."""
    for _ in range(number):
        world.clock.move(seconds=1)
        with world.work() as work:
            record(work, CaseMoved(uuid4(), "replied", "open"))


def seal(world: World) -> None:
    """The worker seals what waits, and notes the newest seal."""
    world.worker().seal_audit()


def seal_without_noting(world: World) -> None:
    """The worker dies between sealing and noting."""
    with world.work() as work:
        seal_waiting(work)


@contextmanager
def unguarded(world: World) -> Iterator[Connection]:
    """A connection of somebody who may do everything, with the triggers out of the way."""
    engine = world.parts.sessions.engine
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for table in APPEND_ONLY:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            yield connection
            for table in APPEND_ONLY:
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        return
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    with engine.begin() as connection:
        triggers = connection.execute(query).all()
        for trigger in triggers:
            connection.execute(text(f"DROP TRIGGER {trigger.name}"))
        yield connection
        for trigger in triggers:
            connection.exec_driver_sql(trigger.sql)


@dataclass(frozen=True)
class Trail:
    """A sealed trail in the hands of an attacker; positions begin at 1."""

    connection: Connection

    @property
    def length(self) -> int:
        return self.connection.scalar(select(func.count()).select_from(AuditLink)) or 0

    def entry_at(self, position: int) -> UUID:
        query = select(AuditLink.entry_id).where(AuditLink.position == position)
        return self.connection.execute(query).scalar_one()

    def change(self, position: int, column: str, value: object) -> None:
        where = AuditEntry.id == self.entry_at(position)
        self.connection.execute(update(AuditEntry).where(where).values({column: value}))

    def relink(self, at: int, **values: object) -> None:
        where = AuditLink.position == at
        self.connection.execute(update(AuditLink).where(where).values(values))

    def contents(self, position: int) -> dict[str, Any]:
        query = select(AuditEntry.__table__).where(AuditEntry.id == self.entry_at(position))
        row = dict(self.connection.execute(query).one()._mapping)
        del row["id"]
        return row

    def link(self, position: int) -> dict[str, Any]:
        query = select(AuditLink.__table__).where(AuditLink.position == position)
        return dict(self.connection.execute(query).one()._mapping)

    def drop_entry(self, position: int) -> None:
        where = AuditEntry.id == self.entry_at(position)
        self.connection.execute(delete(AuditEntry).where(where))

    def drop_link(self, position: int) -> None:
        self.connection.execute(delete(AuditLink).where(AuditLink.position == position))

    def add_entry(self, like: int) -> UUID:
        entry_id = uuid4()
        row = {**self.contents(like), "subject_id": uuid4(), "id": entry_id}
        self.connection.execute(insert(AuditEntry).values(row))
        return entry_id


def change_a_name(trail: Trail, at: int, other: int) -> None:
    del other
    trail.change(at, "name", "cases:case:noved")


def change_a_moment(trail: Trail, at: int, other: int) -> None:
    del other
    moment = trail.contents(at)["occurred_at"]
    trail.change(at, "occurred_at", moment.replace(microsecond=moment.microsecond ^ 1))


def change_who_did_it(trail: Trail, at: int, other: int) -> None:
    del other
    trail.change(at, "actor_kind", "staff!")


def put_somebody_behind_it(trail: Trail, at: int, other: int) -> None:
    del other
    trail.change(at, "actor_id", uuid4())


def change_whom_it_is_about(trail: Trail, at: int, other: int) -> None:
    del other
    trail.change(at, "subject_id", uuid4())


def change_a_fact(trail: Trail, at: int, other: int) -> None:
    del other
    trail.change(at, "facts", {**trail.contents(at)["facts"], "found": 7})


def change_an_entrys_id(trail: Trail, at: int, other: int) -> None:
    del other
    trail.change(at, "id", uuid4())


def remove_an_entry(trail: Trail, at: int, other: int) -> None:
    del other
    trail.drop_entry(at)


def remove_a_link(trail: Trail, at: int, other: int) -> None:
    del other
    trail.drop_link(at)


def remove_both(trail: Trail, at: int, other: int) -> None:
    del other
    trail.drop_entry(at)
    trail.drop_link(at)


def close_up_after_removing(trail: Trail, at: int, other: int) -> None:
    """Remove an entry, and move all later links up so that no position is missing."""
    del other
    length = trail.length
    remove_both(trail, at, 0)
    for position in range(at + 1, length + 1):
        trail.relink(position, position=position - 1)


def swap_digests(trail: Trail, at: int, other: int) -> None:
    one, two = trail.link(at), trail.link(other)
    trail.relink(at, digest=two["digest"])
    trail.relink(other, digest=one["digest"])


def swap_places(trail: Trail, at: int, other: int) -> None:
    one, two = trail.entry_at(at), trail.entry_at(other)
    trail.relink(at, entry_id=uuid4())
    trail.relink(other, entry_id=one)
    trail.relink(at, entry_id=two)


def swap_links(trail: Trail, at: int, other: int) -> None:
    trail.relink(at, position=-1)
    trail.relink(other, position=at)
    trail.relink(-1, position=other)


def swap_contents(trail: Trail, at: int, other: int) -> None:
    one, two = trail.contents(at), trail.contents(other)
    for position, row in ((at, two), (other, one)):
        where = AuditEntry.id == trail.entry_at(position)
        trail.connection.execute(update(AuditEntry).where(where).values(row))


def cut_the_end(trail: Trail, at: int, other: int) -> None:
    """Remove everything from a position on, so that what is left is a chain."""
    del other
    for position in range(at, trail.length + 1):
        remove_both(trail, position, 0)


def put_in_an_entry(trail: Trail, at: int, other: int) -> None:
    del other
    trail.add_entry(at)


def put_in_a_link(trail: Trail, at: int, other: int) -> None:
    """Append an entry with a link, and a digest that was seen elsewhere."""
    del other
    row = {**trail.link(at), "entry_id": trail.add_entry(at), "position": trail.length + 1}
    trail.connection.execute(insert(AuditLink).values(row))


def put_a_link_before_the_first(trail: Trail, at: int, other: int) -> None:
    del other
    row = {**trail.link(at), "entry_id": trail.add_entry(at), "position": 0}
    trail.connection.execute(insert(AuditLink).values(row))


def let_it_wait_again(trail: Trail, at: int, other: int) -> None:
    del other
    row = {"entry_id": trail.entry_at(at)}
    trail.connection.execute(insert(AuditWaiting).values(row))


def start_again(trail: Trail, at: int, other: int) -> None:
    """Remove all links and let every entry wait, so that the worker makes a new chain."""
    del other
    trail.change(at, "name", "cases:case:noved")
    ids = select(AuditLink.entry_id)
    trail.connection.execute(insert(AuditWaiting).from_select(["entry_id"], ids))
    trail.connection.execute(delete(AuditLink))


Attack = Callable[[Trail, int, int], None]
CHANGES: tuple[Attack, ...] = (
    change_a_name,
    change_a_moment,
    change_who_did_it,
    put_somebody_behind_it,
    change_whom_it_is_about,
    change_a_fact,
    change_an_entrys_id,
    remove_an_entry,
)
"""What shows at the entry that was touched."""
SWAPS: tuple[Attack, ...] = (swap_digests, swap_places, swap_links, swap_contents)
"""What shows at the earlier one of the two."""
REMOVALS: tuple[Attack, ...] = (remove_a_link, remove_both, close_up_after_removing, cut_the_end)
"""What shows at the first position that is missing."""
ADDITIONS: tuple[Attack, ...] = (
    put_in_an_entry,
    put_in_a_link,
    put_a_link_before_the_first,
    let_it_wait_again,
)
ATTACKS = (*CHANGES, *SWAPS, *REMOVALS, *ADDITIONS, start_again)
