"""Whoever undoes a change of address hears that their account was closed, and how to keep it."""

import pytest

from portal.identity.accounts.queries import find_customer, get_customer
from tests.governance.legal_holds.test_desk import place
from tests.self_service.account_security.steps import NEW_PASSWORD
from tests.self_service.email_change.test_changing import NEW, OLD, ask, change, emails
from tests.world import LEAVE_LATER, Person, World

UNTIL = "We’ll delete your account on 30 November 2026 at 12:01pm"
HOW = "choose a new password with the link we email you. You must sign in with it before"


def closed(world: World) -> tuple[Person, str]:
    """Whose account a thief closed once they had changed its address; the link that undoes it."""
    person = world.customer(OLD)
    thief = world.signed_in(person)
    undo = change(world, thief).link
    world.clock.move(minutes=1)
    thief.open(LEAVE_LATER).send()
    assert {one.to for one in world.deliver()} == {NEW}, "nobody tells the owner yet"
    return person, undo


@pytest.mark.parametrize("when", ["before", "after", "by email"])
def test_an_owner_hears_when_the_account_that_a_thief_closed_is_deleted_and_how_to_keep_it(
    world: World, when: str
) -> None:
    _, undo = closed(world)
    before = world.visitor().open(undo)
    after = before.send()
    email = world.email("Your old email address is back")
    said = {"before": before.text, "after": after.flashes[0], "by email": email.text}[when]
    assert UNTIL in " ".join(said.split())
    assert HOW in " ".join(said.split())


def test_an_owner_who_does_what_the_page_says_keeps_the_account(world: World) -> None:
    person, undo = closed(world)
    world.visitor().open(undo).send()
    page = world.visitor().open(world.email("Choose a new password").link)
    page.send(proof=person.answer, password=NEW_PASSWORD)
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=OLD, password=NEW_PASSWORD)
    visitor.open("/sign-in/question").send(answer=person.answer)
    world.clock.move(days=8)
    world.deliver()
    assert not world.read(get_customer, person.customer_id).is_closed


def test_whoever_has_the_old_mailbox_does_not_call_off_that_its_owner_leaves(world: World) -> None:
    person, undo = closed(world)
    world.visitor().open(undo).send()
    world.clock.move(days=8)
    world.deliver()
    assert world.read(find_customer, person.customer_id) is None


def test_an_owner_who_had_closed_it_before_the_change_was_confirmed_hears_it_as_well(
    world: World,
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    ask(visitor)
    link = emails(world)[NEW].link
    visitor.open(LEAVE_LATER).send()
    world.deliver()
    world.visitor().open(link).send(password=person.password)
    undo = emails(world)[OLD].link
    assert "This account will be deleted" in world.visitor().open(undo).text


def test_an_owner_whose_account_was_brought_back_hears_nothing_of_closing(world: World) -> None:
    person, undo = closed(world)
    world.signed_in(Person(person.id, NEW))
    assert "closed" not in world.visitor().open(undo).text


def test_where_the_law_keeps_a_closed_account_its_owner_hears_until_when(world: World) -> None:
    person, undo = closed(world)
    world.clock.move(minutes=1)
    place(world, world.case(person), on="customer")
    page = world.visitor().open(undo)
    assert "We’ll delete your account after 1 March 2027" in page.text


def test_an_owner_whose_account_is_open_hears_nothing_of_closing(world: World) -> None:
    undo = change(world, world.signed_in(world.customer(OLD))).link
    page = world.visitor().open(undo)
    assert "closed" not in page.text
    assert "closed" not in page.send().flashes[0]
    assert "closed" not in world.email("Your old email address is back").text
