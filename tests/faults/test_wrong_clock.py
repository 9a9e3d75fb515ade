"""A clock that is wrong erases nobody, destroys no key and signs no receipt; the rest goes on."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from portal.erasure.cancellation.models import CancellationUnderway
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import begin_leaving, leave
from portal.governance.audit.trail import record
from portal.identity.accounts.queries import find_customer
from portal.identity.one_time_tokens.models import OneTimeToken
from portal.messaging.email.outbox import queue
from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.transport import FolderTransport
from portal.operations.backup.erasure_replay import replay
from portal.operations.worker.worker import Worker
from portal.platform.core.clock import utc_clock
from portal.platform.core.errors import WrongClockError
from portal.platform.core.timekeeping import MOST_ASTRAY, Timekeeper, list_references
from portal.platform.encryption.doomed import doom_keys
from portal.self_service.your_data.events import DownloadTaken
from tests.messaging.email.test_transport import EMAIL
from tests.world import LEAVE_LATER, PASSWORD, Person, World

EIGHT_DAYS = timedelta(days=8)


class RealClock:
    """This machine's clock, set wrong by so much."""

    def __init__(self) -> None:
        self.wrong = timedelta()

    def __call__(self) -> datetime:
        return utc_clock() + self.wrong


@pytest.fixture
def clock(world: World) -> RealClock:
    """The portal by this machine's clock, compared with whatever its databases offer."""
    clock = RealClock()
    set_clock(world, clock)
    return clock


def set_clock(world: World, clock: RealClock) -> None:
    """As if the program were started with a clock."""
    engines = world.parts.sessions.engine, world.parts.keyring.engine
    keyring = world.parts.keyring
    keyring._clock = clock
    keeper = Timekeeper(clock, list_references(engines, clock))
    world.parts = replace(world.parts, clock=clock, keyring=keyring, timekeeper=keeper)
    world.app.extensions["portal"] = world.parts


def worker(world: World) -> Worker:
    press = EmailRenderer.of(world.parts.settings, world.parts.clock)
    return Worker(world.parts, press, FolderTransport(world.instance / "mail"))


def leaving(world: World) -> Person:
    """A customer who has seven days, a key that is doomed, and a link that has ended in eight."""
    person = world.customer()
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    return person


def doom(world: World) -> Any:
    doomed = uuid4()
    world.parts.keyring.create(doomed)
    with world.work() as work:
        doom_keys(work, [doomed])
    return doomed


def is_there(world: World, person: Person) -> bool:
    return person.id in world.parts.keyring.read([person.id])


def events(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line[:1] == "{"]


def test_a_worker_eight_days_ahead_erases_nobody_and_says_so_once(
    world: World, clock: RealClock, capsys: pytest.CaptureFixture[str]
) -> None:
    person, doomed = leaving(world), doom(world)
    one = worker(world)
    clock.wrong = EIGHT_DAYS
    with world.work() as work:
        queue(work, person.id, EMAIL)
    for _ in range(3):
        one.do_all()
    assert is_there(world, person)
    assert doomed in world.parts.keyring.read([doomed])
    assert world.parts.keyring.ledger.count() == 0
    said = events(capsys)
    (wrong,) = (line for line in said if line["event"] == "clock-wrong")
    assert abs(wrong["seconds"] - EIGHT_DAYS.total_seconds()) < 60
    assert [line["event"] for line in said].count("email-sent") == 2, "the rest goes on"
    clock.wrong = timedelta()
    one.do_all()
    assert "clock-right-again" in [line["event"] for line in events(capsys)]
    assert world.parts.keyring.read([doomed]) == {}
    assert is_there(world, person)


def test_a_worker_started_eight_days_ahead_erases_nobody(world: World, clock: RealClock) -> None:
    """What it has been running for says nothing then; the database, or the file system, does."""
    person = leaving(world)
    clock.wrong = EIGHT_DAYS
    set_clock(world, clock)
    worker(world).do_all()
    assert is_there(world, person)


def test_a_worker_eight_days_behind_destroys_nothing(
    world: World, clock: RealClock, capsys: pytest.CaptureFixture[str]
) -> None:
    leaving(world)
    doomed = doom(world)
    clock.wrong = -EIGHT_DAYS
    worker(world).do_all()
    assert doomed in world.parts.keyring.read([doomed])
    assert "clock-wrong" in [line["event"] for line in events(capsys)]


def test_a_worker_behind_the_newest_entry_destroys_nothing(world: World) -> None:
    """Where nothing else is there to compare with."""
    leaving(world)
    doomed = doom(world)
    world.worker().do_all()
    doomed = doom(world)
    world.clock.move(minutes=-2)
    world.worker().do_all()
    assert doomed in world.parts.keyring.read([doomed])
    world.clock.move(minutes=1, seconds=1)
    world.worker().do_all()
    assert world.parts.keyring.read([doomed]) == {}, "a minute is nothing"


def test_a_purge_by_a_wrong_clock_deletes_nothing(world: World, clock: RealClock) -> None:
    world.signed_in()
    visitor = world.visitor()
    visitor.open("/forgotten").send(email="rowan@example.com")
    before = world.rows()
    assert before[OneTimeToken.__tablename__]
    clock.wrong = timedelta(days=400)
    worker(world).sweep()
    assert world.rows() == before


