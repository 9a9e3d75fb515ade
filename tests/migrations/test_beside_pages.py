"""Migrations of databases that are full and in use: no limit of pages, nobody held up, resumed."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from portal.operations.schema import steps
from portal.operations.schema.lock import LOCK, WAITING
from portal.operations.schema.migrate import upgrade
from portal.operations.schema.version import MAIN, is_newest
from tests.commands import COPIES
from tests.faults.migrating import upgrade_and_die
from tests.migrations.test_index_repaired import put, rows
from tests.migrations.test_schema import empty
from tests.world import NOON

__all__ = ["empty"]
PEOPLE = 7
SMALL = 3
"""Rows of a batch, so that there are several."""
PATIENCE_SECONDS = 60
FEW = (1, 2, 6)
"""The parts of a migration in which an ordinary run kills it; a run of everything, in each."""
on_postgresql = pytest.mark.parametrize(
    "empty", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


def fill(engine: Engine) -> list[UUID]:
    """People with choices, one of whom has left, as the first version kept them."""
    upgrade(engine, MAIN, "0001")
    people = [uuid4() for _ in range(PEOPLE)]
    for number, one in enumerate(people):
        put(
            engine, "customer", id=one, email_hash=one.bytes, sealed=b"-", version=1,
            registered_at=NOON,
        )  # fmt: skip
        put(
            engine, "choice_change", id=uuid4(), customer_id=one, purpose="offers",
            channel="email", agreed=True, changed_at=NOON, actor_kind="customer",
            wording="leaving" if number % 2 else "2026-11",
        )  # fmt: skip
        put(
            engine, "profile_change", id=uuid4(), customer_id=one, changed_at=NOON,
            actor_kind="customer", sealed=b"-",
        )  # fmt: skip
    put(
        engine, "cancellation_underway", customer_id=people[0], last_letter_id=uuid4(),
        decided_at=NOON,
    )  # fmt: skip
    return people


def assert_all_is_there(engine: Engine, people: list[UUID]) -> None:
    assert is_newest(engine, MAIN)
    changes = rows(engine, "choice_change")
    assert {row.customer_id for row in changes} == set(people)
    assert {row.wording for row in changes} == {1}
    assert sorted(row.via for row in changes) == ["leaving"] * 3 + ["website"] * 4
    assert {row.customer_id for row in rows(engine, "unmarked_customer")} == set(people)
    shut = {row.id for row in rows(engine, "customer") if row.decided_at}
    assert shut == {people[0]}
    (underway,) = rows(engine, "cancellation_underway")
    assert underway.looks == 0
    key = inspect(engine).get_pk_constraint("contact_mark")
    assert key["constrained_columns"] == ["customer_id", "channel", "value_hash", "tenure"]


@pytest.mark.parametrize(
    "part",
    [
        part if part in FEW else pytest.param(part, marks=pytest.mark.nightly)
        for part in range(1, 10)
    ],
)
def test_a_migration_that_was_killed_is_gone_on_with(empty: Engine, part: int) -> None:
    people = fill(empty)
    url = empty.url.render_as_string(hide_password=False)
    at = part * 45
    process = COPIES.Process(target=upgrade_and_die, args=(url, MAIN, at, SMALL))
    process.start()
    process.join(PATIENCE_SECONDS)
    assert process.exitcode in {-signal.SIGKILL, 0}
    assert part > 2 or process.exitcode == -signal.SIGKILL, "or this test would show nothing"
    upgrade(empty, MAIN)
    assert_all_is_there(empty, people)


def test_what_is_rewritten_in_several_batches_is_rewritten_whole(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, said = fill(empty), list[str]()
    monkeypatch.setattr(steps, "BATCH", SMALL)
    upgrade(empty, MAIN, report=said.append)
    assert_all_is_there(empty, people)
    assert {"choice_change: 3 rows", "choice_change: 6 rows", "customer: 6 rows"} <= set(said)


def test_revisions_that_went_well_stay_when_a_later_one_fails(empty: Engine) -> None:
    people = fill(empty)
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE handover (id INTEGER)"))
    with pytest.raises(DBAPIError):
        upgrade(empty, MAIN)
    (row,) = rows(empty, "alembic_version")
    assert row.version_num == "0008"
    with empty.begin() as connection:
        connection.execute(text("DROP TABLE handover"))
    upgrade(empty, MAIN)
    assert_all_is_there(empty, people)


WATCHED = """
    CREATE TABLE seen (statements text, locks text);
    CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO seen VALUES (
            current_setting('statement_timeout'), current_setting('lock_timeout')
        );
        RETURN NEW;
    END $$;
    CREATE TRIGGER look BEFORE UPDATE ON choice_change FOR EACH ROW EXECUTE FUNCTION look();
