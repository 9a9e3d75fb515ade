"""Pages to register."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.account import service
from portal.account.forms import RegisterForm
from portal.account.rules import AlreadyRegisteredError, Application
from portal.credentials.rules import find_answer_fault, find_password_fault
from portal.links.queries import find_token_subject
from portal.links.rules import Purpose
from portal.web.access import Access, access
from portal.web.forms import ButtonForm
from portal.web.identity import current_visit
from portal.web.limiting import Pace, limited
from portal.web.runtime import runtime
from portal.web.transaction import reading, unit_of_work

bp = Blueprint("account", __name__)


@bp.route("/register", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.LETTERS, needs="email")
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
    return render_template("account/register.html", form=form, is_signed_in=is_signed_in)


@bp.get("/register/sent")
@access(Access.ANYONE)
def sent() -> ResponseReturnValue:
    """Say what happens next; the same for every address."""
    return render_template("account/sent.html")


@bp.route("/register/confirm/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def confirm(token: str) -> ResponseReturnValue:
    """Confirm an address; a GET only looks, so that a mail scanner's visit does nothing."""
    form = ButtonForm()
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                is_made = service.confirm(work, token) is not None
        except AlreadyRegisteredError:
            is_made = True  # by another letter to the same address
        if is_made:
            flash("Your email address is confirmed. You can sign in now.", "ok")
            return redirect(url_for("entrance.sign_in"), 303)
    with reading() as work:
        is_alive = find_token_subject(work, Purpose.CONFIRM_ADDRESS, token) is not None
    if not is_alive:
        return render_template("account/confirm.html", form=form, is_alive=False), 410
    return render_template("account/confirm.html", form=form, is_alive=True)


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
