"""A worker that has nothing to do asks once a second, and writes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, text

from portal.identity.credentials.models import TryCount
from portal.identity.credentials.queries import list_untold_blocks
from portal.identity.realms.rules import CUSTOMERS
from portal.messaging.email.outbox import queue
from portal.operations.worker.worker import Worker
from portal.platform.core.database import Base
from tests.identity.accounts.registering import register
from tests.messaging.email.test_transport import EMAIL
from tests.world import World

SECONDS = 60
NAMES = 20_000


@dataclass
class Transactions:
    """How many were begun in the main database, and in the keyring."""

    reading: int = 0
    writing: int = 0
    keyring: int = 0
    statements: list[str] = field(default_factory=list)


@contextmanager
def counting(world: World) -> Iterator[Transactions]:
    counted = Transactions()

    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get("reading"):
            counted.reading += 1
        else:
            counted.writing += 1

    def asked(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        del connection, cursor, rest
        counted.statements.append(statement)

    def opened(connection: Connection) -> None:
        del connection
        counted.keyring += 1

    main, keyring = world.parts.sessions.engine, world.parts.keyring.engine
    listeners: tuple[tuple[Engine, str, Callable[..., None]], ...] = (
        (main, "begin", begun),
        (main, "before_cursor_execute", asked),
    )
    listeners += ((keyring, "begin", opened),)
    for engine, name, listener in listeners:
        event.listen(engine, name, listener)
    yield counted
    for engine, name, listener in listeners:
        event.remove(engine, name, listener)


def settled(world: World) -> Worker:
    """A worker that has done all there is in a portal with people, emails and cases."""
    person = world.customer()
    world.case(person)
    register(world)
    worker = world.worker()
    for _ in range(3):
        worker.do_all()
    return worker


def have_it_done(worker: Worker) -> list[str]:
    """Look once, as the worker does each second, and do what was found; say what it was."""
    assert worker.rounds.look()
    wanted = [job for job in worker.jobs if job.wanted.is_set()]
    for job in wanted:
        job.do_now()
        job.wanted.clear()
    return [job.name for job in wanted]


def state_of(world: World) -> tuple[object, ...]:
    """What a write would change: the journal; or how many rows there are, and the newest's number.

    Not the number of the next transaction: PostgreSQL analyses tables by itself meanwhile.
    """
    journal = world.instance / "main.db-wal"
    with world.parts.sessions.engine.execution_options(reading=True).connect() as connection:
        if connection.dialect.name == "sqlite":
            version = connection.scalar(text("PRAGMA data_version"))
            return version, journal.stat().st_size, journal.stat().st_mtime_ns
        newest = "SELECT count(*), max(xmin::text::bigint) FROM {}"
        queries = (text(newest.format(name)) for name in sorted(Base.metadata.tables))
        return tuple(tuple(connection.execute(query).one()) for query in queries)


def test_an_idle_worker_writes_nothing_for_a_minute(world: World) -> None:
    worker = settled(world)
    worker._look_at_keyring()
    have_it_done(worker)
    before = state_of(world)
    with counting(world) as counted:
        for _ in range(SECONDS):
            world.clock.move(seconds=1)
            worker._look_at_keyring()
            assert have_it_done(worker) == []
    assert state_of(world) == before
    assert (counted.reading, counted.writing) == (SECONDS, 0)
    assert counted.keyring <= 4, "once a minute: does it open?"
    assert not [one for one in counted.statements if "UPDATE" in one.upper().split()]


def test_the_purge_of_what_has_not_ended_writes_nothing(world: World) -> None:
    worker = settled(world)
    world.clock.move(minutes=10, seconds=1)
    with counting(world) as counted:
        worker.sweep()
    assert counted.writing == 0
    assert counted.reading <= 3


def test_an_idle_worker_is_woken_by_what_comes(world: World) -> None:
    worker = settled(world)
    person = world.customer("jules@example.com")
    have_it_done(worker)
    with world.work() as work:
        queue(work, person.id, EMAIL)
    assert have_it_done(worker) == ["send_letters"]
    world.erase(person)
    assert have_it_done(worker) == ["send_letters", "seal_audit"]
    assert have_it_done(worker) == ["destroy_keys"], "that of the last letter"
    assert have_it_done(worker) == []


def test_a_look_that_fails_for_one_job_stops_no_other(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = settled(world)
    broken = worker.jobs[1]
    object.__setattr__(broken, "waits", lambda _: 1 // 0)
    assert not worker.rounds.look()
    assert all(job.wanted.is_set() for job in worker.jobs)
    assert '"look-failed"' in capsys.readouterr().err


def test_who_was_guessed_at_is_found_by_an_index(world: World) -> None:
    now = int(world.clock().timestamp())
    with world.work() as work:
        rows = [
            {"guarded": CUSTOMERS.guarded[0], "name_hash": number.to_bytes(32), "tries": 1,
             "allowed": True, "blocked_until": now + 60 if number == 7 else 0, "last_at": now,
             "told": False}
            for number in range(NAMES)
        ]  # fmt: skip
        work.session.execute(insert(TryCount), rows)
        assert len(list_untold_blocks(work, CUSTOMERS.guarded, 50)) == 1
    engine, asked = world.parts.sessions.engine, []

    def hear(connection: Connection, cursor: object, *statement: Any) -> None:
        del connection, cursor
        asked.append(statement[:2])

    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    event.listen(engine, "before_cursor_execute", hear)
    with world.parts.reading() as work:
        list_untold_blocks(work, CUSTOMERS.guarded, 50)
    event.remove(engine, "before_cursor_execute", hear)
    ((statement, values),) = (one for one in asked if "try_count" in one[0])
    how = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"{how} {statement}", values).all()
    assert "ix_try_count_blocked_until" in " ".join(map(str, plan)), plan
