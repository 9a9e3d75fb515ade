"""What somebody says by a link that was theirs counts for the person."""

from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.consent.marketing.queries import get_choices
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import begin_leaving
from portal.governance.audit.models import AuditEntry
from portal.identity.accounts.service import change_email
from portal.identity.contact_index.rules import Channel
from tests.consent.list_screening.lists import agrees, screened
from tests.consent.unsubscribe.steps import path_for
from tests.world import Person, World, rows_with

PRESSED = {"List-Unsubscribe": "One-Click"}
EMAILS = (("offers", Channel.EMAIL), ("surveys", Channel.EMAIL))
CAMPAIGN = Campaign(purpose="offers", channel=Channel.EMAIL)


def move(world: World, person: Person, email: str) -> None:
    world.clock.move(days=1)
    world.read(change_email, person.customer_id, email)
    world.clock.move(days=1)


def said(world: World, person: Person) -> set[str]:
    return {one.value for one in world.read(get_choices, person.customer_id).agreed}


def prospects(world: World, email: str, purpose: str = "offers") -> WithheldReason | None:
    """Why a bought list with an address may not be used; None where it may."""
    campaign = Campaign(purpose=purpose, channel=Channel.EMAIL, prospects=True)
    return screened(world, f"Email\n{email}\n", campaign, whole=True)[1].get(2)


def test_the_link_of_an_old_email_stops_what_comes_to_the_new_address(world: World) -> None:
    person = world.customer("birch.old@example.com")
    agrees(world, person, ("offers", Channel.EMAIL))
    path = path_for(world, person.email)
    world.read(change_email, person.customer_id, "birch.new@example.com")
    assert world.visitor().post(path, PRESSED).status_code == 200
    assert not world.read(get_choices, person.customer_id).agreed
    _, withheld = screened(world, "Email\nbirch.new@example.com\n", CAMPAIGN, whole=True)
    assert withheld == {2: WithheldReason.NO}


def test_a_link_counts_for_whoever_has_the_address_today(world: World) -> None:
    first, address = world.customer("shared@example.com"), "shared@example.com"
    agrees(world, first, ("offers", Channel.EMAIL))
    path = path_for(world, address)
    world.read(change_email, first.customer_id, "first@example.com")
    second = world.customer(address)
    agrees(world, second, ("offers", Channel.EMAIL))
    world.visitor().post(path, PRESSED)
    assert world.read(get_choices, first.customer_id).agreed
    assert not world.read(get_choices, second.customer_id).agreed


def test_a_link_says_nothing_for_whoever_had_the_address_before_somebody_who_has_left(
    world: World,
) -> None:
    address = "shared@example.com"
    first = world.customer(address)
    agrees(world, first, *EMAILS)
    move(world, first, "first@example.com")
    second = world.customer(address)
    agrees(world, second, *EMAILS)
    path = path_for(world, address)
    world.erase(second)
    page = world.visitor().open(path).send()
    assert "Done: no more of these emails" in page.text
    assert said(world, first) == {"offers:email", "surveys:email"}
    assert prospects(world, address) is WithheldReason.SUPPRESSED
    assert prospects(world, address, "surveys") is not WithheldReason.SUPPRESSED
    page = world.visitor().open(path).send()
    assert "These emails were already off" in page.text
    agrees(world, first, *EMAILS)
    world.erase(Person(first.id, "first@example.com"))
    assert prospects(world, address) is WithheldReason.SUPPRESSED, "no yes of another takes it off"


def test_a_no_by_the_link_of_a_former_address_stays_with_the_address_when_its_owner_says_yes_again(
    world: World,
) -> None:
    person = world.customer("birch.old@example.com")
    agrees(world, person, *EMAILS)
    path = path_for(world, person.email)
    move(world, person, "birch.new@example.com")
    world.visitor().post(path, PRESSED)
    assert said(world, person) == {"surveys:email"}, "it was theirs, and nobody's since"
    world.clock.move(days=1)
    agrees(world, person, *EMAILS)
    assert prospects(world, "birch.new@example.com") is None
    world.erase(Person(person.id, "birch.new@example.com"))
    assert prospects(world, "birch.old@example.com") is WithheldReason.SUPPRESSED
    assert prospects(world, "birch.old@example.com", "surveys") is None


def test_whoever_has_an_address_again_after_somebody_who_left_is_the_one_who_speaks(
    world: World,
) -> None:
    address = "shared@example.com"
    first = world.customer(address)
    move(world, first, "first@example.com")
    world.erase(world.customer(address))
    move(world, first, address)
    agrees(world, first, *EMAILS)
    path = path_for(world, address)
    move(world, first, "first@example.com")
    world.visitor().post(path, PRESSED)
    assert said(world, first) == {"surveys:email"}


def test_a_no_by_link_while_somebody_is_being_erased_is_kept_for_good(world: World) -> None:
    person = world.customer("birch@example.com")
    agrees(world, person, ("offers", Channel.EMAIL))
    path = path_for(world, person.email)
    with world.parts.work() as work:
        begin_leaving(work, world.parts.context, person.customer_id, When.NOW)
    world.visitor().post(path, PRESSED)
    contact = (Channel.EMAIL.value, world.parts.keyring.hash("email", person.email))
    with world.work() as work:
        assert work.vault.ledger.list_suppressed([contact]) == {contact}
        assert rows_with(work, AuditEntry, name="unsubscribing:stranger:unsubscribed")
