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
from tests.world import World, rows_with

PRESSED = {"List-Unsubscribe": "One-Click"}
CAMPAIGN = Campaign(purpose="offers", channel=Channel.EMAIL)


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
