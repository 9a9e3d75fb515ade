"""Our answers that have not gone yet go to the address of today, and to no thief's."""

from collections.abc import Iterator

import pytest

from portal.messaging.email.models import EmailState, OutboxEmail
from portal.messaging.email.undelivered import resend
from tests.desk.undelivered_emails.test_desk import refuse
from tests.messaging.email.refusing import Refusing, refusing_server
from tests.self_service.email_change.test_changing import NEW, OLD, ask, change, emails
from tests.world import World, rows_with

WORDS = "Your PUK is in this answer"
UNDONE = "The change of your email address was undone"


@pytest.fixture
def there() -> Iterator[tuple[Refusing, str]]:
    with refusing_server() as found:
        yield found


def answers(world: World, reference: str) -> None:
    path = f"/staff/cases/{reference}"
    world.at_the_desk().open(path).send(path, step="replied", message=WORDS)


def went_to(world: World) -> set[str]:
    return {one.to for one in world.deliver() if WORDS in one.text}


def test_an_answer_that_waits_while_a_change_is_undone_comes_to_the_owner(world: World) -> None:
    person = world.customer(OLD)
    reference = world.case(person)
    undo = change(world, world.signed_in(person)).link
    answers(world, reference)
    world.visitor().open(undo).send()
    assert went_to(world) == {OLD}


def test_an_answer_that_waits_while_an_address_is_changed_comes_to_the_new_one(
    world: World,
) -> None:
    person = world.customer(OLD)
    reference, visitor = world.case(person), world.signed_in(person)
    ask(visitor)
    link = emails(world)[NEW].link
    answers(world, reference)
    visitor.open(link).send()
    assert went_to(world) == {NEW}


def test_an_answer_that_bounced_is_sent_again_to_the_owner_alone(
    world: World, there: tuple[Refusing, str]
) -> None:
    person = world.customer(OLD)
    reference = world.case(person)
    undo = change(world, world.signed_in(person)).link
    answers(world, reference)
    refuse(world, there)
    world.visitor().open(undo).send()
    with world.work() as work:
        (failed,) = rows_with(work, OutboxEmail, state=EmailState.FAILED, kind="cases:reply")
        assert resend(work, failed.id)
    assert went_to(world) == {OLD}


def test_what_waits_for_a_thief_about_the_account_is_dropped(world: World) -> None:
    person = world.customer(OLD)
    undo = change(world, world.signed_in(person)).link
    world.visitor().open("/choices").send(email=NEW)
    world.visitor().open(undo).send()
    assert [one.subject for one in world.deliver() if one.to == NEW] == [UNDONE]


def test_an_answer_to_a_visitor_whose_address_a_change_took_goes_to_them_alone(
    world: World,
) -> None:
    """The change is undone, so the message is nobody's: neither it nor its link goes elsewhere."""
    person = world.customer(OLD)
    reference = world.case(email=NEW, text="My secret illness")
    world.deliver()
    undo = change(world, world.signed_in(person)).link
    answers(world, reference)
    world.visitor().open(undo).send()
    assert went_to(world) == {NEW}


def test_what_waits_to_say_that_a_visitors_message_came_is_led_to_nobody_else(
    world: World,
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    undo = change(world, visitor).link
    world.clock.move(minutes=1)
    world.case(email=NEW, text="My secret illness")
    world.visitor().open(undo).send()
    assert {one.to for one in world.deliver() if "got your message" in one.subject} == {NEW}


def test_an_email_that_cannot_be_opened_holds_no_undoing_up(world: World) -> None:
    person = world.customer(OLD)
    reference = world.case(person)
    undo = change(world, world.signed_in(person)).link
    answers(world, reference)
    with world.work() as work:
        for row in rows_with(work, OutboxEmail, state=EmailState.WAITING):
            row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    assert "Your old email address is back" in world.visitor().open(undo).send().text
