"""Pages on which colleagues see and change how they sign in, and where they have."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.identity.credentials.rules import SAME_PASSWORD, find_password_fault
from portal.identity.mfa.forms import FirstCodeForm, NewPasskeyForm, NewPasswordForm
from portal.identity.mfa.rules import (
    LONGEST_PASSKEY_NAME,
    MOST_PASSKEYS,
    NOT_MADE,
    WAYS,
    WRONG_CODE,
    Holder,
)
from portal.identity.mfa.service import begin_passkey
from portal.identity.staff_accounts import service
from portal.identity.staff_accounts.queries import get_security_overview
from portal.identity.staff_accounts.rules import LastFactorError, StaffSecurityOverview
from portal.platform.core.ids import SessionId
from portal.platform.core.visit import Device
from portal.platform.web.access import Access, access
from portal.platform.web.device import current_device
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_staff_id, current_visit, get_visit
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import act, reading, unit_of_work

bp = Blueprint("staff_accounts_desk", __name__, url_prefix="/staff/security")

OUT = "You are signed out everywhere else."


@bp.get("")
@access(Access.STAFF)
def show() -> ResponseReturnValue:
    """Show how a colleague signs in, and where they are signed in."""
    mine = _mine(timedelta(seconds=runtime().settings.session_idle_seconds))
    spell = partial(Device.where, present=current_device())
    return render_template(
        "identity/staff_accounts_desk/show.html",
        mine=mine,
        place=spell,
        ways=WAYS,
        visit=current_visit(),
    )


@bp.route("/password", methods=["GET", "POST"])
@access(Access.STAFF, fresh=True)
@limited(Pace.SECRETS, needs="password")
def password() -> ResponseReturnValue:
    """Take a new password."""
    form, parts, mine = NewPasswordForm(), runtime(), _mine()
    if form.is_valid_post():
        typed, facts = form.password.data or "", (*mine.colleague.facts, parts.settings.brand_name)
        fault = find_password_fault(typed, facts, parts.breaches.know)
        if not fault and service.change_password(unit_of_work, parts.hasher, get_visit(), typed):
            return _done(f"Your password is changed. {OUT}")
        form.say("password", fault or SAME_PASSWORD)
    return render_template("identity/staff_accounts_desk/password.html", form=form, mine=mine)


@bp.route("/authenticator", methods=["GET", "POST"])
@access(Access.STAFF, fresh=True)
def authenticator() -> ResponseReturnValue:
    """Set up an authenticator app: a button begins it, the first code of the app ends it."""
    form = FirstCodeForm()
    if "begin" in request.form:
        act(service.begin_authenticator)
        return redirect(url_for(".authenticator"), 303)
    if form.is_valid_post():
        if act(service.confirm_authenticator, form.code.data or ""):
            return _done(f"Your new authenticator app works. {OUT}")
        form.say("code", WRONG_CODE)
    mine = _mine()
    enrolment = mine.enrolment(runtime().settings.brand_name)
    return render_template(
        "identity/staff_accounts_desk/authenticator.html", form=form, mine=mine, enrolment=enrolment
    )


@bp.route("/recovery-codes", methods=["GET", "POST"])
@access(Access.STAFF, fresh=True)
def recovery_codes() -> ResponseReturnValue:
    """Ask, then make recovery codes anew and show them, this once."""
    form = ButtonForm()
    codes = act(service.replace_codes) if form.is_valid_post() else []
    return render_template(
        "identity/staff_accounts_desk/recovery_codes.html", form=form, mine=_mine(), codes=codes
    )


@bp.route("/passkeys/add", methods=["GET", "POST"])
@access(Access.STAFF, fresh=True, keeps=("name",))
def add_passkey() -> ResponseReturnValue:
    """Keep a passkey that the browser has made."""
    form, settings = NewPasskeyForm(), runtime().settings
    form.name.data = form.name.data or current_device().name[:LONGEST_PASSKEY_NAME]
    if form.is_valid_post():
        if act(service.add_passkey, settings, form.answer.data or "", form.name.data):
            return _done(f"Your passkey is added. {OUT}")
        flash(NOT_MADE, "warn")
    is_full = len(_mine().factors.passkeys) >= MOST_PASSKEYS
    return render_template(
        "identity/staff_accounts_desk/add_passkey.html", form=form, is_full=is_full
    )


@bp.post("/passkeys/options")
@access(Access.STAFF)
def passkey_options() -> ResponseReturnValue:
    """Say to a browser what passkey to make; not before its name will do."""
    if not NewPasskeyForm().is_valid_post():
        abort(400)
    me = _mine().colleague
    with unit_of_work() as work:
        options = begin_passkey(work, runtime().settings, Holder(me.id, me.email, me.name))
    return options, 200, {"Content-Type": "application/json"}


@bp.route("/passkeys/<uuid:passkey_id>/remove", methods=["GET", "POST"])
@access(Access.STAFF, fresh=True)
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Ask, then take a passkey away; never the last second step."""
    form = ButtonForm()
    if form.is_valid_post():
        try:
            act(service.remove_passkey, passkey_id)
        except LastFactorError:
            flash("This is your only second step. Add another one first.", "warn")
            return redirect(url_for(".show"), 303)
        return _done(f"The passkey is removed. {OUT}")
    mine = _mine()
    found = next((one for one in mine.factors.passkeys if one.id == passkey_id), None) or abort(404)
    is_last = mine.factors.authenticator_added_at is None and len(mine.factors.passkeys) == 1
    return render_template(
        "identity/staff_accounts_desk/remove_passkey.html",
        form=form,
        passkey=found,
        is_last=is_last,
    )


@bp.post("/sessions/<uuid:session_id>/end")
@access(Access.STAFF)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """Sign out in one place."""
    act(service.end_others, SessionId(session_id))
    return _done("You are signed out there.")


@bp.post("/sessions/end")
@access(Access.STAFF)
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere else."""
    act(service.end_others)
    return _done(OUT)


def _mine(idle: timedelta | None = None) -> StaffSecurityOverview:
    with reading() as work:
        return get_security_overview(work, current_staff_id(), idle)


def _done(words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for(".show"), 303)
