"""Who looks after a business for us: staff say it, the customer sees it."""

import pytest

from portal.desk.assisted_choices.rules import NoBusinessError
from portal.desk.assisted_choices.service import name_manager
from portal.identity.accounts.queries import get_manager
from portal.identity.accounts.rules import CustomerKind
from portal.operations.data_inventory import HELD
from portal.platform.core.merging import MadeFrom
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.pages import Page, Visitor
from tests.world import Person, World

BUSINESS = (CustomerKind.BUSINESS, CustomerKind.REPRESENTATIVE)
NAME = "Alex Agent-Example"


def page_of(world: World, person: Person, desk: Visitor | None = None) -> Page:
    reference = world.case(person)
    return (desk or world.at_the_desk()).open(f"/staff/cases/{reference}/account-manager")


@pytest.mark.parametrize("kind", BUSINESS)
def test_a_business_sees_who_looks_after_it(world: World, kind: CustomerKind) -> None:
    person = world.customer(kind=kind)
    mine = world.signed_in(person)
    assert "account manager" not in mine.open("/account").text
    page = page_of(world, person).send(manager=NAME)
    assert page.flashes == ["The account manager is saved. The customer sees the name."]
    for path in ("/account", "/preferences"):
        text = mine.open(path).text
        assert "Your account manager" in text
        assert NAME in text
    (line,) = world.audit("callers:manager:named")
    assert (line.actor_kind, line.subject_id) == ("staff", person.id)
    assert line.facts == {"is_there": True, "role": "agent"}
    assert "You have a new account manager" in mine.open("/account").text


@pytest.mark.parametrize("kind", list(CustomerKind))
def test_everybody_is_asked_the_same_in_whatever_capacity(world: World, kind: CustomerKind) -> None:
    page = world.signed_in(world.customer(kind=kind)).open("/preferences")
    boxes = {str(one["value"]) for one in page.soup.select("[name=choices]")}
    assert {choice.value for choice in EVERY_CHOICE} <= boxes
    assert len(boxes) == 16 + 5
    assert page.send(choices=["offers:email"]).ticked("choices") == ["offers:email"]


@pytest.mark.parametrize("kind", [CustomerKind.RESIDENTIAL, CustomerKind.SHAREHOLDER])
def test_nobody_else_has_one(world: World, kind: CustomerKind) -> None:
    person = world.customer(kind=kind, account_manager=NAME)
    page = page_of(world, person)
    assert "This isn’t a business customer" in page.text
    assert not page.soup.select("input[name=manager]")
    assert NAME not in world.signed_in(person).open("/account").text
    with world.work() as work, pytest.raises(NoBusinessError):
        name_manager(work, person.customer_id, "Somebody", MadeFrom(1))


def test_a_name_can_be_taken_back(world: World) -> None:
    person = world.customer(kind=CustomerKind.BUSINESS, account_manager=NAME)
    page = page_of(world, person)
    assert page.value("manager") == NAME
    page.send(manager="")
    assert world.read(get_manager, person.customer_id) == ""
    assert "You no longer have an account manager" in world.signed_in(person).open("/account").text


def test_the_same_name_again_changes_nothing(world: World) -> None:
    page = page_of(world, world.customer(kind=CustomerKind.BUSINESS, account_manager=NAME))
    assert page.send().flashes == ["Nothing was changed."]
    assert world.audit("callers:manager:named") == []


def test_of_two_colleagues_the_later_is_asked_again(world: World) -> None:
    person, desk = world.customer(kind=CustomerKind.BUSINESS), world.at_the_desk()
    late, quick = page_of(world, person, desk), page_of(world, person, desk)
    quick.send(manager=NAME)
    page = late.send(status=409, manager="Somebody Else")
    assert f"a colleague has saved {NAME}" in page.errors["manager"]
    assert world.read(get_manager, person.customer_id) == NAME
    page.send(manager="Somebody Else")
    assert world.read(get_manager, person.customer_id) == "Somebody Else"


def test_it_stays_when_the_customer_changes_their_own_details(world: World) -> None:
    person = world.customer(kind=CustomerKind.BUSINESS, account_manager=NAME)
    world.signed_in(person).open("/profile/edit").send(town="Exampleton")
    assert world.read(get_manager, person.customer_id) == NAME


def test_it_is_part_of_what_we_say_we_hold(world: World) -> None:
    person = world.customer(kind=CustomerKind.BUSINESS, account_manager=NAME)
    with world.work() as work:
        items = [one for held in HELD for one in held.list_items(work, person.customer_id)]
    assert ("Your account manager", NAME) in [(one.label, one.value) for one in items]
