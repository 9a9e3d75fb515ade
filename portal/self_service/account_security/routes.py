"""Pages on which customers see and change how they sign in, and where they have."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.desk.cases.rules import AlreadySentError
from portal.identity.credentials.rules import SAME_PASSWORD, find_answer_fault, find_password_fault
from portal.identity.mfa.forms import FirstCodeForm, NewPasskeyForm, NewPasswordForm
from portal.identity.mfa.rules import LONGEST_PASSKEY_NAME, MOST_PASSKEYS, NOT_MADE, WAYS
from portal.platform.core.ids import SessionId
from portal.platform.core.visit import CUSTOMER, Device
from portal.platform.web.access import Access, access
from portal.platform.web.device import current_device
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_customer_id, current_visit, get_visit, let_out
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import act, reading, unit_of_work
from portal.self_service.account_security import forms, queries, rules, service

bp = Blueprint("account_security", __name__, url_prefix="/security")


@bp.get("")
@access(Access.CUSTOMER)
def show() -> ResponseReturnValue:
    """Show how somebody signs in, where they are signed in, and when they have."""
    idle = timedelta(seconds=runtime().settings.session_idle_seconds)
    with reading() as work:
        found = queries.get_overview(work, current_customer_id(), idle)
    return render_template("self_service/account_security/show.html", found=found, **_words())


@bp.get("/sign-ins")
@access(Access.CUSTOMER)
def sign_ins() -> ResponseReturnValue:
    """Show every sign-in of the last ninety days, page by page."""
    after = request.args.get("after", type=UUID)
    with reading() as work:
        found, last = queries.list_page(work, current_customer_id(), after)
    return render_template(
        "self_service/account_security/sign_ins.html",
        found=found,
        after=after,
        last=last,
        **_words(),
    )


@bp.route("/password", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
@limited(Pace.SECRETS, needs="password")
def password() -> ResponseReturnValue:
    """Take a new password; nobody is made to choose one because the old one is old."""
    form, parts, mine = NewPasswordForm(), runtime(), _mine()
    least = rules.shortest_password(mine.factors)
    if form.is_valid_post():
        typed, facts = form.password.data or "", (*mine.details.facts(), parts.settings.brand_name)
        fault = find_password_fault(typed, facts, parts.breaches.know, shortest=least)
        if not fault and service.change_password(unit_of_work, parts.hasher, get_visit(), typed):
            return _done("password")
        form.say("password", fault or SAME_PASSWORD)
    return render_template(
        "self_service/account_security/password.html", form=form, mine=mine, least=least, **_words()
    )


@bp.route("/question", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True, keeps=("question",))
@limited(Pace.SECRETS, needs="answer")
def question() -> ResponseReturnValue:
    """Take a security question and its answer."""
    form, parts, mine = forms.NewQuestionForm(), runtime(), _mine()
    form.offer(parts.questions)
    if form.is_valid_post():
        asked, typed = parts.questions[form.question.data], form.answer.data or ""
        facts = (*mine.details.facts(), parts.settings.brand_name)
        fault = find_answer_fault(typed, asked, facts, "")
        if not fault:
            service.change_question(unit_of_work, parts.hasher, get_visit(), asked, typed)
            return _done("question")
        form.say("answer", fault)
    return render_template("self_service/account_security/question.html", form=form, mine=mine)


@bp.route("/authenticator", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def authenticator() -> ResponseReturnValue:
    """Set up an authenticator app: a button begins it, the first code of the app ends it."""
    form = FirstCodeForm()
    if "begin" in request.form:
        act(service.begin_authenticator)
        return redirect(url_for(".authenticator"), 303)
    if form.is_valid_post():
        codes = act(service.confirm_authenticator, form.code.data or "")
        if codes is not None:
            return _keep_codes(codes) if codes else _done("authenticator")
        form.say("code", rules.WRONG_CODE)
    mine = _mine()
    enrolment = mine.enrolment(runtime().settings.brand_name)
    return render_template(
        "self_service/account_security/authenticator.html",
        form=form,
        mine=mine,
        enrolment=enrolment,
    )


@bp.route("/authenticator/remove", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def remove_authenticator() -> ResponseReturnValue:
    """Ask, then take the authenticator app away."""
    form = ButtonForm()
    if form.is_valid_post():
        return _remove("no-authenticator", service.remove_authenticator)
    mine = _mine()
    if mine.factors.authenticator_added_at is None:
        abort(404)
    return render_template(
        "self_service/account_security/remove_authenticator.html", form=form, mine=mine
    )


@bp.route("/recovery-codes", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def recovery_codes() -> ResponseReturnValue:
    """Ask, then make recovery codes anew and show them, this once."""
    form = ButtonForm()
    if form.is_valid_post():
        return _keep_codes(act(service.replace_codes))
    return render_template(
        "self_service/account_security/recovery_codes.html", form=form, mine=_mine(), codes=()
    )


@bp.route("/passkeys/add", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True, keeps=("name",))
def add_passkey() -> ResponseReturnValue:
    """Keep a passkey that the browser has made."""
    form, settings = NewPasskeyForm(), runtime().settings
    form.name.data = form.name.data or current_device().name[:LONGEST_PASSKEY_NAME]
    if form.is_valid_post():
        codes = act(service.add_passkey, settings, form.answer.data or "", form.name.data)
        if codes is not None:
            return _keep_codes(codes) if codes else _done("passkey")
        flash(NOT_MADE, "warn")
    is_full = len(_mine().factors.passkeys) >= MOST_PASSKEYS
    return render_template(
        "self_service/account_security/add_passkey.html", form=form, is_full=is_full
    )


@bp.post("/passkeys/options")
@access(Access.CUSTOMER)
def passkey_options() -> ResponseReturnValue:
    """Say to a browser what passkey to make; not before its name will do."""
    if not NewPasskeyForm().is_valid_post():
        abort(400)
    options = act(service.begin_passkey, runtime().settings)
    return options, 200, {"Content-Type": "application/json"}


@bp.route("/passkeys/<uuid:passkey_id>/remove", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Ask, then take a passkey away."""
    form = ButtonForm()
    if form.is_valid_post():
        return _remove("no-passkey", service.remove_passkey, passkey_id)
    mine = _mine()
    found = next((one for one in mine.factors.passkeys if one.id == passkey_id), None) or abort(404)
    return render_template(
        "self_service/account_security/remove_passkey.html", form=form, mine=mine, passkey=found
    )


