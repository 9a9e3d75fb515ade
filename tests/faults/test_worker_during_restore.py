"""A worker that nobody stopped does nothing while a copy is put back under it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.erasure.cancellation import service
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import find_customer
from portal.messaging.email.outbox import queue
from portal.operations.backup.backup import back_up
from portal.operations.backup.restore import RestoreRequest, restore
from portal.operations.restore_check import RESTORING
from portal.operations.worker.worker import Worker
from tests.databases import tools
from tests.messaging.email.test_transport import EMAIL
from tests.world import Person, World


@pytest.fixture
def world(world: World) -> World:
    """A portal that knows where the programs of its PostgreSQL are."""
    if world.parts.sessions.engine.dialect.name == "postgresql":
        settings = replace(world.parts.settings, postgresql_tools=str(tools()))
        world.parts = replace(world.parts, settings=settings)
    return world


def due(world: World) -> Person:
    """Somebody whose seven days have passed, and an email that waits."""
    person, other = world.customer(), world.customer("other@example.com")
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.deliver()
    with world.work() as work:
        queue(work, other.id, EMAIL)
    return person


def do_each(worker: Worker) -> None:
    """Every job that had begun when the restore did."""
    for job in worker.jobs:
        job.do_now()


def is_whole(world: World, person: Person) -> bool:
    """Whether nothing was begun with somebody."""
    if world.parts.keyring.ledger.find(person.id) is not None:
        return False
    with world.work() as work:
        decided = select(CustomerRow.decided_at).where(CustomerRow.id == person.id)
        return work.session.scalars(decided).one() is None


def test_a_worker_does_nothing_while_the_note_is_there_and_goes_on_afterwards(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    person, worker = due(world), world.worker()
    world.clock.move(days=8)
    world.parts.keyring.keep_note(RESTORING, json.dumps({"entries": 0}))
    before = world.rows()
    for _ in range(2):
        worker.do_all()
        do_each(worker)
    assert world.deliver() == []
    assert is_whole(world, person)
    assert world.rows() == before
    world.parts.keyring.keep_note(RESTORING, None)
    worker.do_all()
    assert not is_whole(world, person)
    said = capsys.readouterr().err
    assert said.count('"copy-being-put-back"') == 2, "once by each worker"
    assert said.count('"copy-put-back"') == 1
    assert '"job-put-off"' in said
    assert "-failed" not in said


def test_a_worker_at_work_in_a_copy_that_is_being_put_back_leaves_it_as_it_is(
    world: World,
) -> None:
    person, worker = due(world), world.worker()
    folder = world.instance / "copies"
    back_up(world.parts, folder, folder / "keyring", lambda _: None)
    assert len(world.deliver()) == 1
    world.clock.move(days=8)
    seen = []

    def work_on(_: int) -> None:
        do_each(worker)
        seen.append(is_whole(world, person))

    restore(world.parts, folder, RestoreRequest(), report=work_on)
    assert seen
    assert all(seen)
    do_each(worker)
    assert world.deliver() == [], "the email went before"
    customer = world.read(find_customer, person.customer_id)
    assert customer.leaves_at == world.clock() + timedelta(days=7)


def test_what_a_worker_had_begun_when_the_restore_did_is_undone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, worker = due(world), world.worker()
    world.clock.move(days=8)
    decide = service.decide

    def decide_when_it_begins(*args: Any) -> None:
        decide(*args)
        world.parts.keyring.keep_note(RESTORING, json.dumps({"entries": 0}))

    monkeypatch.setattr(service, "decide", decide_when_it_begins)
    do_each(worker)
    assert world.parts.keyring.read_note(RESTORING), "it had begun"
    assert is_whole(world, person)
