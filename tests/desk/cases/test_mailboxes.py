"""Whose a visitor's message is, where two mailboxes are looked up by one spelling."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from portal.desk.cancellation_requests.service import send_link
from portal.desk.case_records.queries import find_owner
from portal.desk.case_records.rules import Topic
from portal.desk.cases.queries import get_case, list_own_cases
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case
from portal.desk.queue.staff_queries import list_found
from portal.erasure.cancellation.queries import list_leftovers, list_traces
from portal.identity.accounts.service import change_email
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.queries import list_unindexed
from tests.self_service.your_data.downloads import copy_of
from tests.world import Person, World

CUSTOMERS, WANDAS = "weiß@example.com", "weiss@example.com"
WORDS = "The secret of Wanda."


def wandas(world: World, topic: Topic = Topic.OTHER) -> str:
    return world.case(email=WANDAS, name="Wanda Example", text=WORDS, topic=topic)


def before(world: World) -> tuple[Person, str]:
    """Wanda wrote while the customer had an account."""
    person = world.customer(CUSTOMERS)
    return person, wandas(world)


def after(world: World) -> tuple[Person, str]:
    """Wanda wrote before there was any."""
    reference = wandas(world)
    world.clock.move(days=1)
    return world.customer(CUSTOMERS), reference


def former(world: World) -> tuple[Person, str]:
    """Wanda wrote while the customer had the address, which they gave up."""
    person, reference = before(world)
    world.clock.move(days=1)
    world.read(change_email, person.customer_id, "another@example.com")
    return person, reference


def swapped(world: World) -> tuple[Person, str]:
    """Whoever has the account had the one mailbox first, and has the other by now."""
    person, reference = before(world)
    world.clock.move(days=1)
    world.read(change_email, person.customer_id, "weißer@example.com")
    world.clock.move(days=1)
    world.read(change_email, person.customer_id, CUSTOMERS)
    return person, reference


ORDERS = (before, after, former, swapped)


@pytest.mark.parametrize("happen", ORDERS)
def test_what_somebody_wrote_from_a_mailbox_looked_up_alike_is_theirs_alone(
    world: World, happen: Callable[[World], tuple[Person, str]]
) -> None:
    person, reference = happen(world)
    world.deliver()
    own = world.case(email="WEIß@example.com", text="My own.")
    if happen is former:
        person = replace(person, email="another@example.com")
        own = world.case(person, text="My own.")
    case_id = world.read(get_case, reference).id
    assert world.read(find_owner, case_id) is None
    assert [one.reference for one in world.read(list_own_cases, person.customer_id, 9)] == [own]
    assert WORDS not in copy_of(world, person)
    world.signed_in(person).open(f"/cases/{reference}", 404)
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    assert WANDAS in page.text
    assert "former address of this customer" not in page.text
    with world.work() as work:
        answer_case(work, reference, "Your answer.", Step.REPLIED, 1)
    assert world.email("We replied").to == WANDAS


@pytest.mark.parametrize("happen", ORDERS)
def test_whoever_leaves_takes_nothing_of_a_mailbox_looked_up_alike(
    world: World, happen: Callable[[World], tuple[Person, str]]
) -> None:
    person, reference = happen(world)
    with world.work() as work:
        traces = list_traces(work, person.customer_id)
    world.clock.move(minutes=1)
    world.erase(person)
    found = world.read(get_case, reference)
    assert (found.email, found.is_open) == (WANDAS, True)
    assert [entry.text for entry in found.entries] == [WORDS]
    with world.work() as work:
        assert not list_leftovers(work, person.id, traces)
    assert not world.rows()["cancellation_underway"], "the erasure has ended"


def test_whoever_has_the_other_mailbox_now_reads_nothing_of_who_had_the_first(
    world: World,
) -> None:
    person = world.customer(WANDAS)
    early = world.case(email=WANDAS, text=WORDS)
    world.clock.move(days=1)
    world.read(change_email, person.customer_id, CUSTOMERS)
    world.clock.move(days=1)
    late = wandas(world)
    of_theirs = {one.reference for one in world.read(list_own_cases, person.customer_id, 9)}
    assert of_theirs == {early}, "what came from the first mailbox since is somebody else's"
    assert world.read(find_owner, world.read(get_case, late).id) is None
    world.erase(person)
    assert not world.read(get_case, early).email
    assert world.read(get_case, late).email == WANDAS


def test_a_request_to_cancel_is_never_confirmed_by_a_mailbox_looked_up_alike(world: World) -> None:
    world.customer(CUSTOMERS)
    reference = world.case(email=WANDAS, topic=Topic.CANCEL, service="everything")
    world.deliver()
    with world.work() as work:
        send_link(work, reference, 1)
    assert all(one.to != CUSTOMERS for one in world.deliver())


def test_case_alone_makes_no_other_mailbox_and_no_sentence(world: World) -> None:
    person = world.customer("Rowan@example.com")
    reference = world.case(email="rowan@EXAMPLE.com")
    assert [one.reference for one in world.read(list_own_cases, person.customer_id, 9)] == [
        reference
    ]
    desk = world.at_the_desk()
    page = desk.open(f"/staff/cases/{reference}")
    assert "They wrote from" not in page.text
    signed_in = world.case(person, email="ROWAN@example.com", name="Rowan Example")
    page = desk.open(f"/staff/cases/{signed_in}")
    assert "They typed this in the form:" not in page.text


def test_the_desk_finds_both_by_either_spelling(world: World) -> None:
    person, reference = before(world)
    own = world.case(person)
    for typed in (CUSTOMERS, WANDAS):
        assert {one.reference for one in world.read(list_found, typed)} == {reference, own}


def test_whoever_was_marked_before_mailboxes_were_told_apart_is_told_apart_once_the_worker_came_by(
    world: World,
) -> None:
    person = world.customer(CUSTOMERS)
    with world.work() as work:
        work.session.execute(update(ContactHash).values(mailbox=None, began_at=None))
    assert world.read(list_unindexed, 9) == [person.customer_id]
    world.worker().index_customers()
    assert world.read(list_unindexed, 9) == []
    reference = wandas(world)
    assert not world.read(list_own_cases, person.customer_id, 9)
    assert world.read(get_case, reference).email == WANDAS


def test_of_whom_nobody_can_read_the_worker_asks_once(world: World) -> None:
    person = world.customer(CUSTOMERS)
    with world.work() as work:
        work.session.execute(update(ContactHash).values(mailbox=None))
    world.parts.keyring.discard([person.id])
    world.worker().index_customers()
    assert world.read(list_unindexed, 9) == []


def test_the_worker_comes_once_for_whoever_gave_up_an_address_before_mailboxes_were_told_apart(
    world: World,
) -> None:
    """Of an address that is theirs no more, the mailbox may be known by nobody for good."""
    person = world.customer(CUSTOMERS)
    world.read(change_email, person.customer_id, "another@example.com")
    with world.work() as work:
        work.session.execute(update(ContactHash).values(mailbox=None, began_at=None))
    assert world.read(list_unindexed, 9) == [person.customer_id]
    world.worker().index_customers()
    assert world.read(list_unindexed, 9) == []
