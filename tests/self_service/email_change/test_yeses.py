"""Undoing a change of address takes back the yeses that were said since it was asked for."""

from typing import Any

from portal.consent.directories.queries import list_changes as list_entries
from portal.consent.marketing.held import list_items
from portal.consent.marketing.queries import get_choices, list_changes
from portal.consent.marketing.rules import NO_MORE
from tests.consent.directories.steps import HOME, MOBILE, REACHED, choose, listed
from tests.consent.list_screening.lists import agrees
from tests.self_service.email_change.test_changing import NEW, OLD, ask, change, emails
from tests.self_service.email_change.test_noes import withheld
from tests.world import Person, World

BY = "us, because the change of your email address was undone"


def on(world: World, person: Person) -> set[str]:
    return {one.value for one in world.read(get_choices, person.customer_id).agreed}


def said_no_to(world: World, person: Person) -> set[str]:
    items = world.read(list_items, person.customer_id)
    return {one.value for one in items if one.label == "Said no to"}


def back(world: World, undo: str) -> str:
    """Undo a change, and return the email about it."""
    world.clock.move(minutes=5)
    world.deliver()
    world.visitor().open(undo).send()
    return world.email("Your old email address is back").text


def test_what_a_thief_turned_on_is_off_once_its_owner_took_the_address_back(
    world: World,
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    agrees(world, person, ("surveys", "email"))
    world.clock.move(minutes=1)
    visitor.open("/preferences/off").send()
    agrees(world, person, ("new-products", "post"))
    world.clock.move(minutes=1)
    undo = change(world, visitor).link
    world.clock.move(minutes=5)
    ticked = ["offers:email", "brightwave:yes", "usage:yes", "new-products:post"]
    visitor.open("/preferences").send(choices=ticked)
    told = back(world, undo)
    assert on(world, person) == {"new-products:post"}
    history = world.read(list_changes, person.customer_id, 3)
    assert {(one.title, one.by) for one in history} == {
        ("Offers on your services by email turned off", BY),
        ("Sharing with Brightwave Energy turned off", BY),
        ("Offers that fit how you use our services turned off", BY),
    }
    for title, _ in {(one.title, one.by) for one in history}:
        assert title in told
    assert "Offers on your services by email" in said_no_to(world, person), "a no is not forgotten"
    for email in (OLD, NEW):
        assert withheld(world, email) is not None


def test_a_yes_between_asking_for_a_change_and_confirming_it_is_taken_back_too(
    world: World,
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    ask(visitor)
    link = emails(world)[NEW].link
    world.clock.move(minutes=5)
    visitor.open("/preferences").send(choices=["offers:email"])
    visitor.open(link).send()
    undo = world.email("Your email address was changed").link
    back(world, undo)
    assert on(world, person) == set()
    assert "Offers on your services by email" not in said_no_to(world, person), "never said"


def test_a_refusal_of_companies_that_a_thief_took_back_stands_again(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=[NO_MORE.value])
    world.clock.move(minutes=5)
    undo = change(world, visitor).link
    world.clock.move(minutes=5)
    untick: dict[str, Any] = {"choices": []}
    visitor.open("/preferences").send(**untick)
    visitor.open("/preferences").send(choices=["brightwave:yes"])
    back(world, undo)
    assert on(world, person) == {NO_MORE.value}


def test_a_number_that_a_thief_had_put_in_directories_is_out_of_them_again(world: World) -> None:
    person = world.customer(OLD, **REACHED)
    visitor = world.signed_in(person)
    choose(world, person, {HOME: "printed"})
    world.clock.move(minutes=1)
    undo = change(world, visitor).link
    world.clock.move(minutes=1)
    choose(world, person, {HOME: "printed online reverse", MOBILE: "enquiries"})
    told = back(world, undo)
    assert listed(world, person) == {HOME: ["printed"], MOBILE: []}
    (last, *_) = world.read(list_entries, person.customer_id, 9)
    assert last.by == BY
    assert "Online directory" in told
    assert "Printed directory" not in told


def test_what_was_turned_off_meanwhile_stays_off_and_nothing_else_is_told(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    agrees(world, person, ("offers", "email"), ("surveys", "email"))
    world.clock.move(minutes=5)
    undo = change(world, visitor).link
    visitor.open("/preferences").send(choices=["surveys:email"])
    assert "taken back these choices" not in back(world, undo)
    assert on(world, person) == {"surveys:email"}