@bp.post("/sessions/<uuid:session_id>/end")
@access(Access.CUSTOMER)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """Sign out in one place."""
    act(service.end_one, SessionId(session_id))
    return _done("one")


@bp.post("/sessions/end")
@access(Access.CUSTOMER)
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere else, or everywhere."""
    here = request.form.get("where") == "everywhere"
    act(service.end_everywhere, here=here)
    if here:
        return let_out(redirect(url_for("sign_in.signed_out"), 303), CUSTOMER)
    return _done("others")


@bp.post("/browsers/<uuid:browser_id>/forget")
@access(Access.CUSTOMER)
def forget_browser(browser_id: UUID) -> ResponseReturnValue:
    """Let one browser greet nobody any more."""
    act(service.forget_browser, browser_id)
    return _done("browser")


@bp.route("/sign-ins/<uuid:record_id>/unknown", methods=["GET", "POST"])
@access(Access.CUSTOMER)
def unknown(record_id: UUID) -> ResponseReturnValue:
    """Ask, then put everybody else out and tell the desk; a new password comes next."""
    form = ButtonForm()
    if form.is_valid_post():
        try:
            act(service.report_sign_in, record_id)
        except AlreadySentError:  # the first of two presses is done by now
            act(service.report_sign_in, record_id)
        return _done("unknown", ".password")
    with reading() as work:
        found = queries.get_strange_sign_in(work, get_visit(), record_id)
    return render_template(
        "self_service/account_security/unknown.html", form=form, one=found, **_words()
    )


def _mine() -> rules.SecurityOverview:
    with reading() as work:
        return queries.get_security_overview(work, current_customer_id())


def _remove(what: str, verb: Callable[..., None], *given: UUID) -> ResponseReturnValue:
    try:
        act(verb, *given)
    except rules.ShortPasswordError:
        flash(rules.LONGER_FIRST, "warn")
        return redirect(url_for(".password"), 303)
    return _done(what)


def _done(what: str, then: str = ".show") -> ResponseReturnValue:
    flash(rules.DONE[what], "ok")
    return redirect(url_for(then), 303)


def _keep_codes(codes: list[str]) -> ResponseReturnValue:
    form, mine = ButtonForm(), _mine()
    return render_template(
        "self_service/account_security/recovery_codes.html", form=form, mine=mine, codes=codes
    )


def _words() -> dict[str, Any]:
    """Return what the pages need to say where, how and how long ago."""
    place = partial(Device.where, present=current_device())
    age = partial(rules.spell_age, now=runtime().clock())
    return {"place": place, "age": age, "ways": WAYS, "visit": current_visit()}
