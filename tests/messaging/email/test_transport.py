"""Emails leave through a real mail server, once, whatever it answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.messaging.email.message import Email
from portal.messaging.email.models import OutboxEmail
from portal.messaging.email.outbox import queue
from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.transport import FolderTransport, SmtpTransport
from portal.operations.worker.worker import Worker
from portal.platform.core.ledger import new_receipt_number
from portal.platform.core.mailserver import MailServer
from portal.platform.settings import ROOT
from tests.postman import Postman, mail_server
from tests.world import Person, World, fail_after

EMAIL = Email(
    kind="test:letter",
    to="rowan@example.com",
    is_confirmed=True,
    subject="Grüße & <greetings>",
    name="Rowan",
    paragraphs=("First <b>part</b>.", "Second part."),
    reference="PC-7K4Q-92W",
    action_label="Go on",
    action_path="/account",
    closing=("Good-bye.",),
)


@pytest.fixture
def postman() -> Iterator[tuple[Postman, str]]:
    with mail_server() as found:
        yield found


def make_worker(world: World, url: str) -> Worker:
    settings = world.parts.settings
    press = EmailRenderer(
        ROOT / "templates",
        brand=settings.brand_name,
        public_url="https://privacy.example.com",
        sender=settings.mail_from,
        host="privacy.example.com",
        clock=world.clock,
    )
    return Worker(world.parts, press, SmtpTransport(MailServer(url)))


def write(world: World) -> Person:
    person = world.customer()
    with world.work() as work:
        queue(work, person.id, EMAIL)
    return person


def read_row(world: World) -> OutboxEmail:
    with world.work() as work:
        row: OutboxEmail = work.session.query(OutboxEmail).one()
        return row


def test_a_letter_is_handed_over_and_its_words_are_forgotten(
    world: World, postman: tuple[Postman, str]
) -> None:
    handler, url = postman
    write(world)
    make_worker(world, url).do_all()
    (envelope,) = handler.taken
    assert envelope.rcpt_tos == ["rowan@example.com"]
    content = envelope.content
    assert isinstance(content, bytes)
    assert b"Second part." in content
    assert b"First <b>part" not in content.split(b"text/html")[1]
    row = read_row(world)
    assert (row.state, row.sealed) == ("sent", None)


def test_a_busy_server_is_tried_again_later_with_the_same_message_id(
    world: World, postman: tuple[Postman, str]
) -> None:
    handler, url = postman
    handler.answers = ["451 Later"]
    write(world)
    worker = make_worker(world, url)
    worker.do_all()
    assert handler.taken == []
    worker.do_all()
    assert handler.taken == [], "not before its pause is over"
    world.clock.move(minutes=1, seconds=1)
    worker.do_all()
    content = handler.taken[0].content
    assert isinstance(content, bytes)
    assert str(read_row(world).id).encode() in content


def test_a_final_refusal_ends_it(world: World, postman: tuple[Postman, str]) -> None:
    handler, url = postman
    handler.answers = ["550 Never"]
    write(world)
    make_worker(world, url).do_all()
    row = read_row(world)
    assert (row.state, row.reason, row.code) == ("failed", "refused", 550)


def test_without_a_server_the_letter_waits_as_long_as_it_takes(
    world: World, postman: tuple[Postman, str]
) -> None:
    write(world)
    worker = make_worker(world, "smtp://127.0.0.1:9")
    for _ in range(3):
        worker.do_all()
        row = read_row(world)
        assert (row.state, row.tries, row.reason) == ("waiting", 0, "not-reached")
        world.clock.move(days=7, minutes=1)
    handler, url = postman
    make_worker(world, url).do_all()
    assert len(handler.taken) == 1


def test_one_bad_letter_does_not_hold_up_the_others(
    world: World, postman: tuple[Postman, str]
) -> None:
    handler, url = postman
    handler.answers = ["550 Never", "250 Taken"]
    person = write(world)
    with world.work() as work:
        queue(work, person.id, EMAIL)
    make_worker(world, url).do_all()
    assert len(handler.taken) == 1


def test_a_letter_written_in_a_transaction_that_fails_is_never_sent(
    world: World, postman: tuple[Postman, str]
) -> None:
    handler, url = postman
    person = world.customer()
    fail_after(world, lambda work: queue(work, person.id, EMAIL))
    make_worker(world, url).do_all()
    assert handler.taken == []


def test_the_words_of_a_waiting_letter_cannot_be_read_in_the_database(world: World) -> None:
    write(world)
    sealed = read_row(world).sealed
    assert sealed is not None
    assert b"rowan" not in sealed


def test_a_letter_to_somebody_erased_is_not_sent(
    world: World, postman: tuple[Postman, str]
) -> None:
    handler, url = postman
    person = write(world)
    with world.work() as work:
        work.vault.erase_person(person.id, new_receipt_number())
    make_worker(world, url).do_all()
    assert handler.taken == []


def test_a_folder_stands_in_for_a_server(world: World, tmp_path: Path) -> None:
    press = EmailRenderer(
        ROOT / "templates",
        brand="Merrow",
        public_url="http://localhost:8000",
        sender="privacy@example.com",
        host="localhost",
        clock=world.clock,
    )
    person = world.customer()
    message = press.make(person.id, EMAIL)
    for _ in range(2):
        FolderTransport(tmp_path / "mail").send(message, EMAIL.to)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"http://localhost:8000/account" in file.read_bytes()


@pytest.mark.parametrize("url", ["http://mail.example.com", "smtp://", "mail.example.com"])
def test_an_address_that_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="PORTAL_SMTP_URL"):
        MailServer(url)
