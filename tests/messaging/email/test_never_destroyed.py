"""An email ends when it was taken, or refused itself; what is the matter with us ends none."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from portal.governance.retention.service import purge
from portal.messaging.email.models import OutboxEmail
from portal.messaging.email.outbox import queue, queue_alone
from portal.messaging.email.undelivered import WORDS_KEPT, resend, send_now
from portal.operations.startup_checks import refuse_unready
from portal.operations.worker.worker import Worker
from portal.platform.core.ids import CustomerId
from portal.platform.core.ledger import new_receipt_number
from portal.platform.encryption.crypto import MasterKeys, new_master_text
from portal.platform.encryption.keyring import Keyring
from portal.platform.encryption.models import PersonKey
from portal.platform.runtime import Runtime
from portal.platform.settings import SettingsError
from tests.identity.accounts.registering import register
from tests.messaging.email.refusing import Refusing, refusing_server
from tests.messaging.email.test_transport import EMAIL, make_worker
from tests.world import World

ABOUT_US = {
    "the greeting turns us away": {"HELLO": "554 5.7.1 not you"},
    "it is closing": {"HELLO": "421 later"},
    "our password is wrong": {"AUTH": "535 5.7.8 wrong"},
    "our account is closed": {"AUTH": "534 5.7.9 closed"},
    "our sender is refused": {"MAIL": "553 5.1.8 not from there"},
    "our sender is refused in another way": {"MAIL": "550 5.7.1 no"},
    "it closes before it knows whom it is for": {"MAIL": "421 4.3.2 going down"},
    "it wants to be signed in to": {"RCPT": "530 5.7.0 sign in first"},
    "it hangs up at once": {"HELLO": Refusing.HANG_UP},
}
FOR_GOOD = {
    "550 5.1.1 <rowan@example.com> unknown": "no-such-address",
    "550 no": "refused",
    "551 5.1.6 moved": "no-such-address",
    "552 5.2.2 full": "mailbox-full",
    "554 5.7.1 policy": "policy",
}


@pytest.fixture
def there() -> Iterator[tuple[Refusing, str]]:
    with refusing_server() as found:
        yield found


def write(world: World, emails: int = 1) -> None:
    person = world.customer()
    for _ in range(emails):
        with world.work() as work:
            queue(work, person.id, EMAIL)


def rows(world: World) -> list[Any]:
    with world.work() as work:
        found = list(work.session.scalars(select(OutboxEmail).order_by(OutboxEmail.created_at)))
        work.session.expunge_all()
    return found


def with_master(world: World, master: str) -> Runtime:
    """The parts of a program that was given another master key."""
    parts = world.parts
    keyring = Keyring(parts.keyring.engine, MasterKeys.from_text(master), world.clock)
    return replace(parts, keyring=keyring)


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line[:1] == "{"]


# ------------------------------------------------------------------------------ a key that is wrong


def test_a_worker_with_the_wrong_master_key_does_not_start(world: World) -> None:
    with pytest.raises(SettingsError, match="PORTAL_MASTER_KEY is another one"):
        refuse_unready(with_master(world, new_master_text()))
    refuse_unready(world.parts)


def test_a_worker_with_the_wrong_master_key_destroys_no_email(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    write(world, emails=3)
    before = [row.sealed for row in rows(world)]
    right = world.parts
    world.parts = with_master(world, new_master_text())
    for _ in range(3):
        world.worker().do_all()
        world.clock.move(hours=2)
    assert [row.sealed for row in rows(world)] == before
    events = [line["event"] for line in logged(capsys)]
    assert events.count("email-unreadable") == 3, "each is said once"
    world.parts = right
    with world.work() as work:
        send_now(work)
    assert len(world.deliver()) == 3


def test_a_running_worker_stops_when_the_keyring_changes_under_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    write(world)
    worker = world.worker()
    worker._look_at_keyring()
    assert not worker._stop.is_set()
    keyring = world.parts.keyring
    both = MasterKeys.from_text(new_master_text(), world.parts.settings.master_key)
    Keyring(keyring.engine, both, world.clock).rewrap(lambda _: None)
    world.clock.move(minutes=1)
    capsys.readouterr()
    assert worker.run(worker._stop) is False
    said = [line["event"] for line in logged(capsys)]
    assert said == ["worker-started", "keyring-closed"]
    (row,) = rows(world)
    assert row.sealed is not None


def test_a_running_worker_stops_when_another_keyring_lies_there(world: World) -> None:
    worker = world.worker()
    worker._look_at_keyring()
    keyring = world.parts.keyring
    with keyring.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM secret")
    Keyring(keyring.engine, keyring.masters, world.clock).prepare()
    world.clock.move(minutes=1)
    assert worker.run(worker._stop) is False


def test_an_email_whose_key_is_lost_waits_and_is_said_once(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    write(world)
    with world.parts.keyring.engine.begin() as connection:
        connection.execute(delete(PersonKey))
    for _ in range(3):
        world.worker().do_all()
        world.clock.move(days=5)
    (row,) = rows(world)
    assert (row.state, row.reason) == ("waiting", "unreadable")
    assert row.sealed is not None
    assert [line["event"] for line in logged(capsys)].count("email-unreadable") == 1


def test_an_email_to_somebody_whom_the_ledger_knows_as_erased_ends(world: World) -> None:
    write(world)
    (row,) = rows(world)
    with world.work() as work:
        work.vault.erase_person(CustomerId(row.person_id), new_receipt_number())
    world.worker().do_all()
    (row,) = rows(world)
    assert (row.state, row.sealed, row.reason) == ("failed", None, "erased")


def test_a_registration_that_lapses_takes_its_waiting_email_with_it(world: World) -> None:
    register(world)
    world.clock.move(days=2)
    world.worker().sweep()
    world.worker().do_all()
    assert rows(world) == []


# ------------------------------------------------------------------------------ what servers say


@pytest.mark.parametrize("answers", ABOUT_US.values(), ids=ABOUT_US)
def test_what_a_server_says_of_us_ends_no_email(
    world: World, there: tuple[Refusing, str], answers: dict[str, str]
) -> None:
    server, url = there
    server.answers = dict(answers)
    write(world, emails=3)
    worker = make_worker(world, url)
    for _ in range(9):
        worker.do_all()
        world.clock.move(days=1)
    assert {(row.state, row.tries) for row in rows(world)} == {("waiting", 0)}
    assert all(row.sealed for row in rows(world))
    assert server.lines <= 9, "one try each time, whatever waits"
    server.answers = {}
    worker.do_all()
    assert len(server.taken) == 3


def test_a_server_without_tls_is_not_talked_to(world: World) -> None:
    with refusing_server("smtp+starttls") as (server, url):
        write(world)
        make_worker(world, url).do_all()
        (row,) = rows(world)
        assert (row.state, row.reason, server.taken) == ("waiting", "no-tls", [])


def test_a_server_that_lets_nobody_sign_in_is_away(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    server.offers = []
    write(world)
    make_worker(world, url).do_all()
    (row,) = rows(world)
    assert (row.state, row.reason) == ("waiting", "sign-in-refused")


@pytest.mark.parametrize("command", ["RCPT", "END"])
@pytest.mark.parametrize(("answer", "reason"), FOR_GOOD.items())
def test_what_is_said_of_one_email_ends_that_one_with_its_code(  # noqa: PLR0913, PLR0917  # what is tried
    world: World,
    there: tuple[Refusing, str],
    command: str,
    answer: str,
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server, url = there
    server.answers = {command: answer}
    write(world)
    make_worker(world, url).do_all()
    (row,) = rows(world)
    assert (row.state, row.reason, row.code) == ("failed", reason, int(answer[:3]))
    assert row.sealed is not None, "it can be sent again"
    (line,) = (one for one in logged(capsys) if one["event"] == "email-given-up")
    assert (line["code"], line["reason"], line["level"]) == (int(answer[:3]), reason, "error")
    assert "rowan" not in json.dumps(line)


def test_one_that_is_put_off_is_given_up_after_seven_days(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    server.answers = {"RCPT": "450 4.2.0 greylisted"}
    write(world)
    worker = make_worker(world, url)
    for _ in range(8):
        worker.do_all()
        assert rows(world)[0].state == "waiting"
        world.clock.move(hours=22)
    worker.do_all()
    assert rows(world)[0].state == "failed"


def test_days_without_a_server_do_not_count_against_an_email(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    server.answers = {"HELLO": "421 later"}
    write(world)
    worker = make_worker(world, url)
    worker.do_all()
    world.clock.move(days=20)
    server.answers = {"RCPT": "450 4.2.0 greylisted"}
    worker.do_all()
    assert rows(world)[0].state == "waiting"
    world.clock.move(hours=1)
    server.answers = {}
    worker.do_all()
    assert rows(world)[0].state == "sent"


def test_an_email_that_was_taken_is_sent_whatever_the_good_bye_is(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    for answer in ("421 going", "500 what", Refusing.HANG_UP):
        server.answers = {"QUIT": answer}
        with world.work() as work:
            queue_alone(work, EMAIL)
        make_worker(world, url).do_all()
    assert {row.state for row in rows(world)} == {"sent"}
    assert len(server.taken) == 3, "none goes twice"


# ------------------------------------------------------------------------------ again


def test_one_that_was_refused_can_be_sent_again_for_a_week(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    server.answers = {"RCPT": "550 5.1.1 unknown"}
    write(world)
    worker = make_worker(world, url)
    worker.do_all()
    server.answers = {}
    world.clock.move(days=6)
    worker.do_all()
    (row,) = rows(world)
    with world.work() as work:
        assert resend(work, row.id)
    worker.do_all()
    assert rows(world)[0].state == "sent"


def test_the_words_of_one_that_was_given_up_go_after_a_week_with_their_own_key(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    server.answers = {"RCPT": "550 5.1.1 unknown"}
    with world.work() as work:
        queue_alone(work, EMAIL)
    worker = make_worker(world, url)
    worker.do_all()
    (row,) = rows(world)
    assert row.id in world.parts.keyring.read([row.id])
    world.clock.move(days=WORDS_KEPT.days, seconds=1)
    purge(world.parts.work, world.parts.register)
    assert rows(world)[0].sealed is None
    assert world.parts.keyring.read([row.id]) == {}
    with world.work() as work:
        assert resend(work, row.id) is False


def test_the_words_of_one_that_was_given_up_go_when_its_person_is_erased(
    world: World, there: tuple[Refusing, str]
) -> None:
    server, url = there
    server.answers = {"RCPT": "550 5.1.1 unknown"}
    person = world.customer()
    with world.work() as work:
        queue(work, person.id, EMAIL)
    make_worker(world, url).do_all()
    world.erase(person)
    assert [row.kind for row in rows(world)] == ["cancellation:account-erased"]


def test_a_worker_told_to_stop_leaves_the_rest_for_the_next(
    world: World, there: tuple[Refusing, str]
) -> None:
    write(world, emails=2)
    worker: Worker = make_worker(world, there[1])
    worker._stop.set()
    worker.do_all()
    assert {row.state for row in rows(world)} == {"waiting"}
    assert timedelta() == worker._email_sender._breaker.pause