def test_a_customer_who_leaves_by_a_wrong_clock_is_erased_when_it_is_right(
    world: World, clock: RealClock
) -> None:
    person = world.customer()
    clock.wrong = EIGHT_DAYS
    done = leave(world.parts.work, world.parts.context, person.customer_id, When.NOW)
    assert done.reference is None, "no receipt yet"
    assert is_there(world, person)
    assert world.rows()[CancellationUnderway.__tablename__] == 1
    clock.wrong = timedelta()
    worker(world).do_all()
    assert is_there(world, person), "the newest entry is a week ahead of us: who is right?"
    world.case()
    for _ in range(2):
        worker(world).do_all()
    line = world.parts.keyring.ledger.find(person.id)
    assert line is not None
    assert line.receipt is not None
    assert abs(line.erased_at - utc_clock()) < timedelta(minutes=5)


def test_a_machine_that_was_off_for_eight_days_erases_who_is_due(world: World) -> None:
    person = leaving(world)
    world.clock.move(days=8)
    world.deliver()
    assert not is_there(world, person)


@pytest.mark.parametrize("wrong", [MOST_ASTRAY - timedelta(seconds=5), timedelta()])
def test_less_than_a_minute_is_no_fault(world: World, clock: RealClock, wrong: timedelta) -> None:
    clock.wrong = wrong
    doomed = doom(world)
    worker(world).do_all()
    assert world.parts.keyring.read([doomed]) == {}


DAY = timedelta(days=1)


@pytest.mark.parametrize("wrong", [-EIGHT_DAYS, EIGHT_DAYS])
def test_whoever_leaves_by_a_page_with_a_wrong_clock_has_seven_days_all_the_same(
    world: World, clock: RealClock, wrong: timedelta, capsys: pytest.CaptureFixture[str]
) -> None:
    """One of two web servers is wrong, and the worker, elsewhere, is right."""
    person = world.customer()
    worker(world).do_all()
    clock.wrong = wrong
    done = leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    assert done.leaves_at is not None
    assert abs(done.leaves_at - utc_clock() - 7 * DAY) < timedelta(minutes=5)
    (said,) = (line for line in events(capsys) if line["event"] == "clock-wrong")
    assert abs(said["seconds"] - wrong.total_seconds()) < 60
    set_clock(world, RealClock())
    world.case()
    for _ in range(2):
        worker(world).do_all()
    assert is_there(world, person)


@pytest.mark.parametrize("wrong", [-EIGHT_DAYS, EIGHT_DAYS])
def test_whoever_leaves_by_the_link_of_a_form_has_seven_days_too(
    world: World, clock: RealClock, wrong: timedelta
) -> None:
    person = world.customer()
    clock.wrong = wrong
    with world.work() as work:
        leaves_at = begin_leaving(work, world.parts.context, person.customer_id, When.LATER)
    assert leaves_at is not None
    assert abs(leaves_at - utc_clock() - 7 * DAY) < timedelta(minutes=5)


@pytest.mark.parametrize("wrong", [-EIGHT_DAYS, EIGHT_DAYS])
def test_whoever_was_leaving_in_an_old_copy_has_seven_days_by_a_right_clock(
    world: World, clock: RealClock, wrong: timedelta
) -> None:
    person = leaving(world)
    clock.wrong = wrong
    replay(world.parts, is_restored=True, report=lambda _: None)
    leaves_at = world.read(find_customer, person.customer_id).leaves_at
    assert abs(leaves_at - utc_clock() - 7 * DAY) < timedelta(minutes=5)


def test_where_nobody_can_tell_what_day_it_is_no_days_are_counted(world: World) -> None:
    """A machine that started with last week's clock, and files: only the trail says so."""
    person = world.customer()
    visitor = world.signed_in(person)
    world.clock.move(days=-8)
    with pytest.raises(WrongClockError):
        leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    assert not world.read(find_customer, person.customer_id).is_closed
    page = visitor.open(LEAVE_LATER)
    world.clock.move(days=8)
    with world.work() as work:
        record(work, DownloadTaken(person.customer_id))
    world.clock.move(minutes=-2)
    answer = page.send(password=PASSWORD, confirm="y", when=When.LATER, status=503)
    assert "wasn’t saved" in answer.text
    assert not world.read(find_customer, person.customer_id).is_closed
    world.clock.move(minutes=2)
    page = visitor.open(LEAVE_LATER)
    assert (
        page.send(password=PASSWORD, confirm="y", when=When.LATER).path == "/registrations/closed"
    )
    assert world.read(find_customer, person.customer_id).leaves_at == world.clock() + 7 * DAY


AHEAD = """
import sys
from datetime import timedelta
from portal.platform.core import clock
right = clock.utc_clock
clock.utc_clock = lambda: right() + timedelta(days=8)
from portal.operations.cli import main
sys.argv = ["portal", "worker"]
main()
"""


def test_a_real_worker_eight_days_ahead_erases_nobody(
    world: World, clock: RealClock, tmp_path: Path
) -> None:
    person = leaving(world)
    settings = world.parts.settings
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
        "PORTAL_DEMONSTRATION": "1",
        "PORTAL_INSTANCE": str(tmp_path),
        "PORTAL_DATABASE_URL": settings.database,
        "PORTAL_KEYRING_URL": settings.keyring,
        "PORTAL_MASTER_KEY": settings.master_key,
        "PORTAL_SECRET_KEY": settings.secret_key,
    }
    said = tmp_path / "said"
    with said.open("w") as file:
        process = subprocess.Popen([sys.executable, "-c", AHEAD], env=environment, stderr=file)  # noqa: S603  # ours
        try:
            wait_until(lambda: "clock-wrong" in said.read_text())
            wait_until(lambda: bool(list((tmp_path / "mail").glob("*.eml"))))
        finally:
            process.terminate()
            assert process.wait(60) == 0
    assert clock.wrong == timedelta()
    assert is_there(world, person)
    assert world.parts.keyring.ledger.count() == 0
    assert said.read_text().count("clock-wrong") == 1


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.1)
