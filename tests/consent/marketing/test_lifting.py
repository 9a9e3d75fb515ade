"""A yes to emails takes the address off the list of suppressions once it is durable."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from portal.consent.list_screening.service import check, suppress
from portal.consent.marketing.queries import get_choices, list_to_lift
from portal.consent.marketing.rules import Choice
from portal.consent.marketing.service import save_choices
from portal.identity.contact_index.rules import Channel
from portal.platform.core.work import Actor
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


@contextmanager
def busy_keyring(world: World) -> Iterator[None]:
    """Somebody else writes to the keyring, and does not end; nobody waits for them."""
    engine = world.parts.keyring.engine

    def impatient(connection: Any, *_: object) -> None:
        if engine.dialect.name == "sqlite":
            connection.execute("PRAGMA busy_timeout = 0")
        else:
            connection.execute("SET lock_timeout = 100")

    event.listen(engine, "checkout", impatient)
    with engine.connect() as other:
        other.begin()  # SQLite: `BEGIN IMMEDIATE`
        if engine.dialect.name != "sqlite":
            other.exec_driver_sql("LOCK suppression")
        yield
        other.rollback()
    event.remove(engine, "checkout", impatient)
    engine.dispose()


def test_a_yes_while_the_keyring_is_busy_is_told_as_saved_and_lifted_later(
    world: World, person: Person
) -> None:
    page = world.signed_in(person).open("/preferences")
    with busy_keyring(world):
        saved = page.send(choices=["offers:email"])
        assert saved.flashes == ["We’ve saved your choices."]
    assert is_noted(world, person)
    world.clock.move(minutes=1)
    world.deliver()
    assert not is_noted(world, person)
    with world.parts.reading() as work:
        assert not list_to_lift(work, 1), "done once"


def test_a_no_that_came_after_such_a_yes_stays(world: World, person: Person) -> None:
    page = world.signed_in(person).open("/preferences")
    with busy_keyring(world):
        page.send(choices=["offers:email"])
    world.clock.move(minutes=1)
    suppress(world.parts.work, Channel.EMAIL, [person.email])
    world.deliver()
    assert is_noted(world, person)


def test_what_was_turned_off_again_meanwhile_is_not_lifted(world: World, person: Person) -> None:
    page = world.signed_in(person).open("/preferences")
    with busy_keyring(world):
        page = page.send(choices=["offers:email"])
    page.send(choices=[])
    world.deliver()
    assert is_noted(world, person)
