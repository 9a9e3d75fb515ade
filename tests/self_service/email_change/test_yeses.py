"""Undoing a change of address takes back the yeses that were said since it was asked for."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from portal.consent.directories.queries import get_entries
from portal.consent.directories.queries import list_changes as list_entries
from portal.consent.directories.rules import Listing
from portal.consent.directories.service import save_entries
from portal.consent.list_screening.rules import WithheldReason
from portal.consent.list_screening.service import suppress
from portal.consent.marketing.held import list_items
from portal.consent.marketing.queries import get_choices, list_changes
from portal.consent.marketing.rules import NO_MORE
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.service import replace_details
from portal.identity.contact_index.models import UNDONE, ContactHash
from portal.identity.contact_index.rules import Channel
from tests.consent.directories.steps import HOME, MOBILE, REACHED, choose, listed
from tests.consent.list_screening.lists import agrees
from tests.self_service.email_change.test_changing import NEW, OLD, ask, change, emails
from tests.self_service.email_change.test_noes import withheld
from tests.world import Person, World, rows_with

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


@pytest.mark.parametrize(
    "ticked",
    [
        ["offers:email", "new-products:email", "surveys:email", "partner-offers:email"],
        ["offers:email"],
    ],
)
def test_a_no_of_before_that_a_thiefs_yes_lifted_stands_again(
    world: World, ticked: list[str]
) -> None:
    suppress(world.parts.work, Channel.EMAIL, [OLD])
    person = world.customer(OLD)
    thief = world.signed_in(person)
    ask(thief)
    link = emails(world)[NEW].link
    world.clock.move(minutes=1)
    thief.open("/preferences").send(choices=ticked)
    thief.open(link).send()
    back(world, world.email("Your email address was changed").link)
    world.erase(person)
    for purpose in ("offers", "surveys"):
        assert withheld(world, OLD, purpose) is WithheldReason.SUPPRESSED, purpose


def test_a_no_that_the_owner_took_back_before_a_thief_came_is_no_no(world: World) -> None:
    suppress(world.parts.work, Channel.EMAIL, [OLD])
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=["offers:email"])
    world.clock.move(minutes=5)
    undo = change(world, visitor).link
    visitor.open("/preferences").send(choices=["offers:email", "surveys:email"])
    back(world, undo)
    assert on(world, person) == {"offers:email"}


def test_of_two_numbers_with_the_same_last_digits_only_the_thiefs_is_out(world: World) -> None:
    alike = "07700 900001"
    person = world.customer(OLD, **{**REACHED, "mobile": alike})
    visitor = world.signed_in(person)
    choose(world, person, {HOME: "printed"})
    world.clock.move(minutes=1)
    undo = change(world, visitor).link
    world.clock.move(minutes=1)
    with world.work() as work:
        now = get_entries(work, person.customer_id)
        wanted = {one: frozenset({Listing.PRINTED}) for one in (HOME, "+447700900001")}
        save_entries(work, person.customer_id, wanted, now.version)
    told = back(world, undo)
    assert listed(world, person) == {HOME: ["printed"], "+447700900001": []}
    assert told.count("Printed directory") == 1


def test_a_new_number_after_an_undoing_has_what_its_owner_agrees_to(world: World) -> None:
    """On PostgreSQL the time that was undone may be the first row that is found."""
    person = world.customer(OLD)
    agrees(world, person, ("offers", "telephone"))
    world.clock.move(minutes=1)
    back(world, change(world, world.signed_in(person)).link)
    with world.work() as work:
        rows = work.session.query(ContactHash).filter_by(customer_id=person.id)
        values = [
            {column.key: getattr(row, column.key) for column in ContactHash.__table__.columns}
            for row in sorted(rows, key=lambda row: row.channel != UNDONE)
        ]
        rows.delete()
        work.session.execute(insert(ContactHash), values)
    with world.work() as work:
        found = get_customer(work, person.customer_id)
        details = replace(found.details, telephone="01632 960001")
        replace_details(work, person.customer_id, details, found.version)
    with world.work() as work:
        (number,) = rows_with(work, ContactHash, channel=Channel.TELEPHONE)
        assert number.agreed == ["offers:telephone"]


def test_a_no_that_a_thief_lifted_stands_again_although_the_thief_closed_the_account(
    world: World,
) -> None:
    suppress(world.parts.work, Channel.EMAIL, [OLD])
    person = world.customer(OLD)
    thief = world.signed_in(person)
    undo = change(world, thief).link
    thief.open("/preferences").send(choices=["offers:email"])
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    back(world, undo)
    world.clock.move(days=8)
    world.deliver()
    for purpose in ("offers", "surveys"):
        assert withheld(world, OLD, purpose) is WithheldReason.SUPPRESSED, purpose


def test_a_no_to_all_email_stands_again_although_an_older_yes_stands_too(world: World) -> None:
    """They agreed to offers, then wanted no email; a thief says yes to something else."""
    person = world.customer(OLD)
    agrees(world, person, ("offers", "email"))
    world.clock.move(days=10)
    suppress(world.parts.work, Channel.EMAIL, [OLD])
    assert withheld(world, OLD) is WithheldReason.SUPPRESSED
    world.clock.move(days=1)
    thief = world.signed_in(person)
    ask(thief)
    link = emails(world)[NEW].link
    world.clock.move(minutes=1)
    thief.open("/preferences").send(choices=["offers:email", "surveys:email"])
    assert withheld(world, OLD) is None
    thief.open(link).send()
    back(world, world.email("Your email address was changed").link)
    for purpose in ("offers", "surveys"):
        assert withheld(world, OLD, purpose) is not None, purpose
    assert on(world, person) == set()
