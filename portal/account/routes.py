"""Pages to register, sign in and sign out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.account import queries, service
from portal.account.forms import (
    GUESSABLE,
    WEAK,
    QuestionForm,
    RegisterForm,
    SignInForm,
)
from portal.account.rules import AlreadyRegisteredError, Application
from portal.credentials.queries import find_secrets
from portal.credentials.rules import (
    BLOCKED,
    WRONG,
    WRONG_ANSWER,
    Proof,
    find_weakness,
    is_answer_guessable,
)
from portal.kernel.ids import CustomerId
from portal.sessions.queries import find_token_subject
from portal.sessions.rules import Purpose
from portal.web import identity, remembering
from portal.web.access import Access, access, next_path
from portal.web.forms import ButtonForm
from portal.web.identity import CUSTOMER, current_visit, half_visit, let_in, let_out
from portal.web.runtime import runtime
from portal.web.transaction import reading, unit_of_work

bp = Blueprint("account", __name__)

BACK = "Your account is back, and nothing will be deleted. All marketing is off."


@bp.route("/register", methods=["GET", "POST"])
@access(Access.ANYONE)
def register() -> ResponseReturnValue:
    """Take a registration."""
    questions = runtime().questions
    form = RegisterForm()
    form.offer(questions)
    if form.is_valid_post() and _is_safe(form, questions):
        application = Application(
            details=form.details(),
            password=form.password.data or "",
            question=questions[form.question.data],
            answer=form.answer.data or "",
            services=form.chosen_services(),
        )
        service.register(unit_of_work, runtime().hasher, application)
        return redirect(url_for(".sent"), 303)
    return render_template("account/register.html", form=form)


@bp.get("/register/sent")
@access(Access.ANYONE)
def sent() -> ResponseReturnValue:
    """Say what happens next; the same for every address."""
    return render_template("account/sent.html")


@bp.route("/register/confirm/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
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
            return redirect(url_for(".sign_in"), 303)
    with reading() as work:
        is_alive = find_token_subject(work, Purpose.CONFIRM_ADDRESS, token) is not None
    if not is_alive:
        return render_template("account/confirm.html", form=form, is_alive=False), 410
    return render_template("account/confirm.html", form=form, is_alive=True)


@bp.route("/sign-in", methods=["GET", "POST"])
@access(Access.ANYONE)
def sign_in() -> ResponseReturnValue:
    """Take the first step: e-mail address and password."""
    if current_visit() is not None:
        return redirect(next_path(url_for("home.show")), 303)
    form = SignInForm()
    if form.is_valid_post():
        typed = form.email.data or "", form.password.data or ""
        proof, token = service.check_password(unit_of_work, runtime().hasher, *typed)
        if token:
            answer = redirect(url_for(".question", next=request.args.get("next")), 303)
            let_in(answer, CUSTOMER, token)
            session["remember"] = bool(form.remember.data)
            return answer
        form.say("password", BLOCKED if proof.blocked else WRONG)
    with reading() as work:
        name = remembering.find(work, queries.find_remembered_name)
    if name and not form.is_submitted():
        form.remember.data = True
    return render_template("account/sign_in.html", form=form, remembered_name=name)


@bp.route("/sign-in/question", methods=["GET", "POST"])
@access(Access.ANYONE)
def question() -> ResponseReturnValue:
    """Take the second step: the answer to the security question."""
    half = half_visit()
    if half is None:
        return redirect(url_for(".sign_in", next=request.args.get("next")), 303)
    form = QuestionForm()
    if form.is_valid_post():
        typed = form.answer.data or ""
        done = service.check_answer(unit_of_work, runtime().hasher, half, typed)
        if done.token:
            wish = bool(session.get("remember"))
            answer = redirect(next_path(url_for("home.show")), 303)
            let_in(answer, CUSTOMER, done.token)
            if done.is_back:
                flash(BACK, "ok")
            return _remember(answer, CustomerId(half.person_id), wish=wish)
        form.say("answer", _why(done.proof))
    with reading() as work:
        secrets = find_secrets(work, half.person_id)
    form.answer.label.text = secrets.question if secrets else "Answer"
    return render_template("account/question.html", form=form)


@bp.post("/sign-out")
@access(Access.ANYONE)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    visit = current_visit()
    if visit is not None:
        with unit_of_work() as work:
            service.sign_out(work, visit)
    why = "idle" if request.form.get("reason") == "idle" else None
    return let_out(redirect(url_for(".signed_out", why=why), 303), CUSTOMER)


@bp.get("/signed-out")
@access(Access.ANYONE)
def signed_out() -> ResponseReturnValue:
    """Say that the session has ended, and lead back."""
    is_idle = request.args.get("why") == "idle"
    minutes = max(1, runtime().settings.session_idle_seconds // 60)
    return render_template("account/signed_out.html", is_idle=is_idle, minutes=minutes)


@bp.post("/session/stay")
@access(Access.ANYONE)
def stay() -> ResponseReturnValue:
    """Keep the session alive; the visit itself has written down that it was used."""
    return ("", 204) if identity.current_visit() else ("", 401)


def _is_safe(form: RegisterForm, questions: dict[str, str]) -> bool:
    """Tell whether password and answer are hard to guess; say so beside the field if not."""
    details, password = form.details(), form.password.data or ""
    own = (details.given_name, details.family_name, *details.email.replace("@", ".").split("."))
    weakness = find_weakness(password, (*own, runtime().settings.brand_name))
    if weakness:
        form.say("password", WEAK[weakness])
    asked = questions[form.question.data]
    others = (details.given_name, details.family_name, details.full_name, details.email, password)
    guessable = is_answer_guessable(form.answer.data or "", asked, others)
    if guessable:
        form.say("answer", GUESSABLE)
    return not weakness and not guessable


def _remember(answer: Response, customer_id: CustomerId, *, wish: bool) -> Response:
    """Renew the browser's token if it is to be remembered; forget it everywhere if not."""
    shown = remembering.token()
    if not wish and not shown:
        return answer
    with unit_of_work() as work:
        if wish:
            return remembering.set_cookie(
                answer, service.remember_browser(work, customer_id, shown)
            )
        service.forget_browser(work, shown or "")
    return remembering.drop_cookie(answer)


def _why(proof: Proof) -> str:
    return BLOCKED if proof.blocked else WRONG_ANSWER
