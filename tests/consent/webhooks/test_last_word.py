"""The last word that the other system hears of somebody is that person’s last word."""

from datetime import timedelta

import pytest

from portal.consent.directories.rules import Listing
from portal.consent.directories.service import save_entries
from portal.consent.marketing.rules import NO_MORE
from portal.consent.webhooks.queries import list_given_up
from portal.consent.webhooks.rules import KEPT_DELIVERED, KEPT_GIVEN_UP, OUTLASTS_CLOSING
from portal.consent.webhooks.service import send_again, send_all_again
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.governance.retention.service import purge
from portal.identity.accounts.service import reopen_account
from tests.consent.webhooks.receiver import Listener
from tests.consent.webhooks.steps import choose, refuse, tell
from tests.world import World, act


def belief(there: Listener) -> dict[tuple[str, str], bool]:
    """What a receiver that obeys docs/integrate.md believes."""
    said: dict[tuple[str, str], bool] = {}
    for kind, data in there.told():
        if kind == "preferences.choice.changed":
            said[data["purpose"], data["channel"]] = data["agreed"]
        elif kind == "directories.entry.changed":
            said[data["number"], data["listing"]] = data["agreed"]
        elif kind in {"customer.closed", "customer.left"}:
            for key in said:
                if "no-more" not in key[0] and (len(key[0]) != 32 or kind == "customer.left"):
                    said[key] = False
    return said


def test_an_old_yes_given_up_is_not_sent_after_a_no_whose_record_is_gone(
    world: World, there: Listener
) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    refuse(world)
    world.clock.move(minutes=1)
    choose(world, person)
    tell(world)
    assert belief(there) == {("offers", "email"): False}
    world.clock.now += KEPT_DELIVERED + timedelta(days=1)
    purge(world.parts.work, world.parts.register)
    send_all_again(world.parts.work, dead_only=True)
    tell(world)
    assert belief(there) == {("offers", "email"): False}


def test_a_no_of_closing_is_told_when_they_came_back_for_something_else(
    world: World, there: Listener
) -> None:
    person = world.customer()
    choose(world, person, "offers:email", "surveys:email")
    tell(world)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    refuse(world)
    world.clock.move(minutes=1)
    act(world, person, reopen_account, person.customer_id)
    choose(world, person, "offers:email")
    tell(world)
    send_all_again(world.parts.work, dead_only=True)
    tell(world)
    assert belief(there)["surveys", "email"] is False


def test_a_plain_no_before_closing_is_told_when_they_came_back(
    world: World, there: Listener
) -> None:
    person = world.customer()
    choose(world, person, "offers:email", "surveys:email")
    tell(world)
    choose(world, person, "offers:email")
    refuse(world)
    world.clock.move(minutes=1)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    refuse(world)
    act(world, person, reopen_account, person.customer_id)
    choose(world, person, "offers:email")
    tell(world)
    send_all_again(world.parts.work, dead_only=True)
    tell(world)
    assert belief(there)["surveys", "email"] is False


def test_who_is_out_of_the_directory_is_told_so_though_they_closed_and_came_back(
    world: World, there: Listener
) -> None:
    person = world.customer(mobile="07700 900123")
    number = "+447700900123"
    act(world, person, save_entries, person.customer_id, {number: frozenset({Listing.PRINTED})}, 0)
    tell(world)
    assert list(belief(there).values()) == [True]
    act(world, person, save_entries, person.customer_id, {}, 1)
    refuse(world)
    world.clock.move(minutes=1)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    tell(world)
    act(world, person, reopen_account, person.customer_id)
    send_all_again(world.parts.work, dead_only=True)
    tell(world)
    assert list(belief(there).values()) == [False]


def test_a_refusal_of_more_companies_is_told_though_they_closed_and_came_back(
    world: World, there: Listener
) -> None:
    person = world.customer()
    choose(world, person, "no-more-companies:yes")
    refuse(world)
    world.clock.move(minutes=1)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    tell(world)
    act(world, person, reopen_account, person.customer_id)
    send_all_again(world.parts.work, dead_only=True)
    tell(world)
    assert list(belief(there).values()) == [True]


@pytest.mark.parametrize("one_by_one", [False, True])
def test_a_closing_that_is_told_late_turns_off_nothing_that_was_chosen_since(
    world: World, there: Listener, *, one_by_one: bool
) -> None:
    person = world.customer()
    choose(world, person, "offers:email", "surveys:email")
    tell(world)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    refuse(world)
    world.clock.move(minutes=1)
    act(world, person, reopen_account, person.customer_id)
    choose(world, person, "offers:email")
    tell(world)
    if one_by_one:
        for one in world.read(list_given_up):
            world.read(send_again, one.id)
    else:
        send_all_again(world.parts.work, dead_only=True)
    tell(world)
    assert belief(there) == {("offers", "email"): True, ("surveys", "email"): False}


def test_what_outlasts_a_closing_is_the_refusal_of_further_companies() -> None:
    assert NO_MORE.value == OUTLASTS_CLOSING
    assert KEPT_GIVEN_UP <= KEPT_DELIVERED, "what covers one that was given up outlasts it"
