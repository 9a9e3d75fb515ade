"""What was mailed to an address opens nothing once another counts, and no thief's is kept."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from portal.consent.list_screening.service import check, suppress
from portal.consent.marketing.queries import get_choices
from portal.desk.cancellation_requests.service import send_link
from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import EVERYTHING, Topic
from portal.desk.cases.queries import find_case_by_id, get_case
from portal.desk.cases.rules import Status
from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.queries import find_owner_ever, get_email_hash
from portal.identity.contact_index.rules import Channel
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_token
from tests.consent.unsubscribe.steps import old_path_for
from tests.self_service.email_change.test_changing import NEW, OLD, address_of, change
from tests.world import Person, World, rows_with

THIRD, FOURTH = "third@example.org", "fourth@example.org"
STAY = {
    TokenPurpose.CONFIRM_ADDRESS: "of an account that is not there yet",
    TokenPurpose.SIGN_IN_CODE: "opens a half-open session alone, and that ends",
    TokenPurpose.PASSKEY_CHALLENGE: "is mailed to nobody",
    TokenPurpose.CONFIRM_EMAIL: "is used up by this, and ended by the next that is asked for",
    TokenPurpose.UNDO_EMAIL: "is for the address of before, whatever it is changed to",
    TokenPurpose.JOIN_DESK: "is for a colleague",
    TokenPurpose.VISITORS_DRAFT: "is mailed to nobody",
    TokenPurpose.NUMBER_CODE: "is told on the telephone or posted: it proves a number",
    TokenPurpose.DIRECTORY_ENTRY: "is of the browser that proved the number",
}
"""What was mailed and does not end when a customer's address changes, and why that is right."""


def to_customer(purpose: TokenPurpose) -> Callable[[World, Person], str]:
    def issue(world: World, person: Person) -> str:
        with world.work() as work:
            return issue_token(work, purpose, person.id, timedelta(hours=1))

    return issue


def to_cancellation(world: World, person: Person) -> str:
    reference = world.case(person, topic=Topic.CANCEL, service=EVERYTHING)
    with world.work() as work:
        send_link(work, reference, 1)
    [email] = [one for one in world.deliver() if "/contact/confirm/" in one.text]
    return email.link.rpartition("/")[2]


def to_message(purpose: TokenPurpose) -> Callable[[World, Person], str]:
    def issue(world: World, person: Person) -> str:
        reference = world.case(email=world.read(get_customer, person.customer_id).details.email)
        world.clock.move(seconds=1)
        with world.work() as work:
            case_id = get_case(work, reference).id
            return issue_token(work, purpose, case_id, timedelta(hours=1))

    return issue


OWN_MESSAGES = (TokenPurpose.FOLLOW_CASE, TokenPurpose.READ_CASE)
"""Links to a visitor's message, which is nobody else's."""
ENDED: dict[TokenPurpose, Callable[[World, Person], str]] = {
    TokenPurpose.RESET_PASSWORD: to_customer(TokenPurpose.RESET_PASSWORD),
    TokenPurpose.LET_BACK_IN: to_customer(TokenPurpose.LET_BACK_IN),
    TokenPurpose.CHOOSE: to_customer(TokenPurpose.CHOOSE),
    TokenPurpose.CONFIRM_CANCELLATION: to_cancellation,
    TokenPurpose.FOLLOW_CASE: to_message(TokenPurpose.FOLLOW_CASE),
    TokenPurpose.READ_CASE: to_message(TokenPurpose.READ_CASE),
}


def opens(world: World, purpose: TokenPurpose, token: str) -> UUID | None:
    found: UUID | None = world.read(find_token_subject, purpose, token)
    return found


def test_of_every_link_it_is_said_whether_it_ends_with_the_address_it_went_to() -> None:
    assert ENDED.keys() | STAY.keys() == set(TokenPurpose)
    assert not ENDED.keys() & STAY.keys()


