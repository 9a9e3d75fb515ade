"""Pages to register."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.identity.accounts import queries, service
from portal.identity.accounts.forms import ConfirmRegistrationForm, RegisterForm
from portal.identity.accounts.rules import (
    WRONG_REGISTRATION,
    AlreadyRegisteredError,
    Application,
    Waiting,
)
from portal.identity.credentials.rules import BLOCKED, find_answer_fault, find_password_fault
from portal.messaging.email.undelivered import find_is_delayed
from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_visit
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("accounts", __name__)

CONFIRMED = "Your email address is confirmed. You can sign in now."
CONFIRMED_BESIDE = (
    "The email address is confirmed. You are still signed in to another account: sign out first to"
    " sign in to the new one."
)
"""What people read once it is done."""


@bp.route("/register", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.EMAILS, needs="email")
def register() -> ResponseReturnValue:
    """Take a registration."""
    questions = runtime().questions
    form = RegisterForm()
    form.offer(questions)
    is_signed_in = current_visit() is not None
    if not is_signed_in and form.is_valid_post() and _is_safe(form, questions):
        application = Application(
            details=form.details(),
            password=form.password.data or "",
            question=questions[form.question.data],
            answer=form.answer.data or "",
            services=form.chosen_services(),
        )
        service.register(unit_of_work, runtime().hasher, application)
        return redirect(url_for(".sent"), 303)
    return render_template("identity/accounts/register.html", form=form, is_signed_in=is_signed_in)


@bp.get("/register/sent")
@access(Access.ANYONE)
def sent() -> ResponseReturnValue:
    """Say what happens next; the same for every address."""
    with reading() as work:
        is_delayed = find_is_delayed(work)
    return render_template("identity/accounts/sent.html", is_delayed=is_delayed)


@bp.route("/register/confirm/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="password")
def confirm(token: str) -> ResponseReturnValue:
    """Confirm an address; a GET only looks, so that a mail scanner's visit does nothing."""
    form = ConfirmRegistrationForm()
    if form.is_valid_post():
        typed = form.password.data or ""
        try:
            came = service.confirm(unit_of_work, runtime().hasher, token, typed)
        except AlreadyRegisteredError:
            return _confirming(form, None, is_taken=True), 409
        if came.customer_id:
            if current_visit() is None:
                flash(CONFIRMED, "ok")
            else:
                flash(CONFIRMED_BESIDE, "ok")
            return redirect(url_for("sign_in.sign_in"), 303)
        if came.is_alive:
            form.say("password", BLOCKED if came.blocked else WRONG_REGISTRATION)
    with reading() as work:
        link = queries.find_link(work, token)
    return _confirming(form, link), 200 if link else 410


def _confirming(
    form: ConfirmRegistrationForm, link: Waiting | None, *, is_taken: bool = False
) -> str:
    email = link.details.email if link else ""
    return render_template(
        "identity/accounts/confirm.html", form=form, email=email, is_taken=is_taken
    )


def _is_safe(form: RegisterForm, questions: dict[str, str]) -> bool:
    """Tell whether password and answer are hard to guess; say so beside the field if not."""
    details, password = form.details(), form.password.data or ""
    settings = runtime().settings
    facts = (*details.facts(), settings.brand_name)
    weak = find_password_fault(password, facts, runtime().breaches.know)
    if weak:
        form.say("password", weak)
    asked = questions[form.question.data]
    guessable = find_answer_fault(form.answer.data or "", asked, facts, password)
    if guessable:
        form.say("answer", guessable)
    return not weak and not guessable
