"""Pages for staff to sign in and out, and to prove once more who they are."""

from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.identity.credentials.rules import BLOCKED, WRONG, WRONG_PASSWORD
from portal.identity.mfa.forms import CodeForm, PasskeyForm, ProofForm
from portal.identity.mfa.rules import WRONG_CODE, WRONG_PASSKEY, Way
from portal.identity.mfa.service import ask_for_passkey
from portal.identity.staff_accounts import service
from portal.identity.staff_accounts.forms import StaffSignInForm
from portal.identity.staff_accounts.queries import get_security_overview, list_open_ways
from portal.identity.staff_accounts.rules import UNFINISHED, StaffSignIn, may
from portal.platform.core.visit import STAFF, Visit
from portal.platform.web.access import Access, access, next_path
from portal.platform.web.device import current_device
from portal.platform.web.forms import Form
from portal.platform.web.identity import (
    current_role,
    current_staff_id,
    current_visit,
    half_visit,
    let_in,
    renew,
)
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("staff_accounts", __name__, url_prefix="/staff")

STEPS = {
    Way.AUTHENTICATOR: ".authenticator",
    Way.PASSKEY: ".passkey",
    Way.RECOVERY_CODE: ".recovery_code",
}


@bp.app_template_global("i_may")
def i_may(task: str) -> bool:
    """Tell a template whether whoever looks may do a task of the table `MAY`."""
    return may(current_role(), task)


@bp.route("/sign-in", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="password")
def sign_in() -> ResponseReturnValue:
    """Take the first step: e-mail address and password."""
    if current_visit() is not None:
        return redirect(next_path(url_for("cases_desk.home")), 303)
    form = StaffSignInForm()
    if form.is_valid_post():
        typed = form.email.data or "", form.password.data or ""
        came = service.check_password(unit_of_work, runtime().hasher, *typed)
        if came.token and came.proof.owner_id:
            with reading() as work:
                first = list_open_ways(work, came.proof.owner_id)[0]
            step = url_for(STEPS[first], next=request.args.get("next"))
            return let_in(redirect(step, 303), STAFF, came.token)
        wrong = UNFINISHED if came.is_unfinished else WRONG
        form.say("password", BLOCKED if came.proof.blocked else wrong)
    return render_template("identity/staff_accounts/sign_in.html", form=form, passkey=PasskeyForm())


@bp.route("/sign-in/authenticator", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="code")
def authenticator() -> ResponseReturnValue:
    """Take the second step: the code that an authenticator app shows."""
    return _take_code(Way.AUTHENTICATOR)


@bp.route("/sign-in/recovery-code", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="code")
def recovery_code() -> ResponseReturnValue:
    """Take the second step: one of the codes on paper."""
    return _take_code(Way.RECOVERY_CODE)


@bp.post("/sign-in/passkey/options")
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def passkey_options() -> ResponseReturnValue:
    """Say to a browser what a passkey is to sign."""
    visit = current_visit()
    asked = visit.session_id if visit else uuid4()
    session["asked"] = str(asked)
    with unit_of_work() as work:
        options = ask_for_passkey(work, runtime().settings, asked)
    return options, 200, {"Content-Type": "application/json"}


@bp.route("/sign-in/passkey", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS)
def passkey() -> ResponseReturnValue:
    """Let somebody in by a passkey: as the second step, or alone."""
    half, form = _half(), PasskeyForm()
    if form.is_valid_post() and "asked" in session:
        asked = UUID(session.pop("asked"))
        came = service.check_passkey(
            unit_of_work, runtime().settings, asked, form.answer.data or "", current_device()
        )
        if came.token:
            return _welcome(came)
    if form.is_submitted():
        flash(WRONG_PASSKEY, "warn")
    return _step(Way.PASSKEY, form, half) if half else _begin_again()


@bp.route("/prove", methods=["GET", "POST"])
@access(Access.STAFF)
@limited(Pace.SECRETS, needs="password")
def prove() -> ResponseReturnValue:
    """Ask once more who it is, before something precious; then lead back to it."""
    form, visit = ProofForm(), current_visit()
    if visit is not None and form.is_valid_post():
        typed = form.password.data or ""
        proof, token = service.prove_again(unit_of_work, runtime().hasher, visit, typed)
        if token:
            return renew(redirect(next_path(url_for("cases_desk.home")), 303), STAFF, token)
        form.say("password", BLOCKED if proof.blocked else WRONG_PASSWORD)
    with reading() as work:
        mine = get_security_overview(work, current_staff_id())
    return render_template(
        "identity/staff_accounts/prove.html", form=form, mine=mine, passkey=PasskeyForm()
    )


@bp.post("/prove/passkey")
@access(Access.STAFF)
@limited(Pace.SECRETS)
def prove_by_passkey() -> ResponseReturnValue:
    """Take a passkey as fresh proof."""
    form, visit = PasskeyForm(), current_visit()
    if visit is not None and form.is_valid_post():
        answer = form.answer.data or ""
        with unit_of_work() as work:
            token = service.prove_by_passkey(work, runtime().settings, visit, answer)
        if token:
            return renew(redirect(next_path(url_for("cases_desk.home")), 303), STAFF, token)
    flash(WRONG_PASSKEY, "warn")
    return redirect(url_for(".prove", next=request.args.get("next")), 303)


@bp.get("/signed-out")
@access(Access.ANYONE)
def signed_out() -> ResponseReturnValue:
    """Say that the session has ended, and lead back."""
    return render_template(
        "identity/staff_accounts/signed_out.html", is_idle=request.args.get("why") == "idle"
    )


def _half() -> Visit | None:
    """Return the visit of somebody who gave the right password; not of one who is joining."""
    half = half_visit()
    return None if half is None or half.is_enrolling else half


def _take_code(way: Way) -> ResponseReturnValue:
    half, form = _half(), CodeForm()
    if half is None:
        return _begin_again()
    if form.is_valid_post():
        came = service.check_code(unit_of_work, half, way, form.code.data or "", current_device())
        if came.token:
            return _welcome(came)
        form.say("code", BLOCKED if came.proof.blocked else WRONG_CODE)
    return _step(way, form, half)


def _step(way: Way, form: Form, half: Visit) -> ResponseReturnValue:
    """Draw a second step, if it is open to whoever gave the right password."""
    with reading() as work:
        ways = list_open_ways(work, half.person_id)
    if way not in ways:
        return _begin_again()
    facts = {"form": form, "steps": STEPS, "ways": ways, "passkey": PasskeyForm()}
    return render_template(f"identity/staff_accounts/{STEPS[way].lstrip('.')}.html", **facts)


def _begin_again() -> ResponseReturnValue:
    return redirect(url_for(".sign_in", next=request.args.get("next")), 303)


def _welcome(came: StaffSignIn) -> ResponseReturnValue:
    """Open the session in the browser."""
    return let_in(redirect(next_path(url_for("cases_desk.home")), 303), STAFF, came.token)
