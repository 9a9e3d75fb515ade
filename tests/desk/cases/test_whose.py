"""A person is one person, at every address they ever had."""

from dataclasses import replace

import pytest

from portal.desk.assisted_recovery.service import let_back_in
from portal.desk.cancellation_requests.service import send_link
from portal.desk.case_outcomes.service import close_case
from portal.desk.case_records.queries import find_owner
from portal.desk.case_records.rules import CaseOutcome, Topic
from portal.desk.cases.queries import get_case, list_own_cases
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case
from portal.desk.queue.staff_queries import list_found
from portal.erasure.cancellation.queries import get_preview, list_leftovers, list_traces
from portal.governance.audit.events import NOBODY
from portal.governance.deadlines.rules import RequestKind, due_date
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.service import change_email
from portal.platform.core.working_days import Nation
from portal.self_service.profile.service import change_profile
from tests.self_service.your_data.downloads import copy_of
from tests.world import Person, World, act

OLD, NEW = "birch.old@example.com", "birch.new@example.com"


def move(world: World, person: Person, email: str) -> None:
    world.clock.move(hours=1)
    world.read(change_email, person.customer_id, email)
    world.clock.move(hours=1)


def references(world: World, person: Person) -> set[str]:
    return {one.reference for one in world.read(list_own_cases, person.customer_id, 99)}


def test_what_a_visitor_wrote_from_an_address_they_had_goes_with_the_customer(
    world: World,
) -> None:
    reference = world.case(email=OLD, name="Birch Example", text="Before I had an account.")
    person = world.customer(OLD)
    move(world, person, NEW)
    world.erase(person)
    found = world.read(get_case, reference)
    assert (found.name, found.email, found.shown_status[0]) == ("", "", "Closed")
    assert not any(entry.text for entry in found.entries)
    assert not world.read(list_found, OLD)


def test_leaving_names_copies_and_lists_the_same_messages_that_it_empties(world: World) -> None:
    person = world.customer(OLD)
    sent = {world.case(email=OLD, text="As a visitor."), world.case(person, text="Signed in.")}
    move(world, person, NEW)
    sent |= {world.case(email=NEW, text="As a visitor again.")}
    assert references(world, person) == sent
    preview = world.read(get_preview, world.parts.context, person.customer_id)
    lines = {line.what: line.number for line in preview.deleted}
    assert lines["Your messages to us and our answers"] == len(sent)
    assert {end.split()[5] for end in preview.loose_ends if "PC-" in end} == sent
    copy = copy_of(world, person)
    assert all(reference in copy for reference in sent)
    world.erase(person)
    assert all(not world.read(get_case, reference).email for reference in sent)


def test_a_complaint_stays_its_owners_when_whoever_it_names_leaves(world: World) -> None:
    partner, writer = world.customer("partner@example.com"), world.customer("writer@example.com")
    reference = world.case(writer, email=partner.email, topic=Topic.COMPLAINT, text="It was late.")
    world.erase(partner)
    found = world.read(get_case, reference)
    assert found.is_open
    assert found.customer_id == writer.customer_id
    assert [entry.text for entry in found.entries] == ["It was late."]
    assert references(world, writer) == {reference}
    assert not world.read(list_found, partner.email), "nothing leads to whoever left"


def test_an_address_that_is_somebody_elses_by_now_keeps_the_messages_apart(world: World) -> None:
    first = world.customer(OLD)
    of_first = world.case(email=OLD, text="From the first one.")
    move(world, first, NEW)
    second = world.customer(OLD)
    world.clock.move(hours=1)
    of_second = world.case(email=OLD, text="From the second one.")
    assert references(world, first) == {of_first}
    assert references(world, second) == {of_second}
    assert world.read(find_owner, world.read(get_case, of_first).id).id == first.id
    assert world.read(find_owner, world.read(get_case, of_second).id).id == second.id
    world.erase(first)
    assert not world.read(get_case, of_first).email
    assert world.read(get_case, of_second).email == OLD
    world.erase(second)
    assert not world.read(get_case, of_second).email


def test_somebody_who_had_an_address_second_takes_nothing_of_the_first(world: World) -> None:
    first = world.customer(OLD)
    of_first = world.case(email=OLD)
    move(world, first, NEW)
    second = world.customer(OLD)
    world.clock.move(hours=1)
    of_second = world.case(email=OLD)
    move(world, second, "another@example.com")
    world.erase(second)
    assert world.read(get_case, of_first).typed == ("Vis Itor", OLD)
    assert world.read(get_case, of_first).email == NEW
    assert not world.read(get_case, of_second).email


def test_an_answer_goes_to_the_name_and_address_of_today(world: World) -> None:
    person = world.customer(OLD)
    reference = world.case(person)
    world.deliver()
    move(world, person, NEW)
    with world.work() as work:
        answer_case(work, reference, "Here it is.", Step.REPLIED, 1)
    email = world.email("We replied")
    assert email.to == NEW
    found = world.read(get_case, reference)
    assert found.email == NEW
    assert found.typed == (person.given_name, OLD)


def test_the_desk_does_not_read_that_an_address_was_theirs_before_they_had_it(
    world: World,
) -> None:
    reference = world.case(email=OLD)
    world.clock.move(minutes=1)
    person = world.customer(OLD)
    move(world, person, NEW)
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    assert "customer’s address then" not in page.text
    assert f"They wrote from {OLD} , a former address of this customer" in page.text


