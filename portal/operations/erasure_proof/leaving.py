"""Leaving, by each of four ways; the receipt must have the numbers of the page before."""

import re
from html import unescape

from portal.erasure.cancellation.queries import get_preview
from portal.operations.erasure_proof import desk
from portal.operations.erasure_proof.driving import ProofError
from portal.operations.erasure_proof.living import Life, ask_for_links, must_sign_in
from portal.operations.erasure_proof.scene import Scene

LINE = re.compile(r"<span>([^<]+)<span class=\"table__sub\">(\d+) records?</span>")
"""A line of the page before leaving: a category, and how many records are deleted."""
DELETED = re.compile(r"^- (.+): (\d+)$", re.MULTILINE)
"""The same as a receipt says it."""
NOW, LATER = (f"/registrations/cancel/check/no/{one}" for one in ("now", "later"))
"""The last page before leaving, by when."""
LOOKED_AGAIN_SECONDS = 60
"""When an erasure that waits for other systems is looked at again, at the latest."""
Counts = dict[str, int]


def leave_now(scene: Scene, life: Life) -> None:
    """Leave by the page, at once, while an email requested a moment ago still waits."""
    browser = must_sign_in(scene, life)
    ask_for_links(scene.browser(), life.person.email)
    told = _read(LINE, browser.open(NOW))
    browser.save(NOW)
    _compare(scene, life, told)


def leave_by_link(scene: Scene, life: Life) -> None:
    """Confirm a cancellation by the desk's link about a case: erased at once."""
    told = _read(LINE, scene.browser().open(life.cancelling))
    typed = {"password": life.person.password, "confirm": "y", "when": "now"}
    scene.browser().save(life.cancelling, **typed)
    _compare(scene, life, told)


def leave_by_colleagues(scene: Scene, life: Life) -> None:
    """Leave with the approval of two colleagues, who are shown no counts."""
    desk.cancel_together(scene, life)
    _compare(scene, life, None)


def leave_later(scene: Scene, lives: list[Life]) -> None:
    """Close some accounts; seven days later they are deleted."""
    for life in lives:
        browser = must_sign_in(scene, life)
        browser.save(LATER)
    scene.clock.move(days=7, minutes=1)
    told = [preview(scene, life) for life in lives]
    scene.worker().finish_cancellations()
    for life, counts in zip(lives, told, strict=True):
        _compare(scene, life, counts)


AT_ONCE = leave_now, leave_by_link, leave_by_colleagues
"""The ways by which one is gone at once; the fourth takes seven days."""


def preview(scene: Scene, life: Life) -> Counts:
    """Return the counts of what would be deleted now, as the pages before leaving show them."""
    with scene.parts.reading() as work:
        found = get_preview(work, scene.parts.context, life.customer_id)
    return {line.what: line.number for line in found.deleted}


def _compare(scene: Scene, life: Life, told: Counts | None) -> None:
    scene.worker().tell_systems()  # the receipt waits for what they say
    scene.clock.move(seconds=LOOKED_AGAIN_SECONDS)
    scene.worker().finish_cancellations()
    with scene.parts.reading() as work:
        line = work.vault.ledger.find(life.customer_id)
    if line is None:
        raise ProofError("Somebody who left is not in the ledger")
    deleted, _, _ = (line.receipt or "").partition("\nKept\n")
    untold = {one.category for one in scene.parts.register if not one.told_first}
    counted = {what: n for what, n in _read(DELETED, deleted).items() if what not in untold}
    scene.found.expect("the receipt says what was deleted", holds=bool(counted))
    if told is not None:
        scene.found.expect("the receipt says what the page had said", holds=counted == told)


def _read(pattern: re.Pattern[str], text: str) -> Counts:
    return {unescape(what): int(number) for what, number in pattern.findall(text)}
