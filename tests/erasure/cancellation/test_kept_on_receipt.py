"""What the ledger keeps of somebody stands on their receipt."""

from portal.consent.list_screening.service import check, suppress
from portal.identity.accounts.service import change_email
from portal.identity.contact_index.rules import Channel
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.consent.unsubscribe.steps import old_path_for
from tests.consent.webhooks.steps import choose
from tests.world import Person, World

OLD, NEW = "birch.old@example.com", "birch.new@example.com"
KEPT = "where you said no to marketing"


def last_words(world: World) -> str:
    (email,) = [one for one in world.deliver() if "is deleted" in one.subject]
    return " ".join(email.text.split())


def test_an_address_that_the_desk_had_noted_is_kept_and_says_so(world: World) -> None:
    person = world.customer(OLD)
    suppress(world.parts.work, Channel.EMAIL, [OLD])
    world.erase(person)
    assert check(world.parts.work, Channel.EMAIL, [OLD]).known == [1]
    assert KEPT in last_words(world)


def test_a_former_address_that_was_refused_by_a_link_is_kept_and_says_so(world: World) -> None:
    person = world.customer(OLD)
    everything = [one.value for one in EVERY_CHOICE]
    choose(world, person, *everything)
    world.clock.move(days=1)
    world.read(change_email, person.customer_id, NEW)
    world.clock.move(days=1)
    world.visitor().post(old_path_for(world, OLD), {"List-Unsubscribe": "One-Click"})
    world.clock.move(days=1)
    choose(world, person, *everything)
    world.deliver()
    world.erase(Person(person.id, NEW))
    assert check(world.parts.work, Channel.EMAIL, [OLD]).known == [1]
    assert KEPT in last_words(world)


def test_whoever_said_no_to_nothing_has_nothing_kept(world: World) -> None:
    person = world.customer(OLD)
    choose(world, person, *[one.value for one in EVERY_CHOICE])
    world.deliver()
    world.erase(person)
    assert KEPT not in last_words(world)
