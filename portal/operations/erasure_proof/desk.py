"""Actions of colleagues on a person's cases: view, note, ask, answer, hold, choose, cancel."""

import re

from portal.consent.marketing.rules import ChoiceSource
from portal.identity.staff_accounts.rules import Role
from portal.operations.erasure_proof.driving import Browser, ProofError
from portal.operations.erasure_proof.living import Life
from portal.operations.erasure_proof.scene import Scene

HELD_UNTIL = "1 March 2028"


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


def cancel_together(scene: Scene, life: Life) -> None:
    """Cancel everything for a customer who cannot confirm it, as two colleagues."""
    agent, senior = scene.desk(Role.AGENT), scene.desk(Role.SENIOR)
    _ask_to_skip(agent, life)
    senior.save(_cancelling(life), f"{_cancelling(life)}/without-link/agree")


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
