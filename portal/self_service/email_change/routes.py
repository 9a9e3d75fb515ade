"""Pages on which customers change the address they sign in with."""

from collections.abc import Callable
from enum import Enum
from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import AlreadyRegisteredError
from portal.identity.credentials.rules import BLOCKED
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.addresses import parse_email
from portal.platform.core.work import Work
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_customer_id, current_visit
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import act, reading, unit_of_work
from portal.self_service.email_change import queries, rules, service
from portal.self_service.email_change.forms import ConfirmEmailForm, EmailForm


class LinkOutcome(Enum):
    """The result of using a link."""

    NOTHING = "nothing"
    DONE = "done"
    TAKEN = "taken"


bp = Blueprint("email_change", __name__, url_prefix="/security/email")


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
        is_same = wanted == now
        if not is_same and act(service.ask_for_change, wanted):
            return _done(rules.ASKED, "account_security.show")
        form.say("email", rules.SAME_ADDRESS if is_same else rules.MAILED_ENOUGH)
    return render_template(
        "self_service/email_change/show.html", form=form, now=now, waiting=waiting
    )


@bp.post("/cancel")
@access(Access.CUSTOMER)
def cancel() -> ResponseReturnValue:
    """End a change that waits; without fresh proof, because nothing is opened by it."""
    if act(service.cancel_change):
        return _done(rules.CANCELLED, "account_security.show")
    flash(rules.NOT_WAITING, "info")
    return redirect(url_for("account_security.show"), 303)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="password")
def confirm(token: str) -> ResponseReturnValue:
    """Confirm a new address; a GET only looks, so that a mail scanner's visit does nothing.

    It counts as the customer who asked: signed in as them, or with their password.
    """
    with reading() as work:
        change = queries.find_change(work, TokenPurpose.CONFIRM_EMAIL, token)
    visit, came = current_visit(), LinkOutcome.NOTHING
    is_theirs = bool(visit and change and visit.person_id == change.customer_id)
    is_other = visit is not None and not is_theirs
    form = ButtonForm() if is_theirs else ConfirmEmailForm()
    if change and not is_other and form.is_valid_post() and _is_proved(form, token):
        came = _use(partial(service.confirm_change, visit=visit), token)
        change = change if came is LinkOutcome.TAKEN else None
    if came is LinkOutcome.DONE:
        return _done(rules.CONFIRMED, "account_security.show")
    facts = {"change": change, "is_other": is_other, "is_taken": came is LinkOutcome.TAKEN}
    return render_template("self_service/email_change/confirm.html", form=form, **facts), _status(
        came, change
    )


@bp.route("/undo/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
def undo(token: str) -> ResponseReturnValue:
    """Bring the old address back; a GET only looks."""
    form, came = ButtonForm(), LinkOutcome.NOTHING
    with reading() as work:
        change = queries.find_change(work, TokenPurpose.UNDO_EMAIL, token)
    if form.is_valid_post():
        came = _use(service.undo_change, token)
    with reading() as work:  # as it is by now
        closing = queries.find_closing(work, change.customer_id) if change else None
        change = queries.find_change(work, TokenPurpose.UNDO_EMAIL, token)
    if came is LinkOutcome.DONE:
        words = f"{rules.UNDONE} {closing.words}" if closing else rules.UNDONE
        return _done(words, "sign_in.sign_in")
    facts = {
        "form": form,
        "change": change,
        "is_taken": came is LinkOutcome.TAKEN,
        "closing": closing,
    }
    return render_template(
        "self_service/email_change/undo.html", theirs=rules.NOT_YOURS, **facts
    ), _status(came, change)


def _use(verb: Callable[[Work, str], bool], token: str) -> LinkOutcome:
    """Use a link of an email, and say what came of it."""
    try:
        with unit_of_work() as work:
            return LinkOutcome.DONE if verb(work, token) else LinkOutcome.NOTHING
    except AlreadyRegisteredError:
        return LinkOutcome.TAKEN


def _status(came: LinkOutcome, change: rules.PendingEmailChange | None) -> int:
    return 409 if came is LinkOutcome.TAKEN else 200 if change else 410


def _is_proved(form: ConfirmEmailForm | ButtonForm, token: str) -> bool:
    """Look at the password where one was asked for; say beside the field if it is wrong."""
    if isinstance(form, ButtonForm):
        return True
    typed = form.password.data or ""
    proof = service.prove_by_link(unit_of_work, runtime().hasher, token, typed)
    if proof is not None and not proof.right:
        form.say("password", BLOCKED if proof.blocked else rules.WRONG_ACCOUNT)
    return proof is None or proof.right


def _done(words: str, then: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for(then), 303)
