"""A server that hangs up at one email, or never says whether it took it, or takes its time."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.messaging.email.delivery import (
    UNCLEAR,
    DeliveryResult,
    FailureReason,
    Outcome,
    pause_unanswered,
)
from portal.messaging.email.models import OutboxEmail
from portal.messaging.email.outbox import queue
from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.sending import CLAIM
from portal.messaging.email.smtp_submission import END_SECONDS
from portal.messaging.email.transport import BUDGET_SECONDS, LEAVING_SECONDS, SmtpTransport
from portal.messaging.email.undelivered import send_now
from portal.operations.worker.email_sending import IN_A_ROW
from portal.operations.worker.worker import Worker
from portal.platform.core.mailserver import MailServer
from tests.messaging.email.refusing import Refusing, refusing_server
from tests.messaging.email.test_transport import EMAIL
from tests.world import World

BREAKS = [
    *(("RCPT", "421 4.3.2 going down"), ("RCPT", Refusing.HANG_UP), ("RCPT", Refusing.SILENT)),
    *(("DATA", "421 4.3.2 going down"), ("DATA", Refusing.HANG_UP), ("DATA", Refusing.SILENT)),
    *(("END", "421 4.3.2 going down"), ("END", Refusing.HANG_UP), ("END", Refusing.SILENT)),
    ("END", Refusing.DRIP),
]
"""All the places where it may do so once it knows whom an email is for."""
BY_NIGHT = [
    one
    if one in {BREAKS[1], BREAKS[3], BREAKS[8]}
    else pytest.param(*one, marks=pytest.mark.nightly)
    for one in BREAKS
]
"""The same, all but one of each kind in a run of everything alone: each takes its time."""
SHORT_SECONDS = 2.0
CANNOT = "can’t send emails"


@pytest.fixture
def there() -> Iterator[tuple[Refusing, str]]:
    with refusing_server() as found:
        yield found


def write(world: World, person_id: object, to: str = EMAIL.to, emails: int = 1) -> None:
    for _ in range(emails):
        with world.work() as work:
            queue(work, person_id, replace(EMAIL, to=to))  # type: ignore[arg-type]
        world.clock.move(seconds=1)


def hire(world: World, url: str, seconds: float = 60, end: float = 60) -> Worker:
    """A worker, with as much patience as it is given."""
    press = EmailRenderer.of(world.parts.settings, world.clock)
    return Worker(world.parts, press, SmtpTransport(MailServer(url), seconds, end))


def states(world: World) -> set[tuple[str, str | None]]:
    with world.parts.reading() as work:
        return {(row.state, row.reason) for row in work.session.scalars(select(OutboxEmail))}


def wait_until(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.02)


# ------------------------------------------------------------------------------ once, and not again


def test_somebody_gets_an_email_once_from_a_server_that_takes_its_time(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    server.waits["END"] = threading.Event()
    threading.Timer(1.5 * SHORT_SECONDS, server.waits["END"].set).start()
    write(world, world.customer().id)
    worker = hire(world, url, seconds=SHORT_SECONDS)
    for _ in range(3):
        worker.send_emails()
        world.clock.move(days=1)
    assert states(world) == {("sent", None)}
    assert server.handed == 1


def test_a_server_has_the_time_that_the_standard_gives_it_for_its_last_word() -> None:
    assert timedelta(seconds=END_SECONDS) >= timedelta(minutes=10), "RFC 5321, 4.5.3.2.6"
    longest = BUDGET_SECONDS + END_SECONDS + LEAVING_SECONDS
    assert CLAIM.total_seconds() >= longest + 60, "no other worker sends it meanwhile"


@pytest.mark.parametrize("answer", [Refusing.SILENT, Refusing.HANG_UP])
def test_somebody_whose_server_never_confirms_an_email_gets_it_six_times_and_no_more(
    world: World, there: tuple[Refusing, str], answer: str
) -> None:
    server, url = there
    server.answers = {"END": answer}
    write(world, world.customer().id)
    worker = hire(world, url, end=0.05)
    for _ in range(24 * 12):
        worker.send_emails()
        world.clock.move(hours=1)
    assert server.handed == 6
    assert states(world) == {("failed", "unanswered")}


def test_the_pauses_of_an_email_that_may_have_arrived_are_those_that_are_written_down() -> None:
    at, tries = timedelta(), []
    while at < timedelta(days=7):
        at += pause_unanswered(at)
        tries.append(at // timedelta(hours=1))
    assert tries[:5] == [1, 3, 9, 27, 81]


def test_an_email_that_is_being_sent_is_not_sent_now_as_well(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    server.answers = {"RCPT": "450 4.2.0 later"}
    write(world, world.customer().id)
    one, other = hire(world, url), hire(world, url)
    one.send_emails()
    world.clock.move(minutes=2)
    server.answers, server.waits["END"] = {}, threading.Event()
    sending = threading.Thread(target=one.send_emails)
    sending.start()
    wait_until(lambda: server.handed == 1)
    with world.work() as work:
        assert send_now(work) == 0
    server.waits["END"].set()
    other.send_emails()
    sending.join(60)
    assert states(world) == {("sent", None)}
    assert server.handed == 1


def test_an_email_whose_worker_died_goes_now_once_nobody_can_be_sending_it(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    server.answers = {"RCPT": "450 4.2.0 later"}
    write(world, world.customer().id)
    worker = hire(world, url)
    worker.send_emails()
    with world.work() as work:
        assert send_now(work) == 1, "it waits, and nobody is at it"
        row = work.session.scalars(select(OutboxEmail)).one()
        row.due_at, row.claimed_until = work.now + timedelta(days=1), work.now + CLAIM
    world.clock.move(seconds=CLAIM.total_seconds())
    with world.work() as work:
        assert send_now(work) == 1


# ------------------------------------------------------------------------------ one, or all


@pytest.mark.parametrize(("command", "answer"), BY_NIGHT)
def test_emails_at_which_the_server_breaks_off_hold_up_no_other(
    world: World, there: tuple[Refusing, str], command: str, answer: str
) -> None:
    server, url = there
    server.answers, server.only_at = {command: answer}, b"bad@"
    bad, good = world.customer("bad@example.com"), world.customer("good@example.com")
    hangs = answer in {Refusing.SILENT, Refusing.DRIP}
    patience = SHORT_SECONDS if hangs else 60
    write(world, bad.id, bad.email, emails=1 if hangs else 6)
    write(world, good.id, good.email)
    worker = hire(world, url, seconds=patience, end=patience)
    worker.send_emails()
    assert len(server.taken) == 1, "in the same round"
    assert CANNOT not in world.visitor().open("/forgotten/sent").text
    for _ in range(3):
        write(world, good.id, good.email)
        world.clock.move(days=3)
        worker.send_emails()
    assert len(server.taken) == 4
    assert {state for state, reason in states(world) if reason in UNCLEAR} == {"failed"}
    assert CANNOT not in world.visitor().open("/forgotten/sent").text


@pytest.mark.parametrize("command", ["RCPT", "DATA", "END"])
def test_a_server_that_breaks_off_at_every_email_is_left_alone_and_ends_none(
    world: World, there: tuple[Refusing, str], command: str
) -> None:
    server, url = there
    server.answers = {command: "421 4.3.2 going down"}
    write(world, world.customer().id, emails=IN_A_ROW + 5)
    worker = hire(world, url)
    worker.send_emails()
    assert server.lines == IN_A_ROW
    assert CANNOT in world.visitor().open("/forgotten/sent").text
    for _ in range(10):
        world.clock.move(days=1)
        worker.send_emails()
    assert {state for state, _ in states(world)} == {"waiting"}
    server.answers = {}
    world.clock.move(days=1)
    worker.send_emails()
    assert states(world) == {("sent", None)}


def test_a_server_that_confirms_no_email_is_left_alone(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    server.answers = {"END": Refusing.HANG_UP}
    write(world, world.customer().id, emails=IN_A_ROW + 5)
    hire(world, url).send_emails()
    assert server.lines == IN_A_ROW


@pytest.mark.parametrize("answer", ["555 5.5.4 unknown", "553 5.6.7 no", Refusing.HANG_UP])
def test_an_address_that_the_server_promised_to_take_and_does_not_holds_up_no_other(
    world: World, there: tuple[Refusing, str], answer: str
) -> None:
    server, url = there
    server.offers = ["AUTH PLAIN", "SMTPUTF8"]
    server.answers, server.only_at = {"MAIL": answer}, b"SMTPUTF8"
    person = world.customer()
    write(world, person.id, "weiß@example.com", emails=3)
    write(world, person.id)
    hire(world, url).send_emails()
    assert len(server.taken) == 1


@pytest.mark.parametrize("answer", ["552 too large", "554 5.3.4 too large", "452 4.3.4 too large"])
def test_an_email_that_is_too_large_is_told_so_at_once_and_holds_up_no_other(
    there: tuple[Refusing, str], answer: str, world: World
) -> None:
    server, url = there
    server.answers = {"MAIL": answer}
    message = EmailRenderer.of(world.parts.settings, world.clock).make(world.customer().id, EMAIL)
    outcome = SmtpTransport(MailServer(url)).send(message, EMAIL.to)
    verdict = DeliveryResult.NEVER if answer[0] == "5" else DeliveryResult.LATER
    assert outcome == Outcome(verdict, FailureReason.TOO_LARGE, int(answer[:3]))


def test_lines_that_begin_with_a_dot_arrive_as_they_are(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    message = EmailRenderer.of(world.parts.settings, world.clock).make(world.customer().id, EMAIL)
    message.clear_content()
    message.set_content(".hidden\n..\nplain\n.\nend", cte="7bit")
    SmtpTransport(MailServer(url)).send(message, EMAIL.to)
    (taken,) = server.taken
    assert b"\r\n\r\n..hidden\r\n...\r\nplain\r\n..\r\nend\r\n" in taken
