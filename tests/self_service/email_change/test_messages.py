"""What was sent from an address whose change was undone is of whoever sent it, and we say so."""

from portal.desk.cases.queries import get_case, list_own_cases
from portal.erasure.cancellation.queries import list_traces
from portal.erasure.cancellation.rules import BY_WHAT
from portal.identity.contact_index.queries import get_email_hash
from portal.self_service.email_change.rules import NOT_YOURS
from tests.self_service.email_change.test_changing import NEW, OLD, change
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
