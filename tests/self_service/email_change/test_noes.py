"""A no that was said at an address outlives the undoing of the change to it."""

import pytest

from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.identity.contact_index.rules import Channel
from tests.consent.list_screening.lists import agrees, screened
from tests.consent.unsubscribe.steps import old_path_for
from tests.self_service.email_change.test_changing import NEW, OLD, change
from tests.world import World

THIRD = "third@example.org"


def withheld(world: World, email: str, purpose: str = "offers") -> WithheldReason | None:
    """Why a bought list with an address may not be used; None where it may."""
    campaign = Campaign(purpose=purpose, channel=Channel.EMAIL, prospects=True)
    return screened(world, f"Name,Email\nRowan,{email}\n", campaign)[1].get(2)


def test_whoever_unsubscribes_at_an_address_gets_nothing_there_once_it_is_given_back(
    world: World,
) -> None:
    person = world.customer(OLD)
    agrees(world, person, ("offers", "email"), ("surveys", "email"))
    undo = change(world, world.signed_in(person)).link
    world.clock.move(minutes=5)
    world.visitor().open(old_path_for(world, NEW)).send()
    world.visitor().open(undo).send()
    assert withheld(world, NEW) is WithheldReason.SUPPRESSED
    assert withheld(world, NEW, "surveys") is None, "nobody said no to those"


@pytest.mark.parametrize("is_erased", [False, True])
def test_somebody_who_wants_nothing_is_no_prospect_at_an_address_whose_change_they_undid(
    world: World, *, is_erased: bool
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    visitor.open("/preferences/off").send()
    undo = change(world, visitor).link
    world.clock.move(minutes=5)
    change(world, visitor, THIRD)
    assert withheld(world, NEW) is WithheldReason.FORMER
    world.visitor().open(undo).send()
    if is_erased:
        world.erase(person)
    for email in (OLD, NEW, THIRD):
        assert withheld(world, email) is not None, email


def test_whoever_has_the_address_by_then_is_asked_themselves(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    visitor.open("/preferences/off").send()
    undo = change(world, visitor).link
    world.clock.move(minutes=5)
    change(world, visitor, THIRD)
    other = world.customer(NEW)
    agrees(world, other, ("offers", "email"))
    world.visitor().open(undo).send()
    assert withheld(world, NEW) is None


def test_nothing_is_noted_of_an_address_by_somebody_who_said_no_to_nothing(world: World) -> None:
    person = world.customer(OLD)
    undo = change(world, world.signed_in(person)).link
    world.clock.move(minutes=5)
    world.visitor().open(undo).send()
    assert withheld(world, NEW) is None
