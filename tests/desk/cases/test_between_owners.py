"""Whose a visitor's message is, where several customers had the address one after the other."""

from datetime import date
from uuid import UUID

import pytest

from portal.desk.case_outcomes.service import close_case
from portal.desk.case_records.queries import find_owner
from portal.desk.case_records.rules import CaseOutcome
from portal.desk.cases.queries import get_case, list_own_cases
from portal.desk.customer_holds.service import hold_customer
from portal.governance.legal_holds.rules import NewHold
from portal.governance.retention.service import purge
from portal.identity.accounts.service import change_email
from portal.identity.contact_index.queries import list_email_traces
from tests.self_service.your_data.downloads import copy_of
from tests.world import Person, World

OLD, NEW, OTHER = "birch.old@example.com", "birch.new@example.com", "alder@example.com"


def move(world: World, person: Person, email: str) -> None:
    world.clock.move(days=1)
    world.read(change_email, person.customer_id, email)
    world.clock.move(days=1)


def listed(world: World, person: Person) -> set[str]:
    return {one.reference for one in world.read(list_own_cases, person.customer_id, 99)}


def given_up_and_written_from(world: World) -> tuple[Person, str]:
    """Somebody gave an address up, and wrote from it all the same."""
    first = world.customer(OLD)
    move(world, first, NEW)
    reference = world.case(email=OLD, name="First Example", text="My secret illness")
    world.clock.move(days=10)
    return first, reference


def test_whoever_gets_an_address_reads_nothing_that_was_written_from_it_while_it_was_nobodys(
    world: World,
) -> None:
    first, reference = given_up_and_written_from(world)
    second = world.customer(OLD, given_name="Second")
    visitor = world.signed_in(second)
    assert reference not in visitor.open("/cases").text
    visitor.open(f"/cases/{reference}", status=404)
    assert reference not in visitor.open("/registrations/cancel").text
    assert "My secret illness" not in copy_of(world, second)
    assert not listed(world, first)
    assert world.read(find_owner, world.read(get_case, reference).id) is None
    world.erase(second)
    found = world.read(get_case, reference)
    assert found.is_open
    assert [entry.text for entry in found.entries] == ["My secret illness"]


def test_nobody_reads_it_either_when_whoever_had_the_address_first_has_left(world: World) -> None:
    first, reference = given_up_and_written_from(world)
    second = world.customer(OLD, given_name="Second")
    world.erase(Person(first.id, NEW))
    world.clock.move(minutes=1)
    mine = world.case(email=OLD)
    assert listed(world, second) == {mine}
    assert world.read(find_owner, world.read(get_case, reference).id) is None
    world.erase(second)
    assert world.read(get_case, reference).email == OLD
    assert not world.read(get_case, mine).email


def test_what_somebody_wrote_between_two_times_that_an_address_was_theirs_is_theirs(
    world: World,
) -> None:
    """As whoever has lost the account to a thief does, until the address is back."""
    person = world.customer(OLD)
    move(world, person, NEW)
    reference = world.case(email=OLD)
    move(world, person, OLD)
    assert listed(world, person) == {reference}
    world.erase(person)
    assert not world.read(get_case, reference).email


@pytest.mark.parametrize("leaver", [None, 0, 1])
def test_listing_the_desk_and_erasing_agree_whose_each_message_is(
    world: World, leaver: int | None
) -> None:
    """First has the address, then nobody, first again, second, nobody, first once more."""
    sent: list[tuple[str, Person | None]] = []

    def write(owner: Person | None) -> None:
        world.clock.move(hours=1)
        sent.append((world.case(email=OLD), owner))
        world.clock.move(hours=1)

    world.case(email=OTHER)
    early = world.case(email=OLD)
    first = world.customer(OLD)
    sent.append((early, first))
    write(first)
    move(world, first, NEW)
    write(first)
    move(world, first, OLD)
    write(first)
    move(world, first, NEW)
    write(None)
    second = world.customer(OLD)
    write(second)
    move(world, second, OTHER)
    write(None)
    move(world, first, OLD)
    write(first)
    people = [first, second]
    if leaver is not None:
        gone = people.pop(leaver)
        world.erase(gone)
        emptied = {one for one, _ in sent if not world.read(get_case, one).email}
        assert emptied == {one for one, owner in sent if owner is gone}
        sent = [(one, owner) for one, owner in sent if owner is not gone]
    for person in people:
        assert listed(world, person) >= {one for one, owner in sent if owner is person}
        assert not listed(world, person) & {one for one, owner in sent if owner is not person}
        traced = {one for one, _ in sent if is_traced(world, person.id, one)}
        assert traced == {one for one, owner in sent if owner is person}
    for one, owner in sent:
        found = world.read(find_owner, world.read(get_case, one).id)
        assert (found.id if found else None) == (owner.id if owner else None)


def test_a_hold_keeps_what_somebody_wrote_as_a_visitor_whoever_else_had_whatever_address(
    world: World,
) -> None:
    """The hold of one customer was void for it once another had changed their address."""
    person, other = world.customer(OLD), world.customer(OTHER)
    reference = world.case(email=OLD)
    world.case(email=OTHER)
    move(world, other, NEW)
    kit = world.colleague().staff_id
    with world.work() as work:
        close_case(work, reference, 1, CaseOutcome.THANKS)
        held = NewHold(why="A claim", until=date(2029, 1, 1))
        hold_customer(work, kit, person.customer_id, held)
    world.clock.move(days=400)
    purge(world.parts.work, world.parts.register)
    assert world.read(get_case, reference).email == OLD


def is_traced(world: World, person_id: UUID, reference: str) -> bool:
    """Whether an erasure of somebody would look for what was written then."""
    found = world.read(get_case, reference)
    with world.work() as work:
        return any(
            one.since <= found.received_at < one.until
            for one in list_email_traces(work, person_id)
            if one.value_hash == work.vault.lookup_hash("email", OLD)
        )


@pytest.mark.parametrize("has_left", [False, True])
def test_no_email_has_our_reply_where_another_customer_has_the_address_by_now(
    world: World, *, has_left: bool
) -> None:
    first, reference = given_up_and_written_from(world)
    if has_left:
        world.erase(Person(first.id, NEW))
    world.customer(OLD, given_name="Second")
    world.deliver()
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    assert "Our email won’t have the words of your reply" in page.text
    page.send(f"/staff/cases/{reference}", step="replied", message="About the illness")
    sent = world.email("We replied to a message")
    assert sent.to == OLD
    assert reference in sent.text
    assert "illness" not in sent.text + sent.html
    assert "/cases/" not in sent.text


def test_whoever_comes_back_to_an_address_gets_nothing_that_was_written_before_they_had_it(
    world: World,
) -> None:
    first = world.customer(OLD)
    move(world, first, NEW)
    reference = world.case(email=OLD, text="Words of a stranger.")
    world.clock.move(hours=1)
    second = world.customer(OLD)
    world.clock.move(hours=1)
    world.erase(Person(first.id, NEW))
    move(world, second, OTHER)
    move(world, second, OLD)
    assert listed(world, second) == set()
    back = Person(second.id, OLD)
    assert reference not in world.signed_in(back).open("/cases").text
    assert "Words of a stranger." not in copy_of(world, back)
    world.erase(back)
    assert world.read(get_case, reference).email == OLD
