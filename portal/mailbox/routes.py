"""Pages on which customers change the address they sign in with."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.account.queries import get_customer
from portal.account.rules import AlreadyRegisteredError
from portal.kernel.addresses import is_same_mailbox, parse_email
from portal.kernel.work import Work
from portal.links.rules import Purpose
from portal.mailbox import queries, rules, service
from portal.mailbox.forms import EmailForm
from portal.web.access import Access, access
from portal.web.forms import ButtonForm
from portal.web.identity import current_customer_id, current_visit
from portal.web.transaction import act, reading, unit_of_work

bp = Blueprint("mailbox", __name__, url_prefix="/security/email")


@bp.route("", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True, keeps=("email",))
def show() -> ResponseReturnValue:
    """Take another email address; it counts when it is confirmed, and not before."""
    form = EmailForm()
    with reading() as work:
        now = get_customer(work, current_customer_id()).details.email
        waiting = queries.find_waiting(work, current_customer_id())
    if form.is_valid_post():
        wanted = parse_email(form.email.data or "")
        is_same = is_same_mailbox(wanted, now)
        if not is_same and act(service.ask_for_change, wanted):
            return _done(rules.ASKED, "security.show")
        form.say("email", rules.SAME_ADDRESS if is_same else rules.MAILED_ENOUGH)
    return render_template("mailbox/show.html", form=form, now=now, waiting=waiting)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
def confirm(token: str) -> ResponseReturnValue:
    """Confirm a new address; a GET only looks, so that a mail scanner's visit does nothing."""
    verb = partial(service.confirm_change, visit=current_visit())
    came = _follow(Purpose.CONFIRM_EMAIL, token, verb)
    if came["is_done"]:
        return _done(rules.CONFIRMED, "security.show")
    return render_template("mailbox/confirm.html", **came), came["status"]


@bp.route("/undo/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
def undo(token: str) -> ResponseReturnValue:
    """Bring the old address back; a GET only looks."""
    came = _follow(Purpose.UNDO_EMAIL, token, service.undo_change)
    if came["is_done"]:
        return _done(rules.UNDONE, "entrance.sign_in")
    return render_template("mailbox/undo.html", **came), came["status"]


def _follow(purpose: Purpose, token: str, verb: Callable[[Work, str], bool]) -> dict[str, Any]:
    """Look at a link of a letter, and use it if that is asked; say what came of it."""
    form, is_done, is_taken = ButtonForm(), False, False
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                is_done = verb(work, token)
        except AlreadyRegisteredError:
            is_taken = True
    with reading() as work:
        change = queries.find_change(work, purpose, token)
    status = 409 if is_taken else 200 if change else 410
    facts = {"form": form, "change": change, "status": status}
    return {**facts, "is_done": is_done, "is_taken": is_taken}


def _done(words: str, then: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for(then), 303)
