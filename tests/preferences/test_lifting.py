"""A yes to emails takes the address off the list of suppressions once it is durable."""

import pytest

from portal.kernel.work import Actor
from portal.marks.rules import Channel
from portal.preferences.queries import get_choices
from portal.preferences.rules import Choice
from portal.preferences.service import save_choices
from portal.screening.service import check, suppress
from tests.world import Person, World, fail_after

YES = frozenset({Choice("offers", Channel.EMAIL)})


@pytest.fixture
def person(world: World) -> Person:
    person = world.customer()
    suppress(world.parts.work, Channel.EMAIL, [person.email])
    return person


def is_noted(world: World, person: Person) -> bool:
    return check(world.parts.reading, Channel.EMAIL, [person.email]).known == [1]


def test_a_yes_that_fails_leaves_the_no_of_before(world: World, person: Person) -> None:
    fail_after(world, lambda work: save_choices(work, person.customer_id, YES))
    assert not world.read(get_choices, person.customer_id).agreed
    assert is_noted(world, person)


def test_a_no_that_arrives_before_the_yes_is_durable_stays(world: World, person: Person) -> None:
    with world.parts.work(Actor("customer", person.id)) as work:
        save_choices(work, person.customer_id, YES)
        assert is_noted(world, person), "nothing is lifted yet"
        world.clock.move(seconds=1)
        suppress(world.parts.reading, Channel.EMAIL, [person.email])
    assert world.read(get_choices, person.customer_id).agreed == YES
    assert is_noted(world, person)


def test_a_yes_takes_the_address_off(world: World, person: Person) -> None:
    with world.parts.work(Actor("customer", person.id)) as work:
        save_choices(work, person.customer_id, YES)
    assert not is_noted(world, person)
