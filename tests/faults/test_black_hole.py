"""A mail server that accepts and says nothing, and a thousand emails: everything else goes on."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.governance.audit.models import AuditWaiting
from portal.identity.accounts.models import CustomerRow
from portal.messaging.email.models import OutboxEmail
from portal.messaging.email.outbox import queue
from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.transport import SmtpTransport
from portal.operations.worker.worker import Worker
from portal.platform.core.mailserver import MailServer
from portal.platform.core.webhooks import Receiver
from portal.platform.encryption.doomed import doom_keys
from tests.consent.webhooks.receiver import new_secret
from tests.messaging.email.refusing import Refusing, refusing_server
from tests.messaging.email.test_transport import EMAIL
from tests.world import World

EMAILS = 1_000
DUE_SECONDS, DOOMED_SECONDS = 5, 10
"""What is promised, and said here as it was measured."""
BUDGET_SECONDS = 2
"""Of the server that is cut off; it is less than one answer may take (`mailserver`)."""
BUSY = 3
"""How many times as long it may take on a loaded machine; ten times as long is a fault."""


@contextmanager
def running(world: World, url: str) -> Iterator[Worker]:
    """A worker that works while the block lasts."""
    press = EmailRenderer.of(world.parts.settings, world.clock)
    worker = Worker(world.parts, press, SmtpTransport(MailServer(url)))
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield worker
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def wait_for(what: str, happened: Callable[[], bool], promised: float) -> None:
    begun = time.monotonic()
    while not happened():
        assert time.monotonic() - begun < promised * BUSY, what
        time.sleep(0.05)
    print(f"{what}: {time.monotonic() - begun:.1f} s")  # noqa: T201  # what was measured


@pytest.mark.parametrize("command", ["HELLO", "END"])
def test_a_due_erasure_and_a_doomed_key_wait_for_no_mail_server(world: World, command: str) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    for _ in range(EMAILS // 100):
        with world.work() as work:
            for _ in range(100):
                queue(work, other.id, EMAIL)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    deaf = Receiver("http://127.0.0.1:9/", [new_secret()])
    world.parts = replace(world.parts, receiver=deaf)
    with refusing_server() as (server, url):
        server.answers = {command: Refusing.SILENT}
        with running(world, url):
            wait_for("the server is being asked", lambda: server.lines > 0, 5)
            doomed = uuid4()
            world.parts.keyring.create(doomed)
            with world.work() as work:
                doom_keys(work, [doomed])
            world.clock.move(days=7, seconds=1)
            gone = lambda: world.parts.keyring.ledger.find(person.id) is not None  # noqa: E731
            wait_for("the due erasure", gone, DUE_SECONDS)
            key_is_gone = lambda: doomed not in world.parts.keyring.read([doomed])  # noqa: E731
            wait_for("the doomed key", key_is_gone, DOOMED_SECONDS)
            wait_for("the audit trail is sealed", lambda: not _exists(world, AuditWaiting), 10)
            assert server.lines < 5, "not once an email"
            server.over.set()
    with world.work() as work:
        assert work.session.get(CustomerRow, person.id) is None
        states = work.session.scalars(select(OutboxEmail.state)).all()
    assert set(states) == {"waiting"}
    assert len(states) == EMAILS + 1, "with the last letter to whoever has left"


def _exists(world: World, table: type[AuditWaiting]) -> bool:
    with world.parts.reading() as work:
        return work.session.scalar(select(table.entry_id).limit(1)) is not None


def test_a_server_that_takes_longer_than_its_budget_is_cut_off(world: World) -> None:
    person = world.customer()
    with world.work() as work:
        queue(work, person.id, EMAIL)
    with refusing_server() as (server, url):
        server.answers = {"MAIL": Refusing.SILENT}
        press = EmailRenderer.of(world.parts.settings, world.clock)
        transport = SmtpTransport(MailServer(url), budget=BUDGET_SECONDS)
        begun = time.monotonic()
        Worker(world.parts, press, transport).send_emails()
        took = time.monotonic() - begun
        server.over.set()
    assert BUDGET_SECONDS <= took < BUDGET_SECONDS * BUSY
    with world.work() as work:
        row = work.session.scalars(select(OutboxEmail)).one()
        assert (row.state, row.reason, row.tries) == ("waiting", "not-reached", 0)