@pytest.mark.parametrize("is_handed_on", [False, True])
def test_an_answer_to_what_somebody_wrote_as_a_visitor_goes_to_their_address_of_today(
    world: World, *, is_handed_on: bool
) -> None:
    person = world.customer(OLD)
    reference = world.case(email=OLD, name="Birch Typed")
    world.deliver()
    move(world, person, NEW)
    if is_handed_on:
        world.customer(OLD)
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    assert f"They wrote from {OLD} , a former address of this customer" in page.text
    with world.work() as work:
        answer_case(work, reference, "Here it is.", Step.REPLIED, 1)
    assert world.email("We replied").to == NEW
    found = world.read(get_case, reference)
    assert (found.name, found.email, found.typed) == ("Birch Typed", NEW, ("Birch Typed", OLD))


@pytest.mark.parametrize("typed", [OLD, NEW])
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_the_desk_finds_a_customers_case_by_every_address_they_had(
    world: World, typed: str, *, is_signed_in: bool
) -> None:
    person = world.customer(OLD)
    reference = world.case(person if is_signed_in else None, email=OLD)
    move(world, person, NEW)
    assert [one.reference for one in world.read(list_found, typed)] == [reference]


def test_an_own_account_number_is_hidden_in_what_somebody_wrote_as_a_visitor_too(
    world: World,
) -> None:
    person = world.customer(OLD)
    details = world.read(get_customer, person.customer_id).details
    with world.work() as work:
        numbered = replace(details, account_number="MB4471902265")
        change_profile(work, person.customer_id, numbered, 1)
    reference = world.case(email=OLD, text="It is 4471902265, thanks.")
    desk = world.at_the_desk().open(f"/staff/cases/{reference}")
    own = world.signed_in(person).open(f"/cases/{reference}")
    for page in (desk, own):
        assert "4471902265" not in page.text
        assert "265" in page.text


def test_the_copy_says_who_each_message_says_it_is_from(world: World) -> None:
    person = world.customer(OLD)
    world.case(person, name="Typed Nick", email="partner@example.org")
    world.case(email=OLD, name="Typed Visitor")
    copy = copy_of(world, person)
    assert "From Typed Nick, partner@example.org" in copy
    assert f"From Typed Visitor, {OLD}" in copy


def test_the_desk_is_told_what_a_customer_typed_where_it_differs(world: World) -> None:
    person = world.customer(OLD)
    reference = world.case(person, email="partner@example.org", name="Somebody Else")
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    assert "They typed this in the form: Somebody Else , partner@example.org" in page.text
    assert OLD in page.text


def test_a_link_to_cancel_finds_whoever_had_the_address_when_they_wrote(world: World) -> None:
    person = world.customer(OLD)
    reference = world.case(email=OLD, topic=Topic.CANCEL, service="everything")
    move(world, person, NEW)
    world.deliver()
    with world.work() as work:
        assert send_link(work, reference, 1)
    assert world.email("Do you want to delete your account?").to == NEW


def test_a_link_to_get_back_in_finds_whoever_had_the_address_when_they_wrote(
    world: World,
) -> None:
    person = world.customer(OLD)
    reference = world.case(email=OLD, topic=Topic.SIGN_IN)
    move(world, person, NEW)
    world.deliver()
    seen = world.read(get_customer, person.customer_id).version
    with world.work() as work:
        assert let_back_in(work, reference, 1, "They knew their account number.", seen)
    assert world.email("Set up your sign-in again").to == NEW


def test_a_message_that_is_opened_again_gets_a_month_from_that_day(world: World) -> None:
    person = world.customer(OLD)
    reference = world.case(person)
    with world.work() as work:
        close_case(work, reference, 1, CaseOutcome.THANKS)
    before = world.read(get_case, reference).due_on
    world.clock.move(days=60)
    page = world.signed_in(person).open(f"/cases/{reference}").send(message="One more thing.")
    found = world.read(get_case, reference)
    assert (
        found.due_on
        == due_date(RequestKind.QUESTION, world.clock().date(), Nation.ENGLAND_AND_WALES)
        > before
    )
    assert any(f"We’ll answer by {found.due_on.day} " in flash for flash in page.flashes)
    assert "late" not in world.at_the_desk().open("/staff/cases").text


def test_what_is_added_to_an_open_message_moves_no_date(world: World) -> None:
    person = world.customer(OLD)
    reference = world.case(person)
    before = world.read(get_case, reference).due_on
    world.clock.move(days=20)
    world.signed_in(person).open(f"/cases/{reference}").send(message="One more thing.")
    assert world.read(get_case, reference).due_on == before


def test_nothing_of_whoever_left_is_found_by_any_address_they_had(world: World) -> None:
    person = world.customer(OLD)
    world.case(email=OLD)
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=OLD, password="not this one at all")
    move(world, person, NEW)
    visitor.open("/sign-in").send(email=NEW, password="not this one at all")
    with world.work() as work:
        traces = list_traces(work, person.customer_id)
        assert len(traces) == 2
    world.clock.move(minutes=1)
    world.erase(person)
    with world.work() as work:
        assert not list_leftovers(work, person.id, traces)
        assert not list_leftovers(work, NOBODY, traces)


def test_changes_of_name_reach_the_search(world: World) -> None:
    person = world.customer(OLD)
    world.case(person)

    customer = world.read(get_customer, person.customer_id)
    details = replace(customer.details, family_name="Newname")
    act(world, person, change_profile, person.customer_id, details, customer.version)
    page = world.at_the_desk().open("/staff/cases").send("/staff/cases", q=OLD)
    assert "Newname" in page.text
