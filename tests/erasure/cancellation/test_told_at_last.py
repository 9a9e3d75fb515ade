"""Whoever leaves reads what signing in does, and, before it is too late, what was done before."""

from collections.abc import Callable

import pytest

from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.staff_accounts.rules import Role
from portal.messaging.email.kinds import KINDS, TOLD_AT_LAST
from portal.messaging.email.message import LEAVING
from portal.platform.web.access import Access, entry_of
from tests.identity.accounts.registering import register
from tests.self_service.email_change.test_changing import NEW
from tests.world import Delivered, Person, World

LAST = "Your account is deleted"
TELLING = ("security:", "entrance:", "recovery:", "mailbox:", "profile:", "records:", "callers:")
"""Families of emails that tell what was done with an account."""
OF_NO_USE_LATER = frozenset(
    {
        "entrance:sign-in-code",
        "mailbox:address-is-taken",
        "mailbox:confirm-email",
        "records:colleague-opened",
        "recovery:begin-anew",
        "recovery:choose-password",
        "recovery:no-account",
    }
)
"""What only leads to something that is gone, or goes to a colleague or a stranger."""


def opens_the_record(world: World, person: Person) -> None:
    senior = world.at_the_desk(world.colleague("lee@example.com", role=Role.SENIOR))
    page = senior.open(f"/staff/customers/{person.id}/record")
    page = page.send(record_part="profile", look_reason="called")
    page.send(f"/staff/customers/{person.id}/record/open")


def registers_again(world: World, person: Person) -> None:
    register(world, email=person.email)


def fails_to_sign_in(world: World, person: Person) -> None:
    visitor = world.visitor()
    for _ in range(6):
        visitor.open("/sign-in").send(email=person.email, password="quite another one 17")


def chooses_a_password(world: World, person: Person) -> None:
    world.visitor().open("/forgotten").send(email=person.email)
    page = world.visitor().open(world.email("Choose a new password").link)
    page.send(password="marble kettle 81 orbit", proof=person.answer)


DEEDS = [opens_the_record, registers_again, fails_to_sign_in, chooses_a_password]


def leads_to_signing_in(world: World, one: Delivered) -> bool:
    endpoint, _ = world.app.url_map.bind("localhost").match(one.link, method="GET")
    with world.app.app_context():
        return one.link == "/sign-in" or entry_of(endpoint).needed is Access.CUSTOMER


@pytest.mark.parametrize("deed", DEEDS)
def test_no_email_leads_whoever_is_leaving_to_sign_in_and_is_silent_about_what_that_does(
    world: World, deed: Callable[[World, Person], None]
) -> None:
    person = world.customer()
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.deliver()
    deed(world, person)
    sent = [one for one in world.deliver() if one.to == person.email]
    assert sent
    for one in sent:
        assert not leads_to_signing_in(world, one) or str(LEAVING) in " ".join(one.text.split())


def test_whoever_is_leaving_can_ask_about_a_look_without_signing_in(world: World) -> None:
    person = world.customer()
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.deliver()
    opens_the_record(world, person)
    (email,) = [one for one in world.deliver() if one.to == person.email]
    text = " ".join(email.text.split())
    assert email.link.endswith("/contact")
    assert "without signing in" in text
    assert "Signing in brings it back" in text


def test_a_look_is_told_although_its_customer_left_before_the_email_went(world: World) -> None:
    person = world.customer()
    opens_the_record(world, person)
    world.erase(person)
    sent = [one for one in world.deliver() if one.to == person.email]
    assert [one.subject for one in sent] == [LAST]
    text = " ".join(sent[0].text.split())
    assert "This also happened on your account, just before:" in text
    assert "A senior support agent opened “Your profile and contact details”" in text
    assert "receipt.txt" in text


def test_a_changed_address_is_told_to_the_former_one_although_the_account_is_gone(
    world: World,
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open("/security/email").send(email=NEW)
    visitor.open(world.email("Confirm your new email address").link).send()
    world.erase(Person(person.id, NEW))
    sent = world.deliver()
    (told,) = [one for one in sent if one.to == person.email]
    assert told.link.endswith("/contact"), "the link that undoes it leads to nothing now"
    assert "The account is being deleted." in told.text
    assert [one.subject for one in sent if one.to == NEW] == [LAST]


def test_of_an_account_where_nothing_waited_the_last_email_says_nothing_more(world: World) -> None:
    person = world.customer()
    opens_the_record(world, person)
    world.deliver()
    world.erase(person)
    assert "This also happened" not in world.email(LAST).text


def test_every_kind_that_tells_what_was_done_outlives_its_customer() -> None:
    telling = {one for one in KINDS if one.startswith(TELLING)}
    assert telling - OF_NO_USE_LATER == TOLD_AT_LAST
    assert telling > OF_NO_USE_LATER
