"""Lists of other operators: taken in whole, in place of the one before, and handed out."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from portal.consent.listed_people.models import ListedRow
from portal.consent.listed_people.queries import find_is_left_out, get_number_hash
from portal.consent.listed_people.rules import (
    KEPT,
    LEFT_OUT,
    MOST_NAMED,
    UnfitDirectoryListError,
    check_list,
    spell_number,
)
from portal.consent.listed_people.service import (
    correct_entry,
    hand_out,
    leave_out,
    let_back_in,
)
from portal.governance.retention.service import purge
from portal.operations.backup.erasure_replay import replay
from portal.platform.core.clock import london_day
from portal.platform.core.errors import StaleError
from tests.commands import run
from tests.consent.listed_people.steps import (
    MORGAN,
    MORGANS,
    ROBIN,
    ROBINS,
    TANGLE,
    as_list,
    entry_of,
    opened,
    take_in,
)
from tests.world import World, fail_after, rows_with

PEEBLES = "Peebles Phones"


def keys(world: World) -> int:
    return world.parts.keyring.count()


def listed(world: World) -> list[str]:
    """The numbers that whoever makes directories gets today."""
    found: list[str] = []
    hand_out(world.parts.work, lambda one: found.append(one.number))
    return sorted(found)


def test_an_entry_is_kept_locked_with_a_key_of_its_own(world: World) -> None:
    before = keys(world)
    assert take_in(world, MORGANS, ROBINS).new == 2
    assert keys(world) == before + 2
    found = entry_of(world)
    assert found is not None
    assert (found.said.name, found.operator, found.where) == (
        "Morgan Example",
        TANGLE,
        "Printed directory, Online directory",
    )
    assert found.shown_number == "020 7946 0101"
    with world.work() as work:
        for row in rows_with(work, ListedRow):
            held = repr([getattr(row, column.name) for column in ListedRow.__table__.columns])
            assert "Example" not in held
            assert "7946" not in held


def test_a_new_list_takes_the_place_of_the_one_before_it_and_keys_go_with_entries(
    world: World,
) -> None:
    take_in(world, MORGANS, ROBINS)
    take_in(world, "Sandy Example,,,020 7946 0103", operator=PEEBLES)
    before = keys(world)
    world.clock.move(days=1)
    done = take_in(world, MORGANS.replace("1 Sample", "2 Sample"))
    assert (done.new, done.known, done.gone) == (0, 1, 1)
    found = entry_of(world)
    assert found is not None
    assert found.said.address == "2 Sample Street"
    assert entry_of(world, ROBIN) is None
    assert entry_of(world, "+442079460103") is not None, "another operator’s list is not this one"
    world.worker().destroy_keys()
    assert keys(world) == before - 1


def test_a_number_that_moves_to_another_operator_is_of_the_newer_list(world: World) -> None:
    take_in(world, MORGANS)
    world.clock.move(days=1)
    take_in(world, MORGANS, operator=PEEBLES)
    world.clock.move(days=1)
    assert take_in(world, ROBINS).gone == 0
    found = entry_of(world)
    assert found is not None
    assert found.operator == PEEBLES


def test_nobody_stays_listed_because_the_operators_name_was_typed_in_other_letters(
    world: World,
) -> None:
    take_in(world, MORGANS)
    world.clock.move(days=1)
    assert take_in(world, ROBINS, operator=TANGLE.upper()).gone == 1
    assert entry_of(world) is None
    found = entry_of(world, ROBIN)
    assert found is not None
    assert found.operator == TANGLE


def test_a_name_of_two_lines_is_one_line_so_that_saving_it_unchanged_corrects_nothing(
    world: World,
) -> None:
    take_in(world, '"Morgan\n Example",1 Sample Street,ZZ99 9ZZ,020 7946 0101')
    found = entry_of(world)
    assert found is not None
    assert found.said.name == "Morgan Example"


def test_of_a_number_that_is_there_twice_the_first_row_counts(world: World) -> None:
    other = MORGANS.replace("Morgan", "Somebody")
    assert take_in(world, MORGANS, other).repeated == 1
    found = entry_of(world)
    assert found is not None
    assert found.said.name == "Morgan Example"


def test_the_same_list_taken_in_again_changes_nothing(world: World) -> None:
    take_in(world, MORGANS, ROBINS)
    world.clock.move(days=1)
    done = take_in(world, MORGANS, ROBINS)
    assert (done.new, done.known, done.gone) == (0, 2, 0)
    found = entry_of(world)
    assert found is not None
    assert found.version == 1
    assert found.received_at == world.clock()


def test_what_a_person_corrected_stays_corrected(world: World) -> None:
    take_in(world, MORGANS)
    found = entry_of(world)
    assert found is not None
    after = found.said.keep_corrected(found.said)
    with world.work() as work:
        correct_entry(work, MORGAN, type(after).read({**after.words(), "name": "M Example"}), 1)
    world.clock.move(days=1)
    take_in(world, MORGANS, directories="enquiries")
    found = entry_of(world)
    assert found is not None
    assert (found.said.name, found.where) == ("M Example", "Directory enquiries")
    with pytest.raises(StaleError), world.work() as work:
        correct_entry(work, MORGAN, replace(found.said, name="Morgan"), 1)


def test_an_entry_that_is_gone_is_corrected_by_nobody(world: World) -> None:
    take_in(world, MORGANS)
    found = entry_of(world)
    assert found is not None
    world.clock.move(days=1)
    take_in(world, ROBINS)
    with pytest.raises(StaleError), world.work() as work:
        correct_entry(work, MORGAN, replace(found.said, name="M Example"), found.version)


def test_a_number_that_is_left_out_stays_out_until_it_is_let_back_in(world: World) -> None:
    take_in(world, MORGANS, ROBINS)
    before = keys(world)
    with world.work() as work:
        assert leave_out(work, MORGAN)
    assert entry_of(world) is None
    assert listed(world) == [ROBIN]
    world.worker().destroy_keys()
    assert keys(world) == before - 1
    assert take_in(world, MORGANS, ROBINS).left_out == 1
    assert listed(world) == [ROBIN]
    with world.work() as work:
        assert let_back_in(work, MORGAN)
    with world.work() as work:
        assert not let_back_in(work, MORGAN)
    take_in(world, MORGANS, ROBINS)
    assert listed(world) == [MORGAN, ROBIN]


def test_a_number_without_an_entry_can_be_kept_out_before_it_ever_comes(world: World) -> None:
    with world.work() as work:
        assert leave_out(work, MORGAN)
    assert take_in(world, MORGANS).left_out == 1
    assert entry_of(world) is None


def test_where_only_the_keyring_knows_yet_that_a_number_is_left_out_nobody_is_given_it(
    world: World,
) -> None:
    """As where the power went between the two databases."""
    take_in(world, MORGANS)
    with world.work() as work:
        leave_out(work, MORGAN)
        work.session.rollback()
    assert entry_of(world) is None
    assert listed(world) == []
    take_in(world, MORGANS)
    with world.work() as work:
        assert not work.session.scalars(select(ListedRow.id)).all()


def test_a_restored_backup_brings_back_nobody_who_was_taken_out(world: World) -> None:
    """The entry is there again and its key is not; what is left out is noted in the keyring."""
    take_in(world, MORGANS, ROBINS)
    with world.work() as work:
        old = {
            column.name: getattr(row, column.name)
            for row in rows_with(work, ListedRow)
            if (row.id == (entry_of(world) or row).id)
            for column in ListedRow.__table__.columns
        }
        leave_out(work, MORGAN)
    world.worker().destroy_keys()
    with world.work() as work:
        work.session.add(ListedRow(**old))
    assert entry_of(world) is None
    assert listed(world) == [ROBIN]
    replay(world.parts, is_restored=True, report=lambda _: None)
    with world.work() as work:
        assert len(rows_with(work, ListedRow)) == 1
    take_in(world, MORGANS, ROBINS)
    assert listed(world) == [ROBIN]


def test_a_restored_backup_has_nobody_listed_by_what_they_corrected(world: World) -> None:
    """What it said has no key any more: the next list says what its operator was told meanwhile."""
    take_in(world, MORGANS, ROBINS)
    with world.work() as work:
        row = next(row for row in rows_with(work, ListedRow) if row.number_hash == code_of(work))
        old = {column.name: getattr(row, column.name) for column in ListedRow.__table__.columns}
    found = entry_of(world)
    assert found is not None
    with world.work() as work:
        correct_entry(work, MORGAN, replace(found.said, address=""), 1)
    world.worker().destroy_keys()
    with world.work() as work:
        work.session.execute(delete(ListedRow).where(ListedRow.number_hash == old["number_hash"]))
        work.session.add(ListedRow(**old))
    assert listed(world) == [ROBIN]
    replay(world.parts, is_restored=True, report=lambda _: None)
    with world.work() as work:
        assert len(rows_with(work, ListedRow)) == 1


def code_of(work: Any) -> bytes:
    return get_number_hash(work, MORGAN)


def test_a_backup_restored_before_the_key_was_destroyed_brings_back_nobody_either(
    world: World,
) -> None:
    """The key outlives the entry until the worker comes: then entry and key are both there."""
    take_in(world, MORGANS, ROBINS)
    with world.work() as work:
        leave_out(work, MORGAN)
        work.session.rollback()  # the main database of then; the keyring of now
    replay(world.parts, is_restored=True, report=lambda _: None)
    with world.work() as work:
        assert len(rows_with(work, ListedRow)) == 1
    with world.work() as work:
        let_back_in(work, MORGAN)
    assert listed(world) == [ROBIN]


def test_an_entry_that_an_interruption_left_is_not_there_again_once_its_number_is_let_in(
    world: World,
) -> None:
    take_in(world, MORGANS)
    with world.work() as work:
        leave_out(work, MORGAN)
        work.session.rollback()
    with world.work() as work:
        let_back_in(work, MORGAN)
    assert entry_of(world) is None


def test_a_number_stays_out_where_letting_it_in_was_interrupted(world: World) -> None:
    with world.work() as work:
        leave_out(work, MORGAN)
    fail_after(world, lambda work: let_back_in(work, MORGAN))
    assert world.read(find_is_left_out, MORGAN)


def test_whoever_takes_a_number_out_while_it_is_let_in_has_it_out(world: World) -> None:
    """The keyring forgets after the commit: by then somebody may have said no once more."""
    with world.work() as work:
        leave_out(work, MORGAN)
    with world.work() as work:
        let_back_in(work, MORGAN)
        world.clock.move(seconds=1)
        leave_out_elsewhere(world)
    assert world.read(find_is_left_out, MORGAN)


def leave_out_elsewhere(world: World) -> None:
    """What the other says to the keyring meanwhile."""
    code = world.read(get_number_hash, MORGAN)
    world.parts.keyring.suppress([(LEFT_OUT, code)])


def test_an_entry_whose_key_is_gone_makes_room_for_the_next_list(world: World) -> None:
    take_in(world, MORGANS)
    found = entry_of(world)
    assert found is not None
    world.parts.keyring.discard([found.id])
    assert entry_of(world) is None
    world.clock.move(days=1)
    assert take_in(world, MORGANS).new == 1
    assert entry_of(world) is not None


def test_an_entry_that_no_list_has_for_a_year_goes_with_its_key(world: World) -> None:
    take_in(world, MORGANS)
    found = entry_of(world)
    assert found is not None
    before = keys(world)
    assert found.ends_on == london_day(world.clock() + KEPT)
    world.clock.now += KEPT - timedelta(minutes=1)
    assert "listed-people" not in purge(world.parts.work, world.parts.register)
    world.clock.move(minutes=2)
    assert entry_of(world) is None, "nobody is shown what is past its end"
    assert purge(world.parts.work, world.parts.register)["listed-people"] == 1
    assert keys(world) == before - 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",1 Sample Street,ZZ99 9ZZ,020 7946 0101,printed", "name"),
        ("Morgan Example,1 Sample Street,ZZ99 9ZZ ZZ99 9ZZ,020 7946 0101,printed", "postcode"),
        ("Morgan Example,,,7946 0101,printed", "number"),
        ("Morgan Example,,,020 7946 0101 ext 5,printed", "number"),
        ("Morgan Example,,,020 7946 0101,yellow", "directories"),
        ("Morgan Example,,,020 7946 0101,reverse", "directories"),
        ("Morgan Example,,,020 7946 0101,", "directories"),
        ("Morgan Example,020 7946 0101,printed", "columns"),
        ('"Morgan"x Example,,,020 7946 0101,printed', "columns"),
    ],
)
def test_a_list_with_a_line_that_cannot_be_taken_is_refused_by_line_and_column(
    row: str, column: str
) -> None:
    whole = b"\n".join([as_list(ROBINS).strip(), row.encode()])
    with pytest.raises(UnfitDirectoryListError) as refused:
        check_list(opened(whole))
    assert refused.value.faults == ((3, column),)
    assert "Example" not in str(refused.value)


@pytest.mark.parametrize("whole", [b"", b"number,name\n", as_list(), "Zoë\n".encode("latin-1")])
def test_a_list_without_the_right_first_line_or_without_rows_is_refused(whole: bytes) -> None:
    with pytest.raises(UnfitDirectoryListError):
        check_list(opened(whole))


def test_only_so_many_faults_are_named() -> None:
    with pytest.raises(UnfitDirectoryListError) as refused:
        check_list(opened(as_list(*["x,,,1"] * 90)))
    assert len(refused.value.faults) == MOST_NAMED


def test_numbers_are_read_as_people_write_them() -> None:
    assert spell_number(MORGAN) == "020 7946 0101"
    assert spell_number("+4930901820") == "+49 30 901820"
    assert spell_number("nothing") == "nothing"


def test_commands_take_a_list_in_and_hand_it_out(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(as_list(MORGANS, ROBINS))
    assert run(tmp_path, "migrate").returncode == 0
    done = run(tmp_path, "directories", "import", str(file), "--operator", TANGLE)
    assert done.stdout.splitlines() == [
        "New: 2. Known: 0. Deleted: 0.",
        "Left out, as their people asked: 0.",
    ], done.stderr
    out = run(tmp_path, "directories", "export")
    assert sorted(out.stdout.split()) == sorted(
        as_list(MORGANS, ROBINS).decode().replace("020 7946 0101", MORGAN)
        .replace("+44 20 7946 0102", ROBIN).split()
    )  # fmt: skip
    assert out.stderr == "Entries: 2.\n"
    file.write_bytes(as_list("Morgan Example,,,1", ROBINS))
    refused = run(tmp_path, "directories", "import", str(file), "--operator", TANGLE)
    assert refused.returncode == 1
    assert refused.stderr == "Error: Nothing was taken in\nLine 2: number\n"
    assert run(tmp_path, "directories", "import", str(file), "--operator", " ").returncode == 2
    file.write_bytes(b'name,address,postcode,number,directories\n"Morgan')
    endless = run(tmp_path, "directories", "import", str(file), "--operator", TANGLE)
    assert "is a quotation mark not closed" in endless.stderr
    assert "Morgan" not in endless.stderr
