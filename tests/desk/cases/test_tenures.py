"""An address that somebody had, gave up and has again: what they wrote is theirs, nobody else's."""

from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.desk.case_records.queries import find_owner
from portal.desk.cases.queries import get_case, list_own_cases
from portal.identity.accounts.service import change_email
from portal.identity.contact_index.rules import Channel
from tests.consent.list_screening.lists import agrees, screened
from tests.world import Person, World

SHARED = "shared@example.com"


def move(world: World, person: Person, email: str) -> None:
    world.clock.move(days=1)
    world.read(change_email, person.customer_id, email)
    world.clock.move(days=1)


def references(world: World, person: Person) -> set[str]:
    return {one.reference for one in world.read(list_own_cases, person.customer_id, 99)}


def test_nobody_reads_what_another_wrote_from_an_address_that_both_had(world: World) -> None:
    one = world.customer(SHARED, given_name="One")
    two = world.customer("two@example.com", given_name="Two")
    of_one = world.case(email=SHARED, text="The secret of One.")
    move(world, one, "one@example.com")
    move(world, two, SHARED)
    of_two = world.case(email=SHARED, text="The secret of Two.")
    move(world, two, "two.again@example.com")
    move(world, one, SHARED)
    of_one_again = world.case(email=SHARED, text="Another secret of One.")
    assert references(world, one) == {of_one, of_one_again}
    assert references(world, two) == {of_two}
    for reference, person in ((of_one, one), (of_two, two), (of_one_again, one)):
        owner = world.read(find_owner, world.read(get_case, reference).id)
        assert owner is not None
        assert owner.id == person.id
    world.erase(two)
    assert world.read(get_case, of_one).name
    assert world.read(get_case, of_one_again).name
    assert not world.read(get_case, of_two).name
    world.erase(one)
    assert not world.read(get_case, of_one).name
    assert not world.read(get_case, of_one_again).name


def test_somebody_who_has_an_address_again_is_reached_there_as_they_say_today(
    world: World,
) -> None:
    person = world.customer(SHARED)
    other = world.customer("two@example.com")
    move(world, person, "one@example.com")
    move(world, other, SHARED)
    move(world, other, "two@example.com")
    move(world, person, SHARED)
    campaign = Campaign(purpose="offers", channel=Channel.EMAIL, prospects=True)
    text = f"Email\n{SHARED}\n"
    assert screened(world, text, campaign)[1] == {2: WithheldReason.NO}
    agrees(world, person, ("offers", Channel.EMAIL))
    assert screened(world, text, campaign)[1] == {}
