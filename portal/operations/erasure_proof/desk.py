"""Actions of colleagues on a person's cases: view, note, ask, answer, hold, choose, cancel."""

import re
from datetime import timedelta

from portal.consent.marketing.rules import ChoiceSource
from portal.identity.staff_accounts.rules import Role
from portal.operations.erasure_proof.driving import Browser, ProofError
from portal.operations.erasure_proof.living import Life
from portal.operations.erasure_proof.scene import Scene

HELD_UNTIL = "1 March 2028"
TOLD_AFTER = timedelta(days=400)
"""When somebody may be told of what was given to others about them."""


def work_about(scene: Scene, life: Life) -> None:
    """Do everything on somebody's cases that the desk can do; let the worker send it."""
    person, cases = life.person, life.cases
    agent, senior = scene.desk(Role.AGENT), scene.desk(Role.SENIOR)
    for email in (person.first_email, person.email):
        agent.send("/staff/cases", q=email)
    for name in ("message", "early_message", "former_message", "visitors_message"):
        path = _path(cases[name])
        assign(agent, path)
        agent.save(path, step="noted", message=person.note)
        agent.save(path, step="asked", message=person.reply)
    agent.save(_path(cases["visitors_message"]), step="replied", message=person.answered)
    _hold(senior, f"{_path(cases['message'])}/holds", person.hold, on="customer")
    _hold(senior, f"{_path(cases['early_message'])}/holds", person.hold, on="case")
    _hold(senior, f"/staff/customers/{life.customer_id}/holds", person.hold)
    let_in = f"{_path(cases['locked_out'])}/let-back-in"
    senior.save(let_in, note=person.proof_note, confirm="y")
    choose_for(agent, life)
    correct(agent, life)
    disclose(scene, senior, life)
    look_into_record(agent, senior, life)
    if person.manager:
        manager = f"{_path(cases['message'])}/account-manager"
        agent.save(manager, manager=person.manager)
    _ask_to_skip(agent, life)
    senior.save(f"{_cancelling(life)}", f"{_cancelling(life)}/without-link/refuse")
    agent.save(_cancelling(life), f"{_cancelling(life)}/link")
    scene.work()
    life.cancelling = scene.post.find_link(person.email, "Do you want to delete your account?")


def assign(desk: Browser, path: str) -> None:
    """Assign a case to oneself."""
    me = re.search(r'name="colleague" value="([0-9a-f-]+)"', desk.open(path))
    if me is None:
        raise ProofError(f"{path} offers nobody to assign to")
    desk.save(path, f"{path}/assign", colleague=me[1])


def choose_for(desk: Browser, life: Life) -> None:
    """Set choices for a customer who has rung."""
    page = f"{_path(life.cases['message'])}/choices"
    typed = {"caller": "customer", "how": ChoiceSource.TELEPHONE, "was_read": "y"}
    desk.save(page, **typed, choices=life.person.choices)


def correct(desk: Browser, life: Life) -> None:
    """Decide on what a customer asked to have corrected, and tell others."""
    page = f"{_path(life.cases['corrected'])}/correction"
    desk.save(page, outcome="corrected", informed_others=life.person.told_others)


def disclose(scene: Scene, desk: Browser, life: Life) -> None:
    """Enter what others are to get: one that is told, one that is not, and one that waits."""
    page = f"/staff/customers/{life.customer_id}/disclosures"
    officer = scene.desk(Role.PRIVACY_OFFICER)
    later = {"told": "later", "told_from": f"{scene.clock() + TOLD_AFTER:%d %B %Y}"}
    for what, told in (
        (life.person.given, {"told": "now"}),
        (life.person.given_secretly, later),
        (life.person.waiting, {"told": "now"}),
    ):
        request = {"kind": "police", "recipient_name": "Example Police", "power": "An act"}
        desk.save(page, **request, what=what, document="EP-1", **told)
        agree = re.search(r'action="([^"]+/agree)"', officer.open(page))
        if agree is None:
            raise ProofError("A disclosure cannot be agreed to")
        if what != life.person.waiting:
            officer.save(page, agree[1])


def look_into_record(agent: Browser, senior: Browser, life: Life) -> None:
    """Open parts of a record: for a case at hand, and without one."""
    for desk, page, reason in (
        (agent, f"{_path(life.cases['message'])}/record", "case"),
        (senior, f"/staff/customers/{life.customer_id}/record", "called"),
    ):
        where = desk.save(page, record_part="profile", look_reason=reason).location
        desk.send(where, f"/staff/customers/{life.customer_id}/record/open")


def cancel_together(scene: Scene, life: Life) -> None:
    """Cancel everything for a customer who cannot confirm it, as two colleagues."""
    agent, senior = scene.desk(Role.AGENT), scene.desk(Role.SENIOR)
    _ask_to_skip(agent, life)
    shown = f"{_cancelling(life)}/without-link"
    senior.save(shown, f"{shown}/agree")


def _ask_to_skip(desk: Browser, life: Life) -> None:
    desk.save(f"{_cancelling(life)}/without-link", reason=life.person.skip_reason)


def _hold(desk: Browser, page: str, why: str, **on: str) -> None:
    """Place a legal hold, and lift it again."""
    desk.save(page, why=why, until=HELD_UNTIL, **on)
    lift = re.search(r'action="([^"]+/lift)"', desk.open(page))
    if lift is None:
        raise ProofError("A hold was not placed")
    desk.save(page, lift[1])


def _cancelling(life: Life) -> str:
    return _path(life.cases["cancelling"])


def _path(reference: str) -> str:
    return f"/staff/cases/{reference}"
