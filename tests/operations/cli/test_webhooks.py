"""`events list` and `events replay`, as somebody at a terminal."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess
from uuid import UUID

import pytest

from portal.consent.webhooks.rules import GONE, EventType
from portal.consent.webhooks.service import announce, claim_next, mark_delivered, mark_failed
from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.platform.core.clock import utc_clock
from portal.platform.core.ids import CustomerId
from portal.platform.runtime import Runtime, assemble
from tests.commands import run
from tests.conftest import SETTINGS
from tests.consent.webhooks.receiver import new_secret
from tests.databases import SqliteStock

URL, SECRET = "http://127.0.0.1:9/", new_secret()
YES = 204


@pytest.fixture
def parts(tmp_path: Path, sqlite_stock: SqliteStock) -> Iterator[Runtime]:
    """A portal in the folder that the commands are told of, with a receiver."""
    sqlite_stock.fresh(tmp_path)
    (tmp_path / "main.db").rename(tmp_path / "portal.db")
    settings = replace(SETTINGS, instance=tmp_path, webhook_url=URL, webhook_secret=SECRET)
    made = assemble(settings, HELD, QUESTIONS)
    yield made
    made.sessions.engine.dispose()
    made.keyring.engine.dispose()


def call(parts: Runtime, *words: str, url: str = URL) -> CompletedProcess[str]:
    told = {"PORTAL_WEBHOOK_URL": url, "PORTAL_WEBHOOK_SECRET": SECRET}
    return run(parts.settings.instance, "events", *words, **told)


def fill(parts: Runtime) -> None:
    """One delivered, two given up, of which one is overtaken, one waiting."""
    for number, (about, status) in enumerate(
        (("a", GONE), ("b", YES), ("c", GONE), ("a", None)), 1
    ):
        with parts.work() as work:
            announce(work, EventType.CHOICE_CHANGED, CustomerId(UUID(int=9)), {"n": number}, about)
            claimed = claim_next(work) if status else None
            if claimed and status == YES:
                mark_delivered(work, claimed.id, YES)
            elif claimed:
                mark_failed(work, claimed.id, GONE, timedelta())


def counted(told: CompletedProcess[str]) -> dict[str, int]:
    rows = [line.split(maxsplit=1) for line in told.stdout.splitlines()]
    return {row[1].split(",")[0].split(":")[0]: int(row[0]) for row in rows if row[0].isdigit()}


def test_the_events_are_counted(parts: Runtime) -> None:
    fill(parts)
    told = call(parts, "list")
    assert told.returncode == 0, told.stderr
    assert counted(told) == {"waiting": 1, "delivered": 1, "given up": 2}
    assert "The oldest waits since" in told.stdout
    assert "Nobody is told" in call(parts, "list", url="").stdout


def test_what_was_given_up_is_sent_again_but_not_what_is_overtaken(parts: Runtime) -> None:
    fill(parts)
    asked = call(parts, "replay", "--dead")
    assert asked.returncode == 2
    assert "--yes" in asked.stderr
    assert counted(call(parts, "list"))["waiting"] == 1, "not without a yes"
    done = call(parts, "replay", "--dead", "--yes")
    assert done.returncode == 0, done.stderr
    assert counted(done)["to be sent again"] == 1
    assert (
        "1 is on its way again. Not sent, because newer changes have replaced them: 1."
        in done.stdout
    )
    assert counted(call(parts, "list")) == {"waiting": 2, "delivered": 1, "given up": 1}
    assert "Nothing is sent again" in call(parts, "replay", "--dead", "--yes").stdout


def test_everything_since_a_day_is_sent_again(parts: Runtime) -> None:
    fill(parts)
    today = f"{utc_clock():%Y-%m-%d}"
    tomorrow = f"{utc_clock() + timedelta(days=1):%Y-%m-%d}"
    later = call(parts, "replay", "--since", tomorrow, "--yes")
    assert "Nothing is sent again" in later.stdout
    done = call(parts, "replay", "--since", today, "--yes")
    assert done.returncode == 0, done.stderr
    assert counted(call(parts, "list")) == {"waiting": 3, "delivered": 0, "given up": 1}


def test_what_to_send_again_must_be_said(parts: Runtime) -> None:
    told = call(parts, "replay", "--yes")
    assert told.returncode == 2
    assert "--since" in told.stderr
    assert call(parts, "replay", "--since", "yesterday").returncode == 2


def test_without_a_receiver_nothing_can_be_sent_again(parts: Runtime) -> None:
    told = call(parts, "replay", "--dead", "--yes", url="")
    assert told.returncode == 1
    assert "PORTAL_WEBHOOK_URL is not set" in told.stderr
