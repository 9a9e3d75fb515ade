"""What stands at the foot of every email is true for whoever gets it."""

from dataclasses import fields
from uuid import uuid4

import pytest

from portal.messaging.email.message import Email
from portal.messaging.email.reasons import find_reason
from portal.messaging.email.render import EmailRenderer
from tests.architecture.emails import list_writers, write_all
from tests.identity.accounts.registering import register
from tests.world import World

HAS_ACCOUNT = "because you have an account in the Merrow Privacy Centre."
TYPED = "because someone, probably you, typed this address in the Merrow Privacy Centre."
WROTE = "because someone, probably you, sent Merrow a message and gave this address"
STAFF = "because you have an account at the Merrow privacy desk."
BY_WRITER = {
    "identity.accounts.emails.account_is_back": HAS_ACCOUNT,
    "identity.accounts.emails.already_registered": TYPED,
    "identity.accounts.emails.confirm_address": TYPED,
    "identity.account_recovery.emails.choose_password": TYPED,
    "identity.account_recovery.emails.no_account": TYPED,
    "identity.sign_in.emails.sign_in_code": HAS_ACCOUNT,
    "identity.staff_accounts.emails.invitation": "because a colleague set up your account at the",
    "identity.staff_accounts.emails.password_changed": STAFF,
    "consent.marketing.emails.no_choices": TYPED,
    "desk.cases.emails.acknowledgement": WROTE,
    "desk.cases.emails.reply": WROTE,
    "desk.cancellation_requests.emails.confirm_cancellation": HAS_ACCOUNT,
    "self_service.email_change.emails.confirm_email": TYPED,
    "self_service.email_change.emails.email_changed": "had this address until now.",
    "self_service.email_change.emails.email_is_back": HAS_ACCOUNT,
    "self_service.email_change.emails.email_was_undone": "had this address until now.",
    "erasure.cancellation.emails.account_closed": HAS_ACCOUNT,
    "erasure.cancellation.emails.account_erased": "This is our last email to you, because",
}
WRITERS = {name.removeprefix("portal."): writer for name, writer in list_writers()}


@pytest.mark.parametrize(("writer", "said"), BY_WRITER.items(), ids=BY_WRITER.keys())
def test_everybody_reads_why_they_get_an_email(writer: str, said: str) -> None:
    for email in write_all(WRITERS[writer]):
        assert said in find_reason(email, "Merrow")


def test_nobody_is_told_that_they_have_an_account_where_anybody_may_have_typed_the_address() -> (
    None
):
    for writer in WRITERS.values():
        for email in write_all(writer):
            is_told = HAS_ACCOUNT in find_reason(email, "Merrow")
            assert email.is_confirmed or not is_told, email.kind


def test_both_parts_of_an_email_end_alike_with_the_name_of_the_company(world: World) -> None:
    press = EmailRenderer.of(world.parts.settings, world.clock)
    brand, address = world.parts.settings.brand_name, world.parts.settings.address
    for writer in WRITERS.values():
        for email in write_all(writer):
            message = press.make(uuid4(), email)
            for kind in ("plain", "html"):
                part = message.get_body((kind,))
                assert part is not None
                foot = str(part.get_content()).rpartition("We never ask you to send us")[2]
                assert find_reason(email, brand) in foot
                assert f"yourself: {address}" in foot
                assert f"{brand} Privacy Centre" in foot.rstrip().removesuffix("</html>")


def test_after_leaving_comes_one_last_email_and_no_other(world: World) -> None:
    person = world.customer()
    world.case(person)
    world.signed_in(person)
    world.deliver()
    world.erase(person)
    (last,) = world.deliver()
    assert "This is our last email to you" in last.text
    for _ in range(40):
        world.clock.move(days=1)
        assert world.deliver() == []


def test_a_visitor_who_was_answered_is_not_told_of_an_account(world: World) -> None:
    reference = world.case()
    world.deliver()
    path = f"/staff/cases/{reference}"
    world.at_the_desk().open(path).send(path, step="replied", message="We have looked.")
    email = world.email("We replied")
    assert WROTE in email.text
    assert "account" not in email.text.replace("don’t need an account", "")


def test_somebody_who_registers_an_address_is_told_that_it_was_typed(world: World) -> None:
    register(world, email="new@example.com")
    assert TYPED in world.email("Confirm your email address").text


def test_an_instance_of_the_release_before_can_open_every_email() -> None:
    known = "kind to is_confirmed subject name paragraphs reference extract"
    assert [one.name for one in fields(Email)] == [
        *known.split(),
        "action_label",
        "action_path",
        "closing",
    ]
