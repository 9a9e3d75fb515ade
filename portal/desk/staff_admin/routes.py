"""Pages for joining the desk by invitation: password, second step, recovery codes."""

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.staff_admin import service
from portal.desk.staff_admin.forms import JoinForm
from portal.desk.staff_admin.queries import find_invited
from portal.desk.staff_admin.rules import Joined
from portal.identity.credentials.rules import find_password_fault
from portal.identity.mfa.forms import FirstCodeForm, PasskeyForm
from portal.identity.mfa.queries import find_pending_secret
from portal.identity.mfa.rules import NOT_MADE, WRONG_CODE, PasskeyOwner, prepare
from portal.identity.mfa.service import begin_passkey
from portal.identity.realms.rules import COLLEAGUES
from portal.identity.staff_accounts.queries import get_colleague
from portal.identity.staff_accounts.rules import Colleague
from portal.platform.core.visit import STAFF, Visit
from portal.platform.web.access import Access, access
from portal.platform.web.device import current_device
from portal.platform.web.identity import half_visit, let_in
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("staff_admin", __name__, url_prefix="/staff/join")


@bp.route("/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="password")
def begin(token: str) -> ResponseReturnValue:
    """Choose a password; a GET only looks, so that a mail scanner's visit does nothing."""
    form, parts = JoinForm(), runtime()
    with reading() as work:
        found = find_invited(work, token)
    if found is None:
        return render_template("desk/staff_admin/begin.html", form=None, found=None), 410
    if form.is_valid_post():
        typed = form.password.data or ""
        facts = (*found.guessable_details, parts.settings.brand_name)
        fault = find_password_fault(typed, facts, parts.breaches.know)
        if fault is None:
            opened = service.join(unit_of_work, parts.hasher, token, typed)
            if opened:
                return let_in(redirect(url_for(".second_step"), 303), STAFF, opened)
            return redirect(url_for(".begin", token=token), 303)
        form.say("password", fault)
    return render_template("desk/staff_admin/begin.html", form=form, found=found)


@bp.route("/authenticator", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="code")
def second_step() -> ResponseReturnValue:
    """Set up the authenticator app; its first code signs its owner in."""
    form, visit = FirstCodeForm(), _setting_up()
    if visit is None:
        return _to_sign_in()
    if form.is_valid_post():
        with unit_of_work() as work:
            typed = form.code.data or ""
            joined = service.set_up_authenticator(work, visit, typed, current_device())
        if joined:
            return _welcome(visit, joined)
        form.say("code", WRONG_CODE)
    return _draw(visit, form)


@bp.post("/passkey")
@access(Access.ANYONE)
@limited(Pace.SECRETS)
def passkey() -> ResponseReturnValue:
    """Save a passkey instead of an authenticator app, and sign its owner in."""
    form, visit = PasskeyForm(), _setting_up()
    if visit is None:
        return _to_sign_in()
    if form.is_valid_post():
        with unit_of_work() as work:
            answer, settings = form.answer.data or "", runtime().settings
            joined = service.set_up_passkey(work, visit, settings, answer, current_device())
        if joined:
            return _welcome(visit, joined)
    if form.is_submitted():
        flash(NOT_MADE, "warn")
    return redirect(url_for(".second_step"), 303)


@bp.post("/passkey/options")
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def passkey_options() -> ResponseReturnValue:
    """Return the WebAuthn options for making a passkey."""
    visit = _setting_up()
    if visit is None:
        abort(403)
    me = _colleague(visit)
    with unit_of_work() as work:
        options = begin_passkey(work, runtime().settings, PasskeyOwner(me.id, me.email, me.name))
    return options, 200, {"Content-Type": "application/json"}


def _setting_up() -> Visit | None:
    """Return the visit of a colleague who chose a password by invitation, and no factor yet."""
    half = half_visit()
    return half if half is not None and half.is_setting_up else None


def _colleague(visit: Visit) -> Colleague:
    with reading() as work:
        return get_colleague(work, visit.person_id)


def _draw(visit: Visit, form: FirstCodeForm) -> ResponseReturnValue:
    with reading() as work:
        secret = find_pending_secret(work, visit.person_id) or ""
        email = get_colleague(work, visit.person_id).email
    issuer = COLLEAGUES.issuer.format(brand=runtime().settings.brand_name)
    enrolment = prepare(secret, email, issuer)
    facts = {"form": form, "enrolment": enrolment, "passkey": PasskeyForm(), "codes": ()}
    return render_template("desk/staff_admin/second_step.html", **facts)


def _welcome(visit: Visit, joined: Joined) -> ResponseReturnValue:
    """Show the recovery codes, this once, and set the session's cookie."""
    email = _colleague(visit).email
    drawn = render_template("desk/staff_admin/second_step.html", codes=joined.codes, email=email)
    page = make_response(drawn)
    return let_in(page, STAFF, joined.token)


def _to_sign_in() -> ResponseReturnValue:
    return redirect(url_for(f"{COLLEAGUES.blueprint}.sign_in"), 303)
