"""Whoever fills in a form may have any name, and is told kindly when something is no name."""

import pytest

from portal.desk.queue.staff_queries import list_found
from portal.identity.accounts.queries import get_customer
from tests.identity.accounts.registering import register
from tests.world import World

NO_NAME = "You won £500: claim at https://evil.example/w?i=1 before Friday"


@pytest.mark.parametrize("field", ["given_name", "family_name"])
def test_somebody_whose_name_is_an_advertisement_is_told_beside_it(
    world: World, field: str
) -> None:
    page = register(world, **{field: NO_NAME})
    assert page.path == "/register"
    assert "no web address" in page.errors[field]
    assert page.value(field) == NO_NAME
    assert world.deliver() == []


def test_somebody_with_an_invisible_character_in_the_name_is_told_beside_it(world: World) -> None:
    page = register(world, given_name="\u3164")
    assert page.errors["given_name"].startswith("First name must have at least one letter")


def test_a_visitor_whose_name_is_a_website_is_told_beside_it(world: World) -> None:
    page = world.visitor().open("/contact")
    page = page.send(name=NO_NAME, email="v@example.com", topic="other", message="Hello")
    assert page.errors["name"].startswith("Your name must have at least one letter")
    assert page.value("message") == "Hello"
    assert world.deliver() == []


def test_what_came_along_with_a_name_is_not_kept(world: World) -> None:
    visitor = world.visitor()
    page = visitor.open("/contact")
    pasted = "\u202aRo\u200bwan\u202c"
    page.send(name=pasted, email="v@example.com", topic="other", message="Hello")
    person = world.customer(given_name="Robin")
    world.signed_in(person).open("/profile/edit").send(given_name=pasted)
    (case,) = world.read(list_found, "v@example.com")
    assert case.name == "Rowan"
    assert world.read(get_customer, person.customer_id).details.given_name == "Rowan"
