"""A no said once more is a no of today; it does not rewrite when something was turned off."""

import json
from collections.abc import Callable

import pytest

from portal.consent.marketing.queries import SAID_NO, get_choices
from tests.consent.list_screening.lists import agrees
from tests.consent.marketing.test_older_pages import Opened, desk_page, own_page, send
from tests.consent.marketing.test_refused import (
    ADDRESS,
    OFFERS,
    by_button,
    by_form,
    by_page,
    by_staff,
    never_chose,
    send_choices_link,
)
from tests.consent.unsubscribe.steps import old_path_for
from tests.world import Person, World


def kept(world: World, person: Person) -> set[str]:
    return {one.value for one in world.read(get_choices, person.customer_id).agreed}


@pytest.mark.parametrize("opened", [own_page, send_choices_link, desk_page])
@pytest.mark.parametrize("choices", [[], ["surveys:email"]])
def test_a_form_with_nothing_new_ticked_is_a_younger_no_than_a_page_from_before_it(
    world: World, opened: Opened, choices: list[str]
) -> None:
    """Whether it turns something off beside that, or says only what was said before."""
    person = never_chose(world)
    own_page(world, person).send(choices=choices)
    world.clock.move(minutes=1)
    older = own_page(world, person)
    world.clock.move(minutes=1)
    send(opened, opened(world, person), choices=[])
    older.send(status=409, choices=[*choices, "offers:email"])
    assert not kept(world, person)


def test_an_empty_form_of_the_desk_is_in_the_trail(world: World) -> None:
    person = never_chose(world)
    by_form(world, person)
    page = desk_page(world, person)
    send(desk_page, page, choices=[])
    assert len(world.audit("callers:choices:set")) == 1


@pytest.mark.parametrize("say_no", [by_page, by_form, by_staff])
@pytest.mark.parametrize("box", ["brightwave:yes", "merrow-tv:yes", "usage:yes", "offers:email"])
def test_after_everything_is_off_an_older_page_is_asked_whatever_it_turns_on(
    world: World, say_no: Callable[[World, Person], None], box: str
) -> None:
    person = never_chose(world)
    older = own_page(world, person)
    world.clock.move(minutes=1)
    say_no(world, person)
    world.clock.move(minutes=1)
    page = older.send(status=409, choices=[box])
    assert "off now, would be on" in page.text
    assert not kept(world, person)
    page.send(choices=[box])
    assert kept(world, person) == {box}, "asked once"


def test_a_no_beside_a_yes_leaves_the_other_boxes_alone(world: World) -> None:
    person = never_chose(world)
    older = own_page(world, person)
    world.clock.move(minutes=1)
    own_page(world, person).send(choices=["surveys:email"])
    world.clock.move(minutes=1)
    older.send(choices=["brightwave:yes"])
    assert kept(world, person) == {"surveys:email", "brightwave:yes"}


@pytest.mark.parametrize("say_no", [by_page, by_button, by_form, by_staff])
def test_a_no_once_more_rewrites_neither_when_nor_how_something_was_turned_off(
    world: World, say_no: Callable[[World, Person], None]
) -> None:
    person = never_chose(world)
    agrees(world, person, OFFERS)
    world.clock.move(days=1)
    by_form(world, person)
    world.clock.move(days=1)
    before, shown = of_offers(world, person)
    assert before["since"].startswith("2026-11-24"), "when it was turned off"
    assert shown == 1
    say_no(world, person)
    assert of_offers(world, person) == (before, shown)


def of_offers(world: World, person: Person) -> tuple[dict[str, str], int]:
    """What the receipt says of offers by email, and on how many purposes it stands when."""
    visitor = world.signed_in(person)
    facts = json.loads(visitor.client.get("/preferences/history/receipt").text)
    theirs = {"purpose": "offers", "channel": "email"}
    (found,) = [one for one in facts["choices"] if theirs.items() <= one.items()]
    return found, visitor.open("/preferences").text.count("Last changed on")


def test_two_links_pressed_in_turn_are_each_kept_the_first_and_the_last_time(
    world: World,
) -> None:
    person = world.customer(ADDRESS)
    moments = []
    for number in range(12):
        world.clock.move(minutes=1)
        moments.append(world.clock())
        world.visitor().open(old_path_for(world, ADDRESS, ("offers", "surveys")[number % 2])).send()
    noted = world.read(get_choices, person.customer_id).noted
    assert [one.made.at for one in noted] == [moments[0], moments[1], moments[10], moments[11]]
    page = world.signed_in(person).open("/preferences/history")
    assert page.text.count(SAID_NO) == 4
    older = own_page(world, person)
    world.clock.move(minutes=1)
    by_button(world, person)
    older.send(status=409, choices=["offers:email"])
