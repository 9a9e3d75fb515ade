"""A change of address that waits is shown where it matters, and cancelled with one button."""

import pytest

from portal.self_service.email_change.service import cancel_change
from tests.pages import Visitor
from tests.self_service.account_security.steps import is_in, visit_of
from tests.self_service.email_change.test_changing import NEW, OLD, address_of, ask, emails
from tests.world import World, fail_after

CANCEL = "/security/email/cancel"
PAGES = ["/security", "/security/email"]


def waiting(world: World) -> tuple[Visitor, str]:
    """Somebody who asked for another address, and the link that would confirm it."""
    visitor = world.signed_in(world.customer(OLD))
    ask(visitor)
    return visitor, emails(world)[NEW].link


@pytest.mark.parametrize("path", PAGES)
def test_a_change_that_waits_is_shown_with_the_button_that_cancels_it(
    world: World, path: str
) -> None:
    visitor, _ = waiting(world)
    page = visitor.open(path)
    assert NEW in page.text
    assert "Until you use it, we’ll keep using your old address" in page.text
    page = page.send(CANCEL)
    assert page.path == "/security"
    assert page.flashes == [
        "We’ve cancelled the change. Your email address stays as it is.",
    ]
    assert NEW not in page.text
    assert NEW not in visitor.open("/security/email").text


@pytest.mark.parametrize("path", PAGES)
def test_without_a_change_that_waits_there_is_nothing_to_cancel(world: World, path: str) -> None:
    visitor, link = waiting(world)
    visitor.open(link).send()
    assert "Cancel this change" not in visitor.open(path).text, "it is confirmed"
    ask(visitor, "third@example.org")
    world.clock.move(hours=25)
    later = world.signed_in(world.customer("jules@example.com"))
    assert "Cancel this change" not in later.open(path).text, "it is somebody else’s"


def test_a_cancelled_change_leaves_no_row_and_its_link_is_dead(world: World) -> None:
    visitor, link = waiting(world)
    visitor.open("/security").send(CANCEL)
    rows = world.rows()
    assert (rows["email_change"], rows["one_use_token"]) == (0, 0)
    dead = world.visitor().open(link, 410)
    assert dead.title == "This link no longer works"
    assert "cancelled" in dead.text
    assert is_in(visitor)


def test_cancelling_is_recorded_and_told_on_the_home_page_and_to_nobody_by_email(
    world: World,
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    ask(visitor)
    emails(world)
    visitor.open("/security").send(CANCEL)
    assert world.deliver() == []
    [line] = world.audit("mailbox:change:cancelled")
    assert (line.subject_id, line.actor_id, line.facts) == (person.id, person.id, {})
    assert "You cancelled the change of your email address" in visitor.open("/account").text
    assert address_of(world, person) == OLD


def test_the_button_of_a_page_that_was_left_open_says_that_nothing_waits(world: World) -> None:
    visitor, link = waiting(world)
    first, second = visitor.open("/security"), visitor.open("/security/email")
    first.send(CANCEL)
    assert second.send(CANCEL).flashes == ["There’s no change of email address to cancel."]
    assert len(world.audit("mailbox:change:cancelled")) == 1
    ask(visitor)
    late = visitor.open("/security")
    visitor.open(emails(world)[NEW].link).send()
    assert late.send(CANCEL).flashes == ["There’s no change of email address to cancel."]
    assert NEW in visitor.open("/security").text, "what is confirmed stays"
    world.visitor().open(link, 410)


def test_nobody_cancels_the_change_of_another(world: World) -> None:
    visitor, link = waiting(world)
    other = world.signed_in(world.customer("jules@example.com"))
    assert other.send(CANCEL).location == "/security"
    assert world.visitor().open(link).title == "Use this address from now on?"
    assert NEW in visitor.open("/security").text


def test_a_change_can_be_cancelled_without_a_fresh_proof(world: World) -> None:
    visitor, link = waiting(world)
    page = visitor.open("/security")
    world.clock.move(minutes=6)
    assert page.send(CANCEL).path == "/security"
    world.visitor().open(link, 410)


def test_a_cancelling_that_fails_leaves_the_change_waiting(world: World) -> None:
    visitor, link = waiting(world)
    visit = visit_of(world, visitor)
    fail_after(world, lambda work: cancel_change(work, visit))
    assert world.visitor().open(link).title == "Use this address from now on?"
    assert world.audit("mailbox:change:cancelled") == []