@pytest.mark.parametrize("purpose", ENDED)
def test_a_link_mailed_to_an_address_ends_when_it_changes_and_when_that_is_undone(
    world: World, purpose: TokenPurpose
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    first = ENDED[purpose](world, person)
    assert opens(world, purpose, first)
    undo = change(world, visitor).link
    assert not opens(world, purpose, first), "whose mailbox it is may be another by now"
    second = ENDED[purpose](world, person)
    world.visitor().open(undo).send()
    is_open = opens(world, purpose, second) is not None
    assert is_open is (purpose in OWN_MESSAGES), "a thief's, perhaps; what they wrote is their own"


def test_a_request_to_cancel_whose_link_ended_so_comes_back_to_the_desk(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    to_cancellation(world, person)
    change(world, visitor)
    world.deliver()
    with world.work() as work:
        (row,) = rows_with(work, CaseRow, customer_id=person.id)
        found = find_case_by_id(work, row.id)
    assert found is not None
    assert found.status is Status.IN_PROGRESS


def test_a_thiefs_link_to_the_choices_does_nothing_once_its_owner_undid_the_change(
    world: World,
) -> None:
    person = world.customer(OLD)
    suppress(world.parts.work, Channel.EMAIL, [OLD])
    undo = change(world, world.signed_in(person)).link
    world.visitor().open("/choices").send(email=NEW)
    theirs = world.email("Your marketing choices").link
    page = world.visitor().open(theirs)
    world.visitor().open(undo).send()
    page.send(status=410, choices=["offers:email"])
    world.visitor().open(theirs, 410)
    assert not world.read(get_choices, person.customer_id).agreed
    assert check(world.parts.reading, Channel.EMAIL, [OLD]).known == [1]


def test_the_link_of_a_marketing_email_counts_for_its_owner_after_a_change_and_its_undoing(
    world: World,
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    undo = change(world, visitor).link
    visitor.open("/preferences").send(choices=["offers:email", "surveys:email"])
    world.visitor().open(old_path_for(world, OLD)).send()
    assert {one.value for one in world.read(get_choices, person.customer_id).agreed} == {
        "surveys:email"
    }
    world.visitor().open(undo).send()
    world.visitor().open(old_path_for(world, OLD, "surveys")).send()
    assert not world.read(get_choices, person.customer_id).agreed


def owner_of(world: World, email: str) -> UUID | None:
    with world.work() as work:
        return find_owner_ever(work, get_email_hash(work, email))


def test_of_all_a_thief_changed_an_address_to_nothing_is_a_former_one_of_its_owner(
    world: World,
) -> None:
    person = world.customer(OLD)
    thief = world.signed_in(person)
    undo = change(world, thief).link
    for email in (THIRD, OLD, FOURTH):
        world.clock.move(minutes=1)
        change(world, thief, email)
    world.visitor().open(undo).send()
    assert address_of(world, person) == OLD
    assert [owner_of(world, email) for email in (NEW, THIRD, FOURTH)] == [None] * 3
    assert owner_of(world, OLD) == person.id


def test_an_address_that_was_theirs_before_stays_a_former_one_whatever_a_thief_did_with_it(
    world: World,
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    change(world, visitor)
    world.clock.move(minutes=1)
    undo = change(world, visitor, THIRD).link
    for email in (OLD, FOURTH):
        world.clock.move(minutes=1)
        change(world, visitor, email)
    world.visitor().open(undo).send()
    assert address_of(world, person) == NEW
    assert [owner_of(world, email) for email in (OLD, NEW)] == [person.id] * 2
    assert [owner_of(world, email) for email in (THIRD, FOURTH)] == [None] * 2


def test_undoing_a_change_back_to_an_address_forgets_no_earlier_time_that_it_was_theirs(
    world: World,
) -> None:
    """Also when nothing but the mark remembers it: changes of address are deleted in time."""
    person = world.customer(OLD)
    reference = world.case(email=OLD, text="As a visitor.")
    world.clock.move(minutes=1)
    change(world, world.signed_in(person))
    world.clock.move(days=30)
    world.deliver()
    assert not world.rows()["email_change"]
    undo = change(world, world.signed_in(Person(person.id, NEW)), OLD).link
    world.clock.move(minutes=1)
    late = world.case(email=OLD, text="While it was theirs again, or a thief's.")
    world.clock.move(minutes=1)
    world.visitor().open(undo).send()
    assert address_of(world, person) == NEW
    assert owner_of(world, OLD) == person.id
    assert owner_of(world, NEW) == person.id
    world.erase(Person(person.id, NEW))
    assert not world.read(get_case, reference).email, "it went with its owner"
    assert world.read(get_case, late).email == OLD, "it was written by whoever had it then"


def test_a_change_that_was_undone_already_is_not_undone_twice(world: World) -> None:
    person = world.customer(THIRD)
    visitor = world.signed_in(person)
    change(world, visitor, OLD)
    world.clock.move(days=30)
    world.deliver()
    visitor = world.signed_in(Person(person.id, OLD))
    first = change(world, visitor, NEW).link
    world.clock.move(minutes=1)
    second = change(world, visitor, THIRD).link
    world.visitor().open(second).send()
    world.visitor().open(first).send()
    assert address_of(world, person) == OLD
    assert owner_of(world, THIRD) == person.id, "it was theirs long before"
    assert owner_of(world, NEW) is None


def test_an_address_from_before_its_day_was_kept_is_forgotten_when_the_change_to_it_is_undone(
    world: World,
) -> None:
    person = world.customer(OLD)
    undo = change(world, world.signed_in(person)).link
    with world.work() as work:
        work.session.execute(update(ContactHash).values(began_at=None, mailbox=None))
    world.visitor().open(undo).send()
    assert address_of(world, person) == OLD
    assert owner_of(world, NEW) is None
    assert owner_of(world, OLD) == person.id


def test_an_address_that_was_theirs_before_its_day_was_kept_stays_a_former_one_of_theirs(
    world: World,
) -> None:
    """Also when a change back to it is undone: that was another time."""
    person = world.customer(OLD)
    change(world, world.signed_in(person))
    with world.work() as work:
        work.session.execute(update(ContactHash).values(began_at=None, mailbox=None))
    world.clock.move(days=30)
    world.deliver()
    undo = change(world, world.signed_in(Person(person.id, NEW)), OLD).link
    world.clock.move(minutes=1)
    world.visitor().open(undo).send()
    assert address_of(world, person) == NEW
    assert owner_of(world, OLD) == person.id


def test_an_address_that_an_earlier_change_remembers_stays_theirs_when_no_day_of_any_is_known(
    world: World,
) -> None:
    """It was theirs before they left it of their own will; only the change back to it is undone."""
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    change(world, visitor)
    world.clock.move(minutes=1)
    undo = change(world, visitor, OLD).link
    with world.work() as work:
        work.session.execute(update(ContactHash).values(began_at=None, mailbox=None))
    world.clock.move(minutes=1)
    world.visitor().open(undo).send()
    assert address_of(world, person) == NEW
    assert owner_of(world, OLD) == person.id
