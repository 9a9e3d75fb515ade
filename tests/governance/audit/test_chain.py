"""The audit trail is sealed link by link, and whatever is changed in it is found and named."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.governance.audit.chain import (
    GIVEN_UP,
    HEAD,
    LOCK,
    ChainVerdict,
    give_up_end,
    note_head,
    seal_waiting,
    verify,
)
from portal.governance.audit.models import AuditEntry, AuditLink, AuditWaiting
from portal.governance.audit.seals import COLUMNS, TrailSeal, spell, stored
from portal.platform.core.work import Work
from tests.governance.audit import attacks
from tests.governance.audit.attacks import (
    Attack,
    Trail,
    happen,
    seal,
    seal_without_noting,
    unguarded,
)
from tests.world import World

LENGTH = 6

ON_SQLITE = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "world", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


def sealed(world: World, number: int = LENGTH) -> None:
    """A trail of several entries, all sealed, the newest seal noted."""
    happen(world, number)
    seal(world)


def attacked(world: World, attack: Attack, at: int = 3, other: int = 5) -> ChainVerdict:
    with unguarded(world) as connection:
        attack(Trail(connection), at, other)
    return verify(world.parts)


def entry_at(world: World, position: int) -> UUID:
    with world.work() as work:
        entry_id: UUID = work.session.scalar(
            select(AuditLink.entry_id).where(AuditLink.position == position)
        )
    return entry_id


def links(work: Work) -> list[tuple[int, UUID, bytes]]:
    rows = work.session.scalars(select(AuditLink).order_by(AuditLink.position))
    return [(row.position, row.entry_id, row.digest) for row in rows]


def test_what_waits_is_sealed_in_the_order_in_which_it_happened(world: World) -> None:
    happen(world, LENGTH)
    seal(world)
    with world.work() as work:
        entries = work.session.scalars(select(AuditEntry.id).order_by(AuditEntry.occurred_at)).all()
        assert [entry_id for _, entry_id, _ in links(work)] == entries
        assert [position for position, _, _ in links(work)] == [1, 2, 3, 4, 5, 6]
        assert work.session.scalars(select(AuditWaiting)).all() == []
        newest = links(work)[-1][2]
    found = verify(world.parts)
    assert (found.sealed, found.waiting, found.fault) == (LENGTH, 0, None)
    assert found.newest == TrailSeal(LENGTH, newest)
    assert world.parts.keyring.read_note(HEAD) == f"6:{newest.hex()}"


def test_no_more_is_sealed_at_once_than_was_asked_for(world: World) -> None:
    happen(world, 5)
    with world.work() as work:
        assert [seal_waiting(work, 2) for _ in range(4)] == [2, 2, 1, 0]
    assert verify(world.parts).sealed == 5


def test_a_trail_longer_than_a_batch_is_sealed_and_walked_to_its_end(world: World) -> None:
    with world.work() as work:
        rows = [{"id": uuid4()} for _ in range(1203)]
        same = {
            "occurred_at": work.now, "name": "cases:case:viewed", "actor_kind": "system",
            "actor_id": None, "subject_id": uuid4(), "facts": {},
        }  # fmt: skip
        work.session.execute(insert(AuditEntry), [{**row, **same} for row in rows])
        work.session.execute(insert(AuditWaiting), [{"entry_id": row["id"]} for row in rows])
    seal(world)
    found = verify(world.parts)
    assert (found.sealed, found.waiting, found.fault) == (1203, 0, None)
    last = attacked(world, attacks.change_a_name, at=1100)
    assert last.fault is not None
    assert (last.sealed, last.fault.position) == (1099, 1100)


def test_an_empty_trail_is_whole(world: World) -> None:
    seal(world)
    assert verify(world.parts) == ChainVerdict(0, None, 0, None, ())


def test_an_entry_is_spelled_alike_on_both_databases(world: World) -> None:
    """What was sealed on one can be checked on the other, should the rows be carried over."""
    row = {
        "id": UUID("00000000-0000-4000-8000-0000000000AB"),
        "occurred_at": datetime(2026, 11, 23, 12, 0, 0, 60, tzinfo=UTC),
        "name": "cases:case:moved",
        "actor_kind": "staff",
        "actor_id": None,
        "subject_id": UUID("00000000-0000-4000-8000-0000000000CD"),
        "facts": {"step": "replied", "left": ["é"]},
    }
    with world.work() as work:
        work.session.execute(insert(AuditEntry).values(row))
        query = select(*(stored(work, column) for column in COLUMNS))
        cells = list(work.session.execute(query).one())
    assert spell(cells) == (
        '{"actor_id":null,"actor_kind":"staff",'
        r'"facts":"{\"step\": \"replied\", \"left\": [\"\\u00e9\"]}",'
        '"id":"000000000000400080000000000000ab","name":"cases:case:moved",'
        '"occurred_at":"2026-11-23 12:00:00.000060",'
        '"subject_id":"000000000000400080000000000000cd"}'
    )


@pytest.mark.parametrize("attack", attacks.CHANGES)
@pytest.mark.parametrize("at", [1, 3, LENGTH])
def test_a_changed_or_removed_entry_is_named_with_its_place(
    world: World, attack: Attack, at: int
) -> None:
    sealed(world)
    entry_id = entry_at(world, at)
    found = attacked(world, attack, at)
    assert found.fault is not None
    assert (found.sealed, found.fault.position, found.fault.entry_id) == (at - 1, at, str(entry_id))
    assert f"position {at}, entry {entry_id}: " in str(found.fault)


@pytest.mark.parametrize("attack", attacks.SWAPS)
@pytest.mark.parametrize(("at", "other"), [(1, 2), (3, 5), (5, LENGTH)])
def test_two_swapped_rows_are_named_by_the_earlier_one(
    world: World, attack: Attack, at: int, other: int
) -> None:
    sealed(world)
    found = attacked(world, attack, at, other)
    assert found.fault is not None
    assert found.fault.position == at


@pytest.mark.parametrize("attack", attacks.REMOVALS)
@pytest.mark.parametrize("at", [1, 3, LENGTH])
def test_a_removed_link_is_named_by_its_position(world: World, attack: Attack, at: int) -> None:
    sealed(world)
    found = attacked(world, attack, at)
    assert found.fault is not None
    assert found.fault.position == at


def test_a_cut_end_that_was_not_noted_here_is_found_by_a_seal_from_outside(world: World) -> None:
    sealed(world)
    outside = verify(world.parts).newest
    world.parts.keyring.keep_note(HEAD, None)
    found = attacked(world, attacks.cut_the_end, at=5)
    assert (found.sealed, found.fault) == (4, None), "nothing else knows of it"
    fault = verify(world.parts, outside).fault
    assert fault is not None
    assert fault.position == 5


def test_a_seal_of_another_chain_is_named_by_its_position(world: World) -> None:
    sealed(world)
    fault = verify(world.parts, TrailSeal(4, bytes(32))).fault
    assert fault is not None
    assert (fault.position, fault.entry_id) == (4, str(entry_at(world, 4)))


def test_a_seal_from_outside_that_the_chain_passes_through_is_in_order(world: World) -> None:
    sealed(world)
    outside = verify(world.parts).newest
    sealed(world)
    assert verify(world.parts, outside).fault is None


def test_an_entry_that_was_put_in_is_named(world: World) -> None:
    sealed(world)
    with unguarded(world) as connection:
        entry_id = Trail(connection).add_entry(like=2)
    fault = verify(world.parts).fault
    assert fault is not None
    assert fault.entry_id == str(entry_id)


@pytest.mark.parametrize(
    ("attack", "position"),
    [(attacks.put_in_a_link, LENGTH + 1), (attacks.put_a_link_before_the_first, 1)],
)
def test_a_link_that_was_put_in_is_named(world: World, attack: Attack, position: int) -> None:
    sealed(world)
    fault = attacked(world, attack).fault
    assert fault is not None
    assert fault.position == position


def test_a_new_chain_over_changed_entries_is_not_the_one_that_was_noted(world: World) -> None:
    """The worker itself seals it, with the right key: only what is noted elsewhere tells."""
    sealed(world)
    with unguarded(world) as connection:
        attacks.start_again(Trail(connection), 3, 5)
    seal(world)
    fault = verify(world.parts).fault
    assert fault is not None
    assert fault.position == LENGTH
    assert "keyring" in fault.what


def test_an_unsealed_entry_that_is_gone_is_named_while_it_waits(world: World) -> None:
    sealed(world)
    happen(world, 1)
    with unguarded(world) as connection:
        entry_id = connection.scalars(select(AuditWaiting.entry_id)).one()
        connection.execute(delete(AuditEntry).where(AuditEntry.id == entry_id))
    seal(world)
    found = verify(world.parts)
    assert found.fault is not None
    assert (found.waiting, found.fault.entry_id) == (1, str(entry_id))


def test_a_sealed_entry_that_is_made_to_wait_again_is_named_and_holds_up_nothing(
    world: World,
) -> None:
    sealed(world)
    found = attacked(world, attacks.let_it_wait_again, at=2)
    assert found.fault is not None
    assert found.fault.entry_id == str(entry_at(world, 2))
    happen(world, 2)
    seal(world)
    assert verify(world.parts).sealed == LENGTH + 2


def test_what_happens_during_sealing_waits_for_the_next_time(world: World) -> None:
    sealed(world)
    happen(world, 2)
    found = verify(world.parts)
    assert (found.sealed, found.waiting, found.fault) == (LENGTH, 2, None)


# ------------------------------------------------------------------------- bytes of a file


@ON_SQLITE
@pytest.mark.parametrize(
    ("column", "sql"),
    [
        ("name", "CAST(x'6361736573ff' AS TEXT)"),
        ("facts", "replace(facts, ': ', ':' || char(9))"),
        ("facts", "'{'"),
        ("occurred_at", "replace(occurred_at, ' ', 'T')"),
        ("occurred_at", "'yesterday'"),
        ("subject_id", "upper(subject_id)"),
        ("subject_id", "'nobody'"),
        ("actor_kind", "actor_kind || char(0)"),
    ],
)
def test_a_byte_that_no_longer_reads_as_what_it_was_is_named_like_any_other(
    world: World, column: str, sql: str
) -> None:
    sealed(world)
    entry_id = entry_at(world, 3)
    with unguarded(world) as connection:
        changed = connection.exec_driver_sql(
            f"UPDATE audit_entry SET {column} = {sql} WHERE id = ?",  # noqa: S608  # our words
            (entry_id.hex,),
        )
        assert changed.rowcount == 1
    fault = verify(world.parts).fault
    assert fault is not None
    assert (fault.position, fault.entry_id) == (3, str(entry_id))


@ON_POSTGRESQL
@pytest.mark.parametrize("moment", ["infinity", "2026-11-23 12:00:03+00 BC", "20000-01-01"])
def test_a_moment_that_no_calendar_here_knows_is_named_like_any_other(
    world: World, moment: str
) -> None:
    sealed(world)
    with unguarded(world) as connection:
        connection.execute(
            text(
                "UPDATE audit_entry SET occurred_at = CAST(:moment AS timestamptz) WHERE id = :id"
            ),
            {"moment": moment, "id": entry_at(world, 3)},
        )
    fault = verify(world.parts).fault
    assert fault is not None
    assert fault.position == 3


@ON_SQLITE
def test_every_byte_of_an_entry_on_disk_counts(world: World) -> None:
    """Somebody with the file and no database: one email of one name becomes another."""
    sealed(world)
    with world.work() as work:
        place = str(work.session.connection().engine.url.database)
    world.worker().sweep()
    world.parts.sessions.engine.dispose()
    file = Path(place)
    content = file.read_bytes()
    assert content.count(b"cases:case:movedsystem") == LENGTH
    file.write_bytes(content.replace(b"cases:case:movedsystem", b"cases:case:moved\xf3ystem", 1))
    fault = verify(world.parts).fault
    assert fault is not None
    assert fault.position is not None


# ------------------------------------------------------------------------- the triggers


@pytest.mark.parametrize("table", attacks.APPEND_ONLY)
@pytest.mark.parametrize("sql", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_delete_what_is_written(
    world: World, table: str, sql: str
) -> None:
    sealed(world)
    column = {"audit_entry": "name", "audit_link": "digest"}[table]

    def change() -> None:
        with world.work() as work:
            work.session.execute(text(sql.format(table, column, column)))

    with pytest.raises(DBAPIError, match="append-only"):
        change()
    assert verify(world.parts).sealed == LENGTH


# ------------------------------------------------------------------------- the head


def test_a_crash_between_sealing_and_noting_is_no_fault_and_is_made_up_for(world: World) -> None:
    sealed(world)
    before = world.parts.keyring.read_note(HEAD)
    happen(world, 3)
    seal_without_noting(world)
    found = verify(world.parts)
    assert (found.sealed, found.fault) == (LENGTH + 3, None)
    assert world.parts.keyring.read_note(HEAD) == before
    seal(world)
    assert world.parts.keyring.read_note(HEAD) == str(found.newest)


def test_an_end_that_was_cut_still_shows_when_the_chain_has_grown_past_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed(world)
    noted = world.parts.keyring.read_note(HEAD)
    with unguarded(world) as connection:
        attacks.cut_the_end(Trail(connection), 4, 0)
    worker = world.worker()
    for _ in range(3):
        happen(world, 2)
        worker.do_all()
    assert world.parts.keyring.read_note(HEAD) == noted
    fault = verify(world.parts).fault
    assert fault is not None
    assert fault.position == LENGTH
    assert capsys.readouterr().err.count("audit-trail-cut") == 1


def test_after_an_older_copy_was_put_back_the_chain_goes_on_and_the_loss_is_remembered(
    world: World,
) -> None:
    sealed(world)
    noted = world.parts.keyring.read_note(HEAD)
    with unguarded(world) as connection:
        attacks.cut_the_end(Trail(connection), 4, 0)
    assert give_up_end(world.parts) is not None
    happen(world, 4)
    seal(world)
    found = verify(world.parts)
    assert (found.sealed, found.fault) == (7, None)
    assert str(noted) in found.given_up[0]
    assert world.parts.keyring.read_note(HEAD) == str(found.newest)
    assert attacked(world, attacks.cut_the_end, at=6).fault is not None


def test_nothing_is_given_up_of_a_trail_that_is_whole(world: World) -> None:
    sealed(world)
    happen(world, 1)
    seal_without_noting(world)
    assert give_up_end(world.parts) is None
    assert world.parts.keyring.read_note(GIVEN_UP) is None


def test_all_ends_that_were_given_up_are_remembered(world: World) -> None:
    for _ in range(2):
        sealed(world, 2)
        with unguarded(world) as connection:
            attacks.cut_the_end(Trail(connection), 1, 0)
        give_up_end(world.parts)
    found = verify(world.parts)
    assert (found.sealed, found.fault, len(found.given_up)) == (0, None, 2)


# ------------------------------------------------------------------------- several at once


def test_several_who_seal_at_once_make_one_chain(world: World) -> None:
    happen(world, 40)
    faults: list[Exception] = []

    def work_on() -> None:
        try:
            for _ in range(15):
                with world.work() as work:
                    seal_waiting(work, 2)
                note_head(world.parts)
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is the finding
            faults.append(fault)

    crowd = [threading.Thread(target=work_on) for _ in range(3)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert faults == []
    seal(world)
    found = verify(world.parts)
    assert (found.sealed, found.waiting, found.fault) == (40, 0, None)
    assert world.parts.keyring.read_note(HEAD) == str(found.newest)


@ON_POSTGRESQL
def test_while_one_seals_another_leaves_it_at_that(world: World) -> None:
    happen(world, 2)
    with world.work() as first:
        assert first.session.scalar(select(func.pg_try_advisory_xact_lock(LOCK)))
        with world.work() as second:
            assert seal_waiting(second) == 0
        assert note_head(world.parts)
    assert world.parts.keyring.read_note(HEAD) is None
    seal(world)
    assert verify(world.parts).sealed == 2


# ------------------------------------------------------------------------- whatever happens


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    story=st.lists(
        st.sampled_from(["something", "somebody", "erasure", "seal", "crash"]), max_size=8
    ),
    attack=st.sampled_from(attacks.ATTACKS),
    data=st.data(),
)
def test_whatever_happens_the_trail_is_whole_until_somebody_changes_it(
    world: World, story: list[str], attack: Attack, data: st.DataObject
) -> None:
    begin_anew(world)
    people = []
    for step in story:
        if step == "somebody":
            people.append(world.customer(f"{uuid4()}@example.com"))
        elif step == "erasure" and people:
            leave(world.parts.work, world.parts.context, people.pop().customer_id, When.NOW)
        elif step == "seal":
            seal(world)
        elif step == "crash":
            seal_without_noting(world)
        else:
            happen(world, 1)
        assert verify(world.parts).fault is None
    sealed(world, 2)
    found = verify(world.parts)
    assert (found.waiting, found.fault) == (0, None)
    position = st.integers(1, found.sealed)
    at, other = data.draw(st.tuples(position, position).filter(lambda two: two[0] < two[1]))
    with unguarded(world) as connection:
        trail = Trail(connection)
        assume(attack is not attacks.swap_contents or trail.contents(at) != trail.contents(other))
        attack(trail, at, other)
    assert verify(world.parts).fault is not None
    seal(world)
    assert verify(world.parts).fault is not None, "the worker does not cover it up"


def begin_anew(world: World) -> None:
    """Forget the trail of the example before."""
    with unguarded(world) as connection:
        for table in (AuditEntry, AuditWaiting, AuditLink):
            connection.execute(delete(table))
    world.parts.keyring.keep_note(HEAD, None)
