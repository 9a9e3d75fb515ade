"""`emails list`, `emails resend` and `emails send-now`, as somebody at a terminal."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess
from uuid import UUID, uuid4

import pytest

from portal.identity.credentials.rules import QUESTIONS
from portal.messaging.email.delivery import DeliveryResult, FailureReason, Outcome
from portal.messaging.email.models import OutboxEmail
from portal.messaging.email.outbox import queue_alone
from portal.messaging.email.sending import claim_next, mark_away, mark_refused, mark_sent
from portal.operations.data_inventory import HELD
from portal.platform.runtime import Runtime, assemble
from tests.commands import run
from tests.conftest import SETTINGS
from tests.databases import SqliteStock
from tests.messaging.email.test_transport import EMAIL

NEVER = Outcome(DeliveryResult.NEVER, FailureReason.NO_ADDRESS, 550)
AWAY = Outcome(DeliveryResult.AWAY, FailureReason.SIGN_IN, 535)


@pytest.fixture
def parts(tmp_path: Path, sqlite_stock: SqliteStock) -> Iterator[Runtime]:
    """A portal in the folder that the commands are told of."""
    sqlite_stock.fresh(tmp_path)
    (tmp_path / "main.db").rename(tmp_path / "portal.db")
    made = assemble(replace(SETTINGS, instance=tmp_path), HELD, QUESTIONS)
    yield made
    made.sessions.engine.dispose()
    made.keyring.engine.dispose()


def call(parts: Runtime, *words: str) -> CompletedProcess[str]:
    return run(parts.settings.instance, "emails", *words)


def fill(parts: Runtime) -> UUID:
    """One sent, one refused, one that waits for a server that is away; the id of the refused."""
    for _ in range(3):
        with parts.work() as work:
            queue_alone(work, EMAIL)
    ids = []
    for _ in range(3):
        with parts.work() as work:
            claimed = claim_next(work)
            assert claimed
            ids.append(claimed)
    with parts.work() as work:
        mark_sent(work, ids[0])
        mark_refused(work, ids[1], NEVER)
        mark_away(work, ids[2], AWAY, timedelta(hours=1))
    return ids[1]


def test_the_emails_are_counted_for_people_and_for_programs(parts: Runtime) -> None:
    fill(parts)
    told = call(parts, "list")
    assert told.returncode == 0, told.stderr
    rows = [line.split(maxsplit=1) for line in told.stdout.splitlines()]
    assert [int(row[0]) for row in rows if row[0].isdigit()] == [1, 1, 1, 1]
    found = json.loads(call(parts, "list", "--json").stdout)
    assert {name: found[name] for name in ("waiting", "delayed", "sent", "failed")} == {
        "waiting": 1, "delayed": 1, "sent": 1, "failed": 1,
    }  # fmt: skip


def test_those_that_failed_are_listed_with_reason_and_code_and_no_address(parts: Runtime) -> None:
    email_id = fill(parts)
    told = call(parts, "list", "--failed")
    assert told.returncode == 0, told.stderr
    for said in (str(email_id), "test:letter", "The address does not exist (550)"):
        assert said in told.stdout
    assert "rowan" not in told.stdout
    (one,) = json.loads(call(parts, "list", "--failed", "--json").stdout)["emails"]
    assert (one["id"], one["reason"], one["code"]) == (str(email_id), "no-such-address", 550)


def test_one_that_failed_is_sent_again(parts: Runtime) -> None:
    email_id = fill(parts)
    done = call(parts, "resend", str(email_id))
    assert done.returncode == 0, done.stderr
    with parts.reading() as work:
        row = work.session.get_one(OutboxEmail, email_id)
        assert (row.state, row.reason) == ("waiting", None)
    again = call(parts, "resend", str(email_id))
    assert again.returncode == 1
    assert "no email with this id" in again.stderr
    assert call(parts, "resend", str(uuid4())).returncode == 1
    assert call(parts, "resend", "nonsense").returncode == 2


def test_those_that_wait_are_tried_at_once(parts: Runtime) -> None:
    fill(parts)
    done = call(parts, "send-now")
    assert done.returncode == 0, done.stderr
    assert "1 to be tried at once" in done.stdout
    with parts.work() as work:
        assert claim_next(work) is not None
