"""Pages on which people see and change how they sign in, and where they have.

One view serves both realms where it stands on both blueprints; a view on one is for that realm
alone.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_records.rules import AlreadySentError
from portal.identity.credentials.rules import SAME_PASSWORD, find_answer_fault, find_password_fault
from portal.identity.mfa.forms import FirstCodeForm, NewPasskeyForm, NewPasswordForm
from portal.identity.mfa.rules import LONGEST_PASSKEY_NAME, MOST_PASSKEYS, NOT_MADE, WAYS
from portal.identity.realms.rules import COLLEAGUES, CUSTOMERS, REALMS, Realm
from portal.platform.core.ids import SessionId
from portal.platform.core.visit import Device
from portal.platform.web.access import Access, access
from portal.platform.web.device import current_device
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import (
    current_customer_id,
    current_staff_id,
    current_visit,
    get_visit,
    let_out,
)
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import act, reading, retry_after, unit_of_work
from portal.self_service.account_security import forms, queries, rules, service

customers = Blueprint(CUSTOMERS.security_blueprint, __name__, url_prefix="/security")
staff = Blueprint(COLLEAGUES.security_blueprint, __name__, url_prefix=f"{COLLEAGUES.path}/security")


@customers.route("/password", methods=["GET", "POST"])
@staff.route("/password", methods=["GET", "POST"])
@access(Access.SIGNED_IN, fresh=True, renews=True)
@limited(Pace.SECRETS, needs="password")
def password() -> ResponseReturnValue:
    """Take a new password; nobody is made to choose one because the old one is old."""
    form, parts, mine = NewPasswordForm(), runtime(), _mine()
    least = mine.shortest_password
    if form.is_valid_post():
        typed, facts = form.password.data or "", (*mine.own_words, parts.settings.brand_name)
        fault = find_password_fault(typed, facts, parts.breaches.know, shortest=least)
        if not fault and service.change_password(unit_of_work, parts.hasher, get_visit(), typed):
            return _done("password")
        form.say("password", fault or SAME_PASSWORD)
    return _draw("password", form=form, mine=mine, least=least, age=_age(), visit=get_visit())


@customers.route("/authenticator", methods=["GET", "POST"])
@staff.route("/authenticator", methods=["GET", "POST"])
@access(Access.SIGNED_IN, fresh=True)
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
    return _draw("authenticator", form=form, mine=mine, enrolment=enrolment)


@customers.route("/recovery-codes", methods=["GET", "POST"])
@staff.route("/recovery-codes", methods=["GET", "POST"])
@access(Access.SIGNED_IN, fresh=True)
def recovery_codes() -> ResponseReturnValue:
    """Ask, then make recovery codes anew and show them, this once."""
    form = ButtonForm()
    if form.is_valid_post():
        return _keep_codes(act(service.replace_codes))
    return _draw("recovery_codes", form=form, mine=_mine(), codes=())


@customers.route("/passkeys/add", methods=["GET", "POST"])
@staff.route("/passkeys/add", methods=["GET", "POST"])
@access(Access.SIGNED_IN, fresh=True, keeps=("name",))
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
    return _draw("add_passkey", form=form, is_full=is_full)


@customers.post("/passkeys/options")
@staff.post("/passkeys/options")
@access(Access.SIGNED_IN)
def passkey_options() -> ResponseReturnValue:
    """Say to a browser what passkey to make; not before its name will do."""
    if not NewPasskeyForm().is_valid_post():
        abort(400)
    options = act(service.begin_passkey, runtime().settings)
    return options, 200, {"Content-Type": "application/json"}


@customers.route("/passkeys/<uuid:passkey_id>/remove", methods=["GET", "POST"])
@staff.route("/passkeys/<uuid:passkey_id>/remove", methods=["GET", "POST"])
@access(Access.SIGNED_IN, fresh=True)
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Ask, then take a passkey away; never a colleague's last second step."""
    form = ButtonForm()
    if form.is_valid_post():
        return _remove("no-passkey", service.remove_passkey, passkey_id)
    mine = _mine()
    found = next((one for one in mine.factors.passkeys if one.id == passkey_id), None) or abort(404)
    return _draw("remove_passkey", form=form, mine=mine, passkey=found)


@customers.post("/sessions/<uuid:session_id>/end")
@staff.post("/sessions/<uuid:session_id>/end")
@access(Access.SIGNED_IN)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """Sign out in one place."""
    act(service.end_one, SessionId(session_id))
    return _done("one")


