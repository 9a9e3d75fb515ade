"""Pages for staff to sign in and out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.credentials.queries import find_secrets
from portal.credentials.rules import BLOCKED, WRONG, WRONG_ANSWER
from portal.kernel.visit import STAFF
from portal.staff import service
from portal.staff.forms import StaffQuestionForm, StaffSignInForm
from portal.web.access import Access, access, next_path
from portal.web.identity import current_visit, half_visit, let_in, let_out
from portal.web.runtime import runtime
from portal.web.transaction import reading, unit_of_work

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.route("/sign-in", methods=["GET", "POST"])
@access(Access.ANYONE)
def sign_in() -> ResponseReturnValue:
    """Take the first step: e-mail address and password."""
    if current_visit() is not None:
        return redirect(next_path(url_for("cases_desk.home")), 303)
    form = StaffSignInForm()
    if form.is_valid_post():
        typed = form.email.data or "", form.password.data or ""
        proof, token = service.check_password(unit_of_work, runtime().hasher, *typed)
        if token:
            answer = redirect(url_for(".question", next=request.args.get("next")), 303)
            return let_in(answer, STAFF, token)
        form.say("password", BLOCKED if proof.blocked else WRONG)
    return render_template("staff/sign_in.html", form=form)


@bp.route("/sign-in/question", methods=["GET", "POST"])
@access(Access.ANYONE)
def question() -> ResponseReturnValue:
    """Take the second step: the answer to the security question."""
    half = half_visit()
    if half is None:
        return redirect(url_for(".sign_in", next=request.args.get("next")), 303)
    form = StaffQuestionForm()
    if form.is_valid_post():
        typed = form.answer.data or ""
        proof, token = service.check_answer(unit_of_work, runtime().hasher, half, typed)
        if token:
            return let_in(redirect(next_path(url_for("cases_desk.home")), 303), STAFF, token)
        form.say("answer", BLOCKED if proof.blocked else WRONG_ANSWER)
    with reading() as work:
        secrets = find_secrets(work, half.person_id)
    form.answer.label.text = secrets.question if secrets else "Answer"
    return render_template("staff/question.html", form=form)


@bp.post("/sign-out")
@access(Access.ANYONE)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    visit = current_visit()
    if visit is not None:
        with unit_of_work() as work:
            service.sign_out(work, visit)
    why = "idle" if request.form.get("reason") == "idle" else None
    return let_out(redirect(url_for(".signed_out", why=why), 303), STAFF)


@bp.get("/signed-out")
@access(Access.ANYONE)
def signed_out() -> ResponseReturnValue:
    """Say that the session has ended, and lead back."""
    return render_template("staff/signed_out.html", is_idle=request.args.get("why") == "idle")


@bp.post("/session/stay")
@access(Access.ANYONE)
def stay() -> ResponseReturnValue:
    """Keep the session alive; the visit itself has written down that it was used."""
    return ("", 204) if current_visit() else ("", 401)
