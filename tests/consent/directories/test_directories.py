"""A choice for each number: off until turned on, and gone with the number."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import inspect, text

from portal.consent.directories.models import DirectoryChange, DirectoryEntries
from portal.consent.directories.queries import get_entries, list_changes
from portal.consent.directories.rules import Listing
from portal.consent.directories.service import save_entries
from portal.identity.accounts.queries import get_customer
from portal.platform.core.errors import StaleError
from portal.platform.core.work import Actor, Work
from portal.self_service.profile.service import change_profile
from tests.consent.directories.steps import HOME, MOBILE, OTHER, REACHED, SHOWN, choose, listed
from tests.self_service.your_data.downloads import copy_of
from tests.world import Person, World, act, rows_with

PATH = "/preferences/directories"
PRINTED = frozenset({Listing.PRINTED})
A_WHILE = 0.3
Verb = Callable[[Work], object]


def edit(world: World, person: Person, **fields: Any) -> None:
    page = world.signed_in(person).open("/profile/edit").send(**fields)
    assert page.flashes == ["Your details are saved."]


def titles(world: World, person: Person) -> list[str]:
    return [one.title for one in world.read(list_changes, person.customer_id, 100)]


# ------------------------------------------------------------------------------ the page


def test_every_number_is_ex_directory_until_somebody_turns_it_on(world: World) -> None:
    page = world.signed_in(world.customer(**REACHED)).open(PATH)
    assert page.ticked("entries") == []
    assert len(page.soup.select("input[name=entries]")) == 8
    assert page.text.count("Ex-directory: you put it in no directory") == 2
    assert "You haven’t made any yet" in page.text


def test_a_customer_is_listed_where_they_say_and_nowhere_else(world: World) -> None:
    person = world.customer(**REACHED)
    visitor = world.signed_in(person)
    page = visitor.open(PATH).send(entries=[f"{HOME}:printed", f"{HOME}:online"])
    assert page.flashes == ["We’ve saved your choices."]
    assert page.ticked("entries") == [f"{HOME}:printed", f"{HOME}:online"]
    assert listed(world, person) == {HOME: ["online", "printed"], MOBILE: []}
    assert "In 2 of 3 directories" in page.text
    page = page.send(entries=[f"{HOME}:printed", f"{HOME}:reverse"])
    assert listed(world, person) == {HOME: ["printed", "reverse"], MOBILE: []}
    assert "In 1 of 3 directories, with reverse search" in page.text
    history = visitor.open(f"{PATH}/history").text
    assert "Reverse search turned on for the number ending 001" in history
    assert "Online directory turned off for the number ending 001" in history


def test_a_choice_says_since_when_by_whom_and_from_when(world: World) -> None:
    person = world.customer(**REACHED)
    page = world.signed_in(person).open(PATH).send(entries=[f"{HOME}:printed"])
    assert "Last changed on 23 November 2026 by you, on this website" in page.text
    assert "Takes effect by 30 November 2026; in the printed directory, with the next" in page.text
    assert page.text.count("Last changed on") == 1
    world.clock.move(days=8)
    assert "In effect since 30 November 2026" in world.signed_in(person).open(PATH).text


def test_there_is_no_reverse_search_without_an_entry(world: World) -> None:
    person = world.customer(**REACHED)
    page = world.signed_in(person).open(PATH).send(entries=[f"{HOME}:reverse"])
    assert page.path == PATH
    assert "Choose a directory for 01632 960001 too, or untick reverse search" in page.text
    assert world.rows()["directory_change"] == 0
    choose(world, person, {HOME: "reverse"})
    assert listed(world, person) == {HOME: [], MOBILE: []}, "nor past the page"


def test_leaving_the_last_directory_is_asked_to_end_reverse_search_too(world: World) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed reverse"})
    page = world.signed_in(person).open(PATH).send(entries=[f"{HOME}:reverse"])
    assert "Reverse search only works with a directory" in page.text
    assert listed(world, person)[HOME] == ["printed", "reverse"]
    page.send(entries=[])
    assert listed(world, person)[HOME] == []


def test_saving_the_same_again_changes_nothing(world: World) -> None:
    page = world.signed_in(world.customer(**REACHED)).open(PATH)
    assert page.send().flashes == ["Nothing was changed."]
    page = page.send(entries=[f"{HOME}:printed"])
    before = world.rows()
    assert page.send().flashes == ["Nothing was changed."]
    assert world.rows() == before


def test_whoever_has_no_number_is_told_so(world: World) -> None:
    page = world.signed_in().open(PATH)
    assert "You have no telephone number here" in page.text
    assert page.soup.select("input[name=entries]") == []


@pytest.mark.parametrize(
    "wrong", [f"{OTHER}:printed", f"{HOME}:pigeon", HOME, ":", f"{HOME}:printed:x", "printed", "☎"]
)
def test_what_is_not_offered_saves_nothing_at_all(world: World, wrong: str) -> None:
    person = world.customer(**REACHED)
    page = world.signed_in(person).open(PATH).send(entries=[f"{HOME}:printed", wrong])
    assert "Choose only from the directories on this page" in page.text
    assert listed(world, person) == {HOME: [], MOBILE: []}


def test_choices_of_one_customer_are_not_anothers_even_for_the_same_number(world: World) -> None:
    choose(world, world.customer(**REACHED), {HOME: "printed"})
    other = world.customer("jules@example.com", **REACHED)
    assert listed(world, other) == {HOME: [], MOBILE: []}
    assert "turned on" not in world.signed_in(other).open(f"{PATH}/history").text


def test_nobody_lists_a_number_that_is_not_theirs(world: World) -> None:
    person = world.customer(**REACHED)
    with pytest.raises(StaleError):
        act(world, person, save_entries, person.customer_id, {OTHER: PRINTED}, 0)
    assert world.rows()["directory_entries"] == 0


# ------------------------------------------------------------------------------ two tabs


def test_an_older_form_shows_both_and_overwrites_nothing(world: World) -> None:
    person = world.customer(**REACHED)
    late = world.signed_in(person).open(PATH)
    world.signed_in(person).open(PATH).send(entries=[f"{HOME}:printed"])
    page = late.send(status=409, entries=[f"{MOBILE}:online"], made_from="")
    assert "01632 960001, printed directory: on now, would be off" in page.text
    assert "07700 900123, online directory: off now, would be on" in page.text
    assert listed(world, person) == {HOME: ["printed"], MOBILE: []}
    page.send()
    assert listed(world, person) == {HOME: [], MOBILE: ["online"]}


@pytest.mark.parametrize("version", ["", "1", "-1", "1e0", "\u0661", "9" * 40, "x"])
def test_a_version_that_was_never_shown_saves_nothing(world: World, version: str) -> None:
    page = world.signed_in(world.customer(**REACHED)).open(PATH)
    page.send(status=409, entries=[f"{HOME}:printed"], version=version, made_from="")
    assert world.rows()["directory_change"] == 0


def test_a_form_made_before_a_number_changed_lists_neither_the_old_nor_the_new(
    world: World,
) -> None:
    person = world.customer(**REACHED)
    late = world.signed_in(person).open(PATH)
    edit(world, person, telephone=SHOWN[OTHER])
    page = late.send(status=409, entries=[f"{HOME}:printed"])
    assert "Your numbers or choices were changed somewhere else" in page.text
    assert page.ticked("entries") == []
    assert listed(world, person) == {OTHER: [], MOBILE: []}


def test_of_two_that_save_at_once_the_second_is_refused(world: World) -> None:
    person = world.customer(**REACHED)
    act(world, person, save_entries, person.customer_id, {HOME: PRINTED}, 0)
    with pytest.raises(StaleError):
        act(world, person, save_entries, person.customer_id, {MOBILE: PRINTED}, 0)
    assert listed(world, person) == {HOME: ["printed"], MOBILE: []}


def meet(world: World, person: Person, first: Verb, second: Verb) -> None:
    """Let one customer do two things at once; the first is committed first."""
    with ThreadPoolExecutor(1) as other:
        with world.work(Actor("customer", person.id)) as work:
            first(work)
            done = other.submit(act, world, person, second)
            wait([done], A_WHILE)  # it gets as far as it can meanwhile
        done.result(20)


def renumber(person: Person) -> Verb:
    def change(work: Work) -> None:
        customer = get_customer(work, person.customer_id)
        details = replace(customer.details, telephone=SHOWN[OTHER])
        change_profile(work, customer.id, details, customer.version)

    return change


def list_home(person: Person) -> Verb:
    return partial(save_entries, customer_id=person.customer_id, wanted={HOME: PRINTED}, version=0)


def test_a_number_that_changes_while_it_is_listed_leaves_all_the_same(world: World) -> None:
    person = world.customer(**REACHED)
    meet(world, person, list_home(person), renumber(person))
    assert listed(world, person) == {OTHER: [], MOBILE: []}
    assert [one.rpartition(" ")[0] for one in sorted(titles(world, person))] == [
        f"Printed directory turned {word} for the number ending" for word in ("off", "on")
    ]


def test_a_number_that_is_listed_while_it_changes_is_not(world: World) -> None:
    person = world.customer(**REACHED)
    with pytest.raises(StaleError):
        meet(world, person, renumber(person), list_home(person))
    assert listed(world, person) == {OTHER: [], MOBILE: []}
    assert world.rows()["directory_change"] == 0


# ------------------------------------------------------------------------------ numbers change


def test_a_number_that_is_changed_leaves_every_directory_and_the_new_one_starts_in_none(
    world: World,
) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed online reverse", MOBILE: "enquiries"})
    world.clock.move(minutes=1)
    edit(world, person, telephone=SHOWN[OTHER])
    assert listed(world, person) == {OTHER: [], MOBILE: ["enquiries"]}
    newest = titles(world, person)[:3]
    assert sorted(newest) == [
        f"{what} turned off for the number ending 001"
        for what in ("Online directory", "Printed directory", "Reverse search")
    ]
    assert (
        "will come out of every directory it was in"
        in world.email("Your details were changed").text
    )
    page = world.signed_in(person).open(f"{PATH}/history")
    assert "by you, by taking the number out of your profile" in page.text


def test_a_number_that_comes_back_starts_anew(world: World) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed"})
    edit(world, person, telephone="")
    edit(world, person, telephone=SHOWN[HOME])
    assert listed(world, person) == {HOME: [], MOBILE: []}


def test_a_number_that_was_in_no_directory_goes_without_a_word(world: World) -> None:
    person = world.customer(**REACHED)
    edit(world, person, telephone="")
    assert "directory" not in world.email("Your details were changed").text
    assert world.rows()["directory_change"] == 0


def test_a_number_that_moves_to_the_other_field_keeps_its_choices(world: World) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed", MOBILE: "online"})
    edit(world, person, telephone=SHOWN[MOBILE], mobile=SHOWN[HOME])
    assert listed(world, person) == {MOBILE: ["online"], HOME: ["printed"]}
    edit(world, person, mobile="")
    assert listed(world, person) == {MOBILE: ["online"]}


def test_the_same_number_written_in_another_way_keeps_its_choices(world: World) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed"})
    edit(world, person, telephone="", mobile="+44 1632 960001")
    assert listed(world, person) == {HOME: ["printed"]}


def test_other_details_touch_no_entry(world: World) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed"})
    late = world.signed_in(person).open(PATH)
    edit(world, person, town="Exampleton")
    assert late.send(entries=[]).flashes == ["We’ve saved your choices."]


def test_a_change_of_numbers_that_fails_leaves_every_entry(world: World) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed"})
    late = world.signed_in(person).open("/profile/edit")
    edit(world, person, town="Exampleton")
    late.send(status=409, telephone="", town="Sampleford")
    assert listed(world, person)[HOME] == ["printed"]


# ------------------------------------------------------------------------------ what is kept


def everything_in(world: World) -> str:
    """Every value of the main database, as text."""
    engine = world.parts.sessions.engine
    with engine.connect() as connection:
        rows = [
            row
            for table in inspect(engine).get_table_names()
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608
        ]
    return "".join(
        bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        for row in rows
        for value in row
    )


def test_no_number_stands_in_the_database_nor_a_hash_that_all_numbers_could_be_tried_on(
    world: World,
) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed reverse"})
    edit(world, person, telephone=SHOWN[OTHER])
    kept = everything_in(world)
    assert "printed" in kept, "it is the database that is searched"
    for number in (HOME, MOBILE, OTHER):
        assert number not in kept
        assert number[3:] not in kept
    with world.work() as work:
        for row in (*rows_with(work, DirectoryEntries), *rows_with(work, DirectoryChange)):
            clear = json.dumps(
                [str(value) for name, value in vars(row).items() if name != "sealed"]
            )
            assert work.vault.lookup_hash("telephone", HOME).hex() not in clear


def test_the_trail_says_what_was_chosen_and_never_of_which_number(world: World) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed"})
    (line,) = world.audit("listings:entry:changed")
    assert (line.subject_id, line.actor_kind) == (person.id, "customer")
    assert line.facts == {"listing": "printed", "agreed": True}


def test_the_copy_shows_each_number_and_each_choice(world: World) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed reverse"})
    copy = copy_of(world, person)
    assert "01632 960001: Printed directory, Reverse search" in copy
    said = "Printed directory turned on for the number ending 001, by you, on this website"
    assert f"Choice made (23 November 2026 at midday): {said}" in copy


def test_whoever_leaves_leaves_nothing(world: World) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed"})
    world.erase(person)
    rows = world.rows()
    assert (rows["directory_entries"], rows["directory_change"]) == (0, 0)


def test_what_was_rolled_back_is_not_listed(world: World) -> None:
    person = world.customer(**REACHED)

    def fail() -> None:
        with world.work() as work:
            save_entries(work, person.customer_id, {HOME: PRINTED}, 0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert listed(world, person) == {HOME: [], MOBILE: []}
    assert world.read(get_entries, person.customer_id).version == 0
    assert world.read(get_customer, person.customer_id).version == 1