@customers.post("/sessions/end")
@staff.post("/sessions/end")
@access(Access.SIGNED_IN)
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere else, or everywhere."""
    realm, here = _realm(), request.form.get("where") == "everywhere"
    act(service.end_everywhere, here=here)
    if here:
        return let_out(redirect(url_for(f"{realm.blueprint}.signed_out"), 303), realm.kind)
    return _done("others")


def _realm() -> Realm:
    """Return whose pages these are."""
    return REALMS[get_visit().kind]


def _mine() -> rules.SecurityOverview:
    visit = get_visit()
    with reading() as work:
        return queries.get_security_overview(work, REALMS[visit.kind], visit.person_id)


def _draw(page: str, **facts: object) -> str:
    """Draw a page that both realms have."""
    return render_template(f"self_service/account_security/{page}.html", realm=_realm(), **facts)


def _remove(what: str, verb: Callable[..., None], *given: UUID) -> ResponseReturnValue:
    try:
        act(verb, *given)
    except rules.ShortPasswordError:
        flash(rules.LONGER_FIRST, "warn")
        return redirect(url_for(".password"), 303)
    except rules.LastFactorError:
        flash(rules.LAST_FACTOR, "warn")
        return redirect(url_for(".show"), 303)
    return _done(what)


def _done(what: str, then: str = ".show") -> ResponseReturnValue:
    flash(rules.DONE[what], "ok")
    return redirect(url_for(then), 303)


def _keep_codes(codes: list[str]) -> ResponseReturnValue:
    return _draw("recovery_codes", form=ButtonForm(), mine=_mine(), codes=codes)


def _age() -> Callable[[datetime], str]:
    return partial(rules.spell_age, now=runtime().clock())


def _idle() -> timedelta:
    return timedelta(seconds=runtime().settings.session_idle_seconds)


def _words() -> dict[str, Any]:
    """Return what the pages need to say where, how and how long ago."""
    place = partial(Device.where, present=current_device())
    return {"place": place, "age": _age(), "ways": WAYS, "visit": current_visit()}


# ------------------------------------------------------------------------------ staff alone


@staff.get("", endpoint="show")
@access(Access.STAFF)
def show_staff() -> ResponseReturnValue:
    """Show how a colleague signs in, and where they are signed in."""
    mine = _mine()
    with reading() as work:
        found = queries.list_sessions(work, COLLEAGUES, current_staff_id(), _idle())
    page = "self_service/staff_security/show.html"
    return render_template(page, mine=mine, open=found, **_words())


# ------------------------------------------------------------------------------ customers alone


@customers.get("")
@access(Access.CUSTOMER)
def show() -> ResponseReturnValue:
    """Show how somebody signs in, where they are signed in, and when they have."""
    with reading() as work:
        found = queries.get_overview(work, current_customer_id(), _idle())
    return render_template("self_service/account_security/show.html", found=found, **_words())


@customers.get("/sign-ins")
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


@customers.route("/question", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True, keeps=("question",))
@limited(Pace.SECRETS, needs="answer")
def question() -> ResponseReturnValue:
    """Take a security question and its answer."""
    form, parts, mine = forms.NewQuestionForm(), runtime(), _mine()
    form.offer(parts.questions)
    if form.is_valid_post():
        asked, typed = parts.questions[form.question.data], form.answer.data or ""
        facts = (*mine.own_words, parts.settings.brand_name)
        fault = find_answer_fault(typed, asked, facts, "")
        if not fault:
            service.change_question(unit_of_work, parts.hasher, get_visit(), asked, typed)
            return _done("question")
        form.say("answer", fault)
    return render_template("self_service/account_security/question.html", form=form, mine=mine)


@customers.route("/authenticator/remove", methods=["GET", "POST"])
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


@customers.post("/browsers/<uuid:browser_id>/forget")
@access(Access.CUSTOMER)
def forget_browser(browser_id: UUID) -> ResponseReturnValue:
    """Let one browser greet nobody any more."""
    act(service.forget_browser, browser_id)
    return _done("browser")


@customers.route("/sign-ins/<uuid:record_id>/unknown", methods=["GET", "POST"])
@access(Access.CUSTOMER)
def unknown(record_id: UUID) -> ResponseReturnValue:
    """Ask, then put everybody else out and tell the desk; a new password comes next."""
    form = ButtonForm()
    if form.is_valid_post():
        retry_after(AlreadySentError, service.report_sign_in, get_visit(), record_id)
        return _done("unknown", ".password")
    with reading() as work:
        found = queries.get_strange_sign_in(work, get_visit(), record_id)
    return render_template(
        "self_service/account_security/unknown.html", form=form, one=found, **_words()
    )
