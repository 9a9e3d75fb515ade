"""Sentences that were not so: each beside what the program does."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.desk.case_outcomes.service import close_case
from portal.desk.case_records.rules import KEPT_AFTER_CLOSING, CaseOutcome
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.messaging.email.models import OutboxEmail
from portal.platform.core.clock import spell_length
from portal.platform.core.webhooks import Receiver
from tests.consent.webhooks.receiver import Listener, listening
from tests.consent.webhooks.steps import announcements, give_up, telling
from tests.pages import Visitor
from tests.self_service.email_change.test_changing import change
from tests.self_service.email_change.test_undone import to_cancellation
from tests.self_service.your_data.downloads import copy_of
from tests.world import World

WAITS = "once our marketing systems know your account is deleted"


def emails_since(world: World, do: Callable[[], object]) -> set[str]:
    world.deliver()
    with world.work() as work:
        before = set(work.session.scalars(select(OutboxEmail.id)))
    do()
    with world.work() as work:
        rows = work.session.scalars(select(OutboxEmail)).all()
        return {row.kind for row in rows if row.id not in before}


def press(visitor: Visitor, path: str, **fields: str) -> None:
    visitor.submit(path, {"csrf_token": visitor.token(), **fields})


def test_the_security_page_promises_letters_of_just_what_letters_tell(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    world.signed_in(person)
    text = visitor.open("/security").text
    assert "After each change to how you sign in, we’ll email you" in text
    assert "We don’t email you when you sign out" in text
    assert "unnoticed" not in text
    told = emails_since(world, lambda: press(visitor, "/security/sessions/end", where="else"))
    assert told == set()


def test_whose_messages_are_emptied_does_not_read_that_they_never_wrote(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    with world.work() as work:
        close_case(work, reference, 1, CaseOutcome.THANKS)
    visitor = world.signed_in(person)
    kept = f"Until {spell_length(KEPT_AFTER_CLOSING)} after we close a message"
    page = visitor.open("/cases")
    assert reference in page.text
    assert kept in page.text
    world.clock.now += KEPT_AFTER_CLOSING
    world.clock.move(days=1)
    world.deliver()
    visitor = world.signed_in(person)
    for path in ("/account", "/cases"):
        text = visitor.open(path).text
        assert reference not in text
        assert "not written to us yet" not in text
        assert "No messages yet" not in text


def test_whoever_leaves_reads_that_their_address_waits_where_another_system_is_told(
    world: World,
) -> None:
    with listening() as there:
        reads_that_it_waits(telling(world, Receiver(there.url, [there.secret])), there)


def reads_that_it_waits(world: World, there: Listener) -> None:
    there.answers = [500] * 40
    reference = world.erase(world.customer())
    email = world.email("Your account is deleted")
    page = world.visitor().open(f"/registrations/gone/{reference}")
    assert "once our marketing systems know your account is deleted" in email.text
    assert "We delete your address once it’s sent" not in email.text
    assert WAITS in page.text
    assert "Then we delete the address" not in page.text
    (row,) = announcements(world)
    assert row.sealed is not None
    give_up(world, there)
    (row,) = announcements(world)
    assert row.sealed is None


def test_whoever_leaves_reads_that_nothing_waits_where_nobody_is_told(world: World) -> None:
    reference = world.erase(world.customer())
    assert "We delete your address once it’s sent." in world.email("Your account is deleted").text
    text = world.visitor().open(f"/registrations/gone/{reference}").text
    assert "Then we delete the address it went to." in text
    assert WAITS not in text


def test_a_request_to_cancel_whose_link_ended_with_the_address_says_that_this_may_be_why(
    world: World,
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    token = to_cancellation(world, person)
    change(world, visitor)
    page = world.visitor().open(f"/contact/confirm/{token}", 410)
    assert "or your email address may have changed" in page.text


@pytest.mark.parametrize("path", ["/privacy"])
def test_the_notice_names_the_address_among_what_stays(world: World, path: str) -> None:
    text = world.visitor().open(path).text
    assert (
        "Your email address, locked with a key of its own, until our marketing systems know" in text
    )
    assert "We delete the address once our marketing systems know your account is deleted" in text


def test_whoever_asks_for_their_number_reads_every_place_that_shows_it_in_full(
    world: World,
) -> None:
    person = world.customer(account_number="MB4471902265")
    visitor = world.signed_in(person)
    page = visitor.open("/profile/account-number")
    assert "in full here and in your download" in page.text
    copy = copy_of(world, person)
    assert "MB4471902265" in copy


def test_whoever_has_closed_their_account_reads_what_the_link_to_choices_does(
    world: World,
) -> None:
    person = world.customer()
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.deliver()
    world.visitor().open("/choices").send(email=person.email)
    email = world.email("Your marketing choices")
    said = " ".join(email.text.split())
    assert "If the account is going to be deleted, you can only turn marketing off." in said
    page = world.visitor().open(email.link)
    assert not page.soup.select("input[type=checkbox]")
