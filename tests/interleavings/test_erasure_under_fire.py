"""Whoever leaves is gone within a minute, whatever anybody does at their address meanwhile."""

import os
import re
from dataclasses import replace

import pytest

from portal.governance.receipts.rules import ReceiptVerdict
from portal.governance.receipts.service import check_receipt
from portal.identity.sessions.rules import SessionStage
from portal.identity.sessions.service import start_session
from portal.platform.core.errors import SessionEndedError
from portal.platform.core.ledger import Erasure
from portal.platform.core.visit import CUSTOMER
from tests.interleavings.fire import under_fire
from tests.interleavings.invariants import find_is_undone, list_faults
from tests.interleavings.lab import Lab
from tests.interleavings.outcome import FAILED, REFUSED
from tests.interleavings.verbs import VERBS

TIMES = int(os.environ.get("PORTAL_TEST_FIRES", "2"))
"""How often: once is luck."""
ROUNDS, SECONDS_BETWEEN = 6, 10
"""How often the worker comes by within a minute."""
LEAVES = {"home": "leave_now", "due": "finish"}
"""Now, by the page; or when the seven days are over, by the worker."""
COUNTED = re.compile(r"^- (.+): (\d+)$", re.MULTILINE)
QUIET = frozenset(
    {
        "Your registrations",
        "Preference services you registered with",
    }
)
"""Categories that nothing in the fire adds to."""
SHRINKING = frozenset({"Changes of your email address", "Your sign-in and security question"})
"""Those that another address to sign in with ends some of: links and sessions."""
DISOWNED = frozenset(
    {
        "Emails we’ve sent you",
        "Your messages to us and our answers",
        "Scrambled codes of your addresses and numbers, including old ones",
    }
)
"""What leads to an address of which they said meanwhile that it never was theirs."""


@pytest.mark.nightly
@pytest.mark.parametrize("time", range(TIMES))
@pytest.mark.parametrize("scene", LEAVES)
def test_somebody_leaves_under_fire_and_is_gone_within_a_minute(
    lab: Lab, scene: str, time: int
) -> None:
    del time
    in_peace = count_deleted(leave_in_peace(lab, scene))
    lab.set_up(scene)
    with under_fire(lab) as fire:
        said = leave(lab, scene)
        let_the_worker_come_by(lab)
        line = find_line(lab)
    assert not said.startswith((REFUSED, FAILED)), said
    assert fire.done > 0
    assert not fire.faults, fire.faults[0]
    assert line is not None
    assert line.receipt is not None, "a minute later there is no receipt"
    assert list_faults(lab.first, lab.facts) == []
    assert_is_true(lab, line.receipt, in_peace)
    lab.worker(lab.first).send_emails()
    last = [subject for to, subject in lab.transport.sent if "deleted" in subject]
    assert len(last) == 1, lab.transport.sent


def leave_in_peace(lab: Lab, scene: str) -> str:
    """What a receipt says where nobody interferes."""
    lab.set_up(scene)
    lab.say(VERBS[LEAVES[scene]], lab.first)
    line = find_line(lab)
    assert line is not None
    assert line.receipt is not None
    return line.receipt


def leave(lab: Lab, scene: str) -> str:
    """Leave; whoever is signed out by something else just before signs in again."""
    before = lab.facts.visit
    said = lab.say(VERBS[LEAVES[scene]], lab.first)
    while said.endswith(SessionEndedError.__name__):
        with lab.first.work() as work:
            opened = start_session(work, CUSTOMER, lab.facts.me.id, SessionStage.FULL)
        lab.facts.visit = replace(before, session_id=opened.id)
        said = lab.say(VERBS[LEAVES[scene]], lab.first)
    lab.facts.visit = before
    return said


def let_the_worker_come_by(lab: Lab) -> None:
    """The fire goes on all the while."""
    for _ in range(ROUNDS):
        line = find_line(lab)
        if line is not None and line.receipt is not None and not lab.is_underway():
            return
        lab.clock.move(seconds=SECONDS_BETWEEN)
        lab.worker(lab.first).finish_cancellations()


def find_line(lab: Lab) -> Erasure | None:
    return lab.first.keyring.ledger.find(lab.facts.me.id)


def count_deleted(receipt: str) -> dict[str, int]:
    """How many records of each category a receipt says were deleted."""
    said = receipt.partition("Deleted, with the number of records")[2].partition("Kept")[0]
    return {category: int(number) for category, number in COUNTED.findall(said)}


def assert_is_true(lab: Lab, receipt: str, in_peace: dict[str, int]) -> None:
    """A receipt is genuine, and counts all that was there before the fire."""
    with lab.first.reading() as work:
        assert check_receipt(work, receipt)[0] is ReceiptVerdict.GENUINE
        shrinking = SHRINKING | (DISOWNED if find_is_undone(work, lab.facts) else set())
    counted = count_deleted(receipt)
    assert in_peace.keys() >= QUIET
    for category, number in in_peace.items():
        if category in QUIET:
            assert counted.get(category) == number, category
        else:
            assert counted.get(category, 0) >= (1 if category in shrinking else number), category
