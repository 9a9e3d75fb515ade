"""What was sent from an address whose change was undone is of whoever sent it, and we say so."""

from datetime import timedelta

from sqlalchemy import select

from portal.desk.case_records.queries import find_owner
from portal.desk.cases.queries import get_case, list_own_cases
from portal.erasure.cancellation.queries import list_traces
from portal.erasure.cancellation.rules import BY_WHAT
from portal.identity.accounts.service import change_email
from portal.identity.contact_index.held import GIVEN_BACK
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.contact_index.service import forget_former
from portal.self_service.email_change.rules import NOT_YOURS
from tests.self_service.email_change.test_changing import NEW, OLD, change
from tests.self_service.your_data.downloads import copy_of
from tests.world import Person, World


def references(world: World, person: Person) -> set[str]:
    return {one.reference for one in world.read(list_own_cases, person.customer_id, 99)}


def test_whoever_undoes_a_change_reads_that_messages_from_the_other_address_are_not_theirs(
    world: World,
) -> None:
    person = world.customer(OLD)
    undo = change(world, world.signed_in(person)).link
    world.clock.move(minutes=5)
    reference = world.case(email=NEW, name="Rowan Example", text="Written meanwhile")
    assert reference in references(world, person)
    page = world.visitor().open(undo)
    assert NOT_YOURS in page.text
    page.send()
    assert references(world, person) == set()
    assert reference not in world.signed_in(person).open("/registrations/cancel").text


def test_a_receipt_says_by_which_addresses_was_looked_and_no_undone_one_is_among_them(
    world: World,
) -> None:
    person = world.customer(OLD)
    undo = change(world, world.signed_in(person)).link
    world.clock.move(minutes=5)
    reference = world.case(email=NEW, name="Rowan Example", text="Written meanwhile")
    own = world.case(email=OLD, name="Rowan Example", text="Written from the old one")
    world.visitor().open(undo).send()
    with world.work() as work:
        traced = {one.value_hash for one in list_traces(work, person.id)}
        assert traced == {get_email_hash(work, OLD)}
    world.deliver()
    world.erase(person)
    assert BY_WHAT in world.email("Your account is deleted").text
    assert world.read(get_case, reference).name == "Rowan Example"
    assert not world.read(get_case, own).email


def undo_with_a_message(world: World) -> tuple[Person, str]:
    """Somebody wrote from an address while a change to it stood, which is undone; the message."""
    person = world.customer(OLD)
    undo = change(world, world.signed_in(person)).link
    world.deliver()
    world.clock.move(minutes=5)
    reference = world.case(email=NEW, text="Written by whoever had it then")
    world.clock.move(minutes=5)
    world.visitor().open(undo).send()
    world.clock.move(days=60)
    return person, reference


def test_whoever_has_the_address_later_reads_nothing_that_came_until_the_change_was_undone(
    world: World,
) -> None:
    _, reference = undo_with_a_message(world)
    later = world.customer(NEW)
    own = world.case(email=NEW, text="Their own")
    assert references(world, later) == {own}
    case_id = world.read(get_case, reference).id
    assert world.read(find_owner, case_id) is None
    world.erase(later)
    assert world.read(get_case, reference).email == NEW
    assert not world.read(get_case, own).email


def test_nor_do_they_once_whoever_undid_it_has_left_and_no_hash_of_theirs_stays(
    world: World,
) -> None:
    person, reference = undo_with_a_message(world)
    later = world.customer(NEW)
    world.erase(person)
    assert references(world, later) == set()
    assert world.read(find_owner, world.read(get_case, reference).id) is None
    with world.work() as work:
        owners = {row.customer_id for row in work.session.scalars(select(ContactHash))}
    assert owners == {later.id}
    world.erase(later)
    assert world.read(get_case, reference).email == NEW


def test_whoever_undid_a_change_reads_it_neither_when_the_address_is_theirs_after_all(
    world: World,
) -> None:
    person, reference = undo_with_a_message(world)
    world.read(change_email, person.customer_id, NEW)
    world.clock.move(minutes=1)
    own = world.case(email=NEW, text="Their own")
    assert references(world, person) == {own}
    world.erase(Person(person.id, NEW))
    assert world.read(get_case, reference).email == NEW
    assert not world.read(get_case, own).email


def test_what_came_from_the_address_that_is_back_is_theirs_whatever_a_thief_did_with_it(
    world: World,
) -> None:
    person = world.customer(OLD)
    world.clock.move(minutes=1)
    thief = world.signed_in(person)
    undo = change(world, thief).link
    written = set[str]()
    for email in (OLD, "third@example.org"):
        world.clock.move(minutes=1)
        written.add(world.case(email=OLD))
        world.deliver()
        world.clock.move(minutes=1)
        change(world, thief, email)
    world.visitor().open(undo).send()
    assert references(world, person) == written


def test_a_change_to_one_address_that_is_undone_time_and_again_is_forgotten_each_time(
    world: World,
) -> None:
    person, first = undo_with_a_message(world)
    world.read(change_email, person.customer_id, NEW)
    world.clock.move(minutes=1)
    second = world.case(email=NEW)
    world.clock.move(minutes=1)
    with world.work() as work:
        began = world.clock() - timedelta(minutes=5)
        change_email(work, person.customer_id, OLD)
        forget_former(work, person.customer_id, began, ())
    later = world.customer(NEW)
    assert references(world, person) == references(world, later) == set()
    for reference in (first, second):
        assert world.read(find_owner, world.read(get_case, reference).id) is None


def test_a_copy_says_that_there_are_codes_of_addresses_whose_change_was_undone(
    world: World,
) -> None:
    person, _ = undo_with_a_message(world)
    copy = copy_of(world, person)
    assert GIVEN_BACK.format(number=1) in copy
