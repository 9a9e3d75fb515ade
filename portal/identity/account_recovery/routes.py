"""Pages of account recovery."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.identity.account_recovery import service
from portal.identity.account_recovery.forms import ForgottenPasswordForm, ResetForm
from portal.identity.account_recovery.queries import Recovering, find_recovering
from portal.identity.account_recovery.rules import DisownedPasswordError, RequiredFactor
from portal.identity.account_recovery.service import Chosen
from portal.identity.credentials.forms import NewSecretsForm
from portal.identity.credentials.rules import (
    BLOCKED,
    SAME_PASSWORD,
    SHORTEST_PASSWORD,
    SHORTEST_WITH_FACTOR,
    WRONG_ANSWER,
    find_password_fault,
)
from portal.identity.mfa.rules import WRONG_CODE
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.messaging.email.undelivered import find_is_delayed
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_visit
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("account_recovery", __name__)

DONE = _(
    "We’ve changed your password and signed you out everywhere. Sign in with your new password."
)


@bp.route("/forgotten", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.EMAILS, needs="email")
def begin() -> ResponseReturnValue:
    """Ask for a link to a new password."""
    form = ForgottenPasswordForm()
    is_signed_in = current_visit() is not None
    if not is_signed_in and form.is_valid_post():
        with unit_of_work() as work:
            service.ask_for_link(work, form.email.data or "")
        return redirect(url_for(".sent"), 303)
    return render_template(
        "identity/account_recovery/begin.html", form=form, is_signed_in=is_signed_in
    )


@bp.get("/forgotten/sent")
@access(Access.ANYONE)
def sent() -> ResponseReturnValue:
    """Say what happens next; the same for every address."""
    with reading() as work:
        is_delayed = find_is_delayed(work)
    return render_template("identity/account_recovery/sent.html", is_delayed=is_delayed)


@bp.route("/forgotten/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="password")
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password; a GET only looks, so that a mail scanner's visit does nothing."""
    form, found = ResetForm(), _find(TokenPurpose.RESET_PASSWORD, token)
    if found is None:
        return render_template("identity/account_recovery/reset.html", form=None, found=None), 410
    if found.proof is RequiredFactor.CODE:
        form.proof.label.text = _("Code from your app, or a recovery code")
    elif found.proof is RequiredFactor.QUESTION:
        form.proof.label.text = found.question
    if form.is_valid_post() and _is_safe(form, found):
        chosen = Chosen(form.password.data or "", form.proof.data or "")
        try:
            came = service.reset_password(unit_of_work, runtime().hasher, token, chosen)
        except DisownedPasswordError:
            form.say("password", SAME_PASSWORD)
            return _draw_reset(form, found)
        if came.done or not came.is_alive:
            return _to_sign_in() if came.done else redirect(url_for(".reset", token=token), 303)
        wrong = WRONG_ANSWER if found.proof is RequiredFactor.QUESTION else WRONG_CODE
        form.say("proof", BLOCKED if came.blocked else wrong)
    return _draw_reset(form, found)


@bp.route("/begin-anew/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="password")
def begin_anew(token: str) -> ResponseReturnValue:
    """Choose a new password and question, by the desk's link."""
    form, found = NewSecretsForm(), _find(TokenPurpose.LET_BACK_IN, token)
    if found is None:
        return render_template(
            "identity/account_recovery/begin_anew.html", form=None, found=None
        ), 410
    questions = runtime().questions
    form.offer(questions)
    if form.is_safe_post(questions, *_guessing(found)):
        asked = questions[form.question.data]
        chosen = Chosen(form.password.data or "", form.answer.data or "", asked)
        if service.begin_anew(unit_of_work, runtime().hasher, token, chosen):
            return _to_sign_in()
        return redirect(url_for(".begin_anew", token=token), 303)
    return render_template("identity/account_recovery/begin_anew.html", form=form, found=found)


def _draw_reset(form: ResetForm, found: Recovering) -> str:
    return render_template("identity/account_recovery/reset.html", form=form, found=found)


def _find(purpose: TokenPurpose, token: str) -> Recovering | None:
    with reading() as work:
        return find_recovering(work, purpose, token)


def _guessing(found: Recovering) -> tuple[tuple[str, ...], Callable[[str], bool], int]:
    """Return what a new password is checked against: own details, breaches, minimum length."""
    facts = (*found.customer.details.guessable_details(), runtime().settings.brand_name)
    shortest = SHORTEST_WITH_FACTOR if found.proof is RequiredFactor.CODE else SHORTEST_PASSWORD
    return facts, runtime().breaches.know, shortest


def _is_safe(form: ResetForm, found: Recovering) -> bool:
    """Tell whether a new password is hard to guess; if not, an error is shown beside the field."""
    facts, is_breached, shortest = _guessing(found)
    weak = find_password_fault(form.password.data or "", facts, is_breached, shortest=shortest)
    if weak:
        form.say("password", weak)
    return not weak


def _to_sign_in() -> ResponseReturnValue:
    flash(DONE, "ok")
    return redirect(url_for("sign_in.sign_in"), 303)