"""


@on_postgresql
def test_a_statement_of_a_migration_may_take_as_long_as_it_takes(empty: Engine) -> None:
    fill(empty)
    with empty.begin() as connection:
        connection.execute(text(WATCHED))
    upgrade(empty, MAIN, "0004")
    with empty.connect() as connection:
        found = connection.execute(text("SELECT DISTINCT statements, locks FROM seen")).all()
        assert found == [("0", "2s")]
        assert connection.scalar(text("SHOW statement_timeout")) == "15s", (
            "as pages and jobs have it"
        )


@contextmanager
def going_on(work: Callable[[Callable[[str], None]], None]) -> Iterator[Callable[[str], None]]:
    """Do something in a thread; gives what waits until it has said something."""
    said, faults = list[str](), list[Exception]()

    def run() -> None:
        try:
            work(said.append)
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is the finding
            faults.append(fault)

    def wait_for(words: str) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while words not in said and time.monotonic() < end and not faults:
            time.sleep(0.01)
        assert words in said, faults

    thread = threading.Thread(target=run)
    thread.start()
    yield wait_for
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    assert faults == []


@contextmanager
def a_turn_of_somebody_else(engine: Engine) -> Iterator[None]:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
            yield
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        return
    folder = os.open(Path(str(engine.url.database)).parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    yield
    os.close(folder)


def test_a_second_machine_waits_for_the_first_and_says_so(empty: Engine) -> None:
    first = ExitStack()
    first.enter_context(a_turn_of_somebody_else(empty))
    with going_on(lambda report: upgrade(empty, MAIN, report=report)) as wait_for:
        wait_for(WAITING)
        assert not is_newest(empty, MAIN)
        first.close()
    assert is_newest(empty, MAIN)


@on_postgresql
def test_pages_are_not_held_up_while_a_migration_waits_for_a_table(empty: Engine) -> None:
    fill(empty)
    upgrade(empty, MAIN, "0009")
    first = ExitStack()
    reader = first.enter_context(empty.connect())
    query = text("SELECT count(*) FROM customer")
    assert reader.scalar(query) == PEOPLE
    with going_on(lambda report: upgrade(empty, MAIN, report=report)) as wait_for:
        wait_for("a table is in use: trying again")
        with empty.connect() as page:
            assert page.scalar(query) == PEOPLE
        first.close()
    assert is_newest(empty, MAIN)


@on_postgresql
def test_an_index_that_was_left_half_built_is_built_anew(empty: Engine) -> None:
    upgrade(empty, MAIN, "0012")
    for _ in range(2):
        put(
            empty, "letter", id=uuid4(), person_id=uuid4(), kind="welcome", state="sent",
            created_at=NOON, due_at=NOON, tries=1,
        )  # fmt: skip
    name = "ix_letter_created_at"
    with empty.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        half = text(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON letter (kind)")
        with pytest.raises(DBAPIError):
            connection.execute(half)
        query = text(
            "SELECT indisvalid, indisunique FROM pg_index WHERE indexrelid = to_regclass(:n)"
        )
        assert connection.execute(query, {"n": name}).one() == (False, True)
        upgrade(empty, MAIN)
        assert connection.execute(query, {"n": name}).one() == (True, False)


@on_postgresql
def test_pages_write_while_an_index_is_built(empty: Engine) -> None:
    """What a page has open keeps the index waiting, and no other page."""
    upgrade(empty, MAIN, "0012")
    first = ExitStack()
    page = first.enter_context(empty.connect())
    add = text(
        "INSERT INTO letter (id, person_id, kind, state, created_at, due_at, tries)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), 'x', 'sent', now(), now(), 1)"
    )
    page.execute(add)
    with going_on(lambda report: upgrade(empty, MAIN, report=report)) as wait_for:
        wait_for("building the index ix_letter_created_at")
        for _ in range(3):
            with empty.begin() as other:
                other.execute(add)
        page.commit()
        first.close()
    assert is_newest(empty, MAIN)
    assert len(rows(empty, "letter")) == 4
