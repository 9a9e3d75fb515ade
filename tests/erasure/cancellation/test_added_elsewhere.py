"""Whoever added to a message that is not theirs can still leave, and it stays whose it is."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from portal.desk.case_records.models import CaseEntry
from portal.desk.cases.queries import get_case, list_own_cases
from portal.erasure.cancellation.models import CancellationUnderway
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.rules import Service
from portal.operations.backup.erasure_replay import replay
from portal.platform.core.ledger import new_receipt_number
from portal.platform.core.visit import STAFF
from tests.desk.cancellation_requests.test_link import CANCELLING, link_for
from tests.desk.case_links.test_following import follow, write
from tests.governance.legal_holds.test_desk import place
from tests.self_service.email_change.test_changing import NEW, OLD, change
from tests.world import PASSWORD, Person, World, rows_with

ADDED = "A line more"


def leaves(world: World, person: Person) -> None:
    """Delete an account now, and let the worker do all it can about it."""
    leave(world.parts.work, world.parts.context, person.customer_id, When.NOW)
    for _ in range(3):
        world.clock.move(minutes=30)
        world.worker().do_all()
    with world.work() as work:
        assert not rows_with(work, CancellationUnderway)


def by_link(world: World, person: Person) -> None:
    page = follow(world.signed_in(person), write(world))
    page.send(page.path, message=ADDED)


def under_a_hold(world: World, person: Person) -> None:
    reference = world.case(email=person.email)
    page = world.signed_in(person).open(f"/cases/{reference}")
    page.send(page.path, message=ADDED)
    place(world, reference)


def before_an_undoing(world: World, person: Person) -> None:
    visitor = world.signed_in(person)
    undo = change(world, visitor).link
    world.clock.move(minutes=1)
    reference = world.case(email=NEW)
    page = visitor.open(f"/cases/{reference}")
    page.send(page.path, message=ADDED)
    world.deliver()
    world.visitor().open(undo).send()


def by_anothers_link(world: World, person: Person) -> None:
    partner = world.customer("jules@example.com")
    link = link_for(world, world.case(email=partner.email, **CANCELLING))
    world.signed_in(person).open(link).send(password=PASSWORD, confirm="y")


WAYS = [by_link, under_a_hold, before_an_undoing, by_anothers_link]


@pytest.mark.parametrize("way", WAYS)
def test_whoever_added_to_what_is_not_theirs_leaves_with_a_receipt(
    world: World, way: Callable[[World, Person], None]
) -> None:
    person = world.customer(OLD)
    way(world, person)
    leaves(world, person)
    with world.work() as work:
        actors = {one.actor_kind for one in rows_with(work, CaseEntry) if one.actor_id}
    assert actors <= {STAFF}


def test_an_older_program_that_noted_who_added_holds_no_erasure_up(world: World) -> None:
    person = world.customer(OLD)
    by_link(world, person)
    with world.work() as work:
        written = CaseEntry.actor_kind != STAFF
        work.session.execute(update(CaseEntry).where(written).values(actor_id=person.id))
    leaves(world, person)


def test_a_backup_is_put_back_although_a_leaver_had_added_to_anothers_message(
    world: World,
) -> None:
    person = world.customer(OLD)
    by_link(world, person)
    with world.work() as work:
        work.vault.erase_person(person.customer_id, new_receipt_number(), [])
    replay(world.parts, is_restored=True, report=lambda _: None)
    world.clock.move(seconds=15)
    world.worker().do_all()
    with world.work() as work:
        assert not rows_with(work, CancellationUnderway), "the receipt that was missing is there"


def test_whoever_is_signed_in_stays_so_when_anothers_link_deletes_anothers_account(
    world: World,
) -> None:
    partner = world.customer("jules@example.com", services=(Service.BROADBAND,))
    visitor = world.signed_in(world.customer(OLD))
    link = link_for(world, world.case(email=partner.email, **CANCELLING))
    visitor.open(link).send(password=PASSWORD, confirm="y", when="now")
    assert visitor.open("/profile").path == "/profile"


def test_what_came_between_two_owners_goes_to_neither_in_whatever_order_they_come_and_go(
    world: World,
) -> None:
    first = world.customer(OLD)
    world.clock.move(days=1)
    change(world, world.signed_in(first))
    world.clock.move(days=1)
    reference = world.case(email=OLD, text="My secret illness")
    world.clock.move(days=1)
    world.erase(Person(first.id, NEW))
    second = world.customer(OLD)
    assert not world.read(list_own_cases, second.customer_id, 9)
    at_the_desk = world.at_the_desk()
    assert "My secret illness" in at_the_desk.open(f"/staff/cases/{reference}").text
    found = at_the_desk.open("/staff/cases").send("/staff/cases", q=OLD)
    assert reference in found.text
    at_the_desk.open(f"/staff/cases/{reference}").send(
        f"/staff/cases/{reference}", step="replied", message="We have it"
    )
    sent = [one for one in world.deliver() if one.subject.startswith("We replied to a message")]
    assert [one.to for one in sent] == [OLD]
    assert "We have it" not in sent[0].text, "the address is another customer's by now"
    leaves(world, second)
    colleague = world.colleague("lee@example.com")
    again = world.at_the_desk(colleague).open(f"/staff/cases/{reference}")
    assert "My secret illness" in again.text
    third = world.customer(OLD)
    assert not world.read(list_own_cases, third.customer_id, 9)


def test_what_a_thief_wrote_goes_to_nobody_who_registers_his_address_later(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    undo = change(world, visitor).link
    world.clock.move(minutes=1)
    world.case(email=NEW, text="I am the thief")
    world.deliver()
    world.visitor().open(undo).send()
    world.erase(person)
    later = world.customer(NEW)
    assert not world.read(list_own_cases, later.customer_id, 9)


def test_whoever_writes_from_there_before_anybody_comes_follows_their_own_message(
    world: World,
) -> None:
    first = world.customer("visitor@example.com")
    world.clock.move(days=1)
    change(world, world.signed_in(first))
    world.clock.move(days=1)
    link = write(world)
    world.erase(Person(first.id, NEW))
    assert "Where is my bill?" in follow(world.visitor(), link).text


@pytest.mark.parametrize("is_erased", [False, True])
def test_a_message_of_a_living_customer_stays_theirs_although_another_who_had_the_address_leaves(
    world: World, *, is_erased: bool
) -> None:
    """Somebody hacked writes from their own address, which a thief has taken off the account."""
    first = world.customer(OLD)
    world.clock.move(days=1)
    change(world, world.signed_in(first), "first@example.org")
    world.clock.move(days=1)
    second = world.customer(OLD)
    world.clock.move(minutes=1)
    undo = change(world, world.signed_in(second)).link
    world.clock.move(minutes=1)
    reference = world.case(email=OLD, text="I have been hacked")
    world.deliver()
    if is_erased:
        world.erase(Person(first.id, "first@example.org"))
    world.visitor().open(undo).send()
    assert [one.reference for one in world.read(list_own_cases, second.customer_id, 9)] == [
        reference
    ]
    world.clock.move(minutes=1)
    world.erase(second)
    assert not world.read(get_case, reference).email
