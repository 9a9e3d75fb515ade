"""Pages on which customers see and change how they sign in, and where they have."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.account.rules import AlreadyRegisteredError, parse_email
from portal.cases.rules import AlreadySentError
from portal.credentials.rules import find_answer_fault, find_password_fault
from portal.factors.rules import LONGEST_PASSKEY_NAME, MOST_PASSKEYS, WAYS
from portal.factors.service import Holder, begin_authenticator, begin_passkey
from portal.kernel.breaches import Breaches
from portal.kernel.ids import SessionId
from portal.kernel.visit import CUSTOMER, Visit
from portal.kernel.work import Work
from portal.links.rules import Purpose
from portal.security import forms, queries, rules, service
from portal.web.access import Access, access
from portal.web.device import current_device
from portal.web.forms import ButtonForm
from portal.web.identity import current_customer_id, current_visit, let_out
from portal.web.runtime import runtime
from portal.web.transaction import reading, unit_of_work

bp = Blueprint("security", __name__, url_prefix="/security")
P = ParamSpec("P")
R = TypeVar("R")


@bp.get("")
@access(Access.CUSTOMER)
def show() -> ResponseReturnValue:
    """Show how somebody signs in, where they are signed in, and when they have."""
    idle = timedelta(seconds=runtime().settings.session_idle_seconds)
    with reading() as work:
        found = queries.get_overview(work, current_customer_id(), idle)
    return render_template("security/show.html", found=found, **_words())


@bp.get("/sign-ins")
@access(Access.CUSTOMER)
def sign_ins() -> ResponseReturnValue:
    """Show every sign-in of the last ninety days, page by page."""
    after = request.args.get("after", type=UUID)
    with reading() as work:
        found, last = queries.list_page(work, current_customer_id(), after)
    return render_template(
        "security/sign_ins.html", found=found, after=after, last=last, **_words()
    )


@bp.route("/password", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def password() -> ResponseReturnValue:
    """Take a new password; nobody is made to choose one because the old one is old."""
    form, parts, mine = forms.PasswordForm(), runtime(), _mine()
    least = rules.shortest_password(mine.factors)
    if form.is_valid_post():
        typed, facts = form.password.data or "", (*mine.details.facts(), parts.settings.brand_name)
        leaks = Breaches(parts.settings.breach_service)
        fault = find_password_fault(typed, facts, leaks.know, shortest=least)
        if not fault and service.change_password(unit_of_work, parts.hasher, _visit(), typed):
            return _done("password")
        form.say("password", fault or rules.SAME_PASSWORD)
    return render_template("security/password.html", form=form, mine=mine, least=least, **_words())


@bp.route("/question", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True, keeps=("question",))
def question() -> ResponseReturnValue:
    """Take a security question and its answer."""
    form, parts, mine = forms.QuestionForm(), runtime(), _mine()
    form.offer(parts.questions)
    if form.is_valid_post():
        asked, typed = parts.questions[form.question.data], form.answer.data or ""
        facts = (*mine.details.facts(), parts.settings.brand_name)
        fault = find_answer_fault(typed, asked, facts, "")
        if not fault:
            service.change_question(unit_of_work, parts.hasher, _visit(), asked, typed)
            return _done("question")
        form.say("answer", fault)
    return render_template("security/question.html", form=form, mine=mine)


@bp.route("/authenticator", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def authenticator() -> ResponseReturnValue:
    """Set up an authenticator app: a button begins it, the first code of the app ends it."""
    form = forms.AuthenticatorForm()
    if "begin" in request.form:
        with unit_of_work() as work:
            begin_authenticator(work, current_customer_id())
        return redirect(url_for(".authenticator"), 303)
    if form.is_valid_post():
        codes = _act(service.confirm_authenticator, form.code.data or "")
        if codes is not None:
            return _keep_codes(codes) if codes else _done("authenticator")
        form.say("code", rules.WRONG_CODE)
    mine = _mine()
    enrolment = rules.prepare(mine, runtime().settings.brand_name)
    return render_template("security/authenticator.html", form=form, mine=mine, enrolment=enrolment)


@bp.route("/authenticator/remove", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def remove_authenticator() -> ResponseReturnValue:
    """Ask, then take the authenticator app away."""
    form = ButtonForm()
    if form.is_valid_post():
        _act(service.remove_authenticator)
        return _done("no-authenticator")
    mine = _mine()
    if mine.factors.authenticator_added_at is None:
        abort(404)
    return render_template("security/remove_authenticator.html", form=form, mine=mine)


@bp.route("/recovery-codes", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def recovery_codes() -> ResponseReturnValue:
    """Ask, then make recovery codes anew and show them, this once."""
    form = ButtonForm()
    if form.is_valid_post():
        return _keep_codes(_act(service.replace_codes))
    return render_template("security/recovery_codes.html", form=form, mine=_mine(), codes=())


@bp.route("/passkeys/add", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True, keeps=("name",))
def add_passkey() -> ResponseReturnValue:
    """Keep a passkey that the browser has made."""
    form, settings = forms.PasskeyForm(), runtime().settings
    form.name.data = form.name.data or current_device().name[:LONGEST_PASSKEY_NAME]
    if form.is_valid_post():
        codes = _act(service.add_passkey, settings, form.answer.data or "", form.name.data)
        if codes is not None:
            return _keep_codes(codes) if codes else _done("passkey")
        flash(rules.WRONG_PASSKEY, "warn")
    is_full = len(_mine().factors.passkeys) >= MOST_PASSKEYS
    return render_template("security/add_passkey.html", form=form, is_full=is_full)


@bp.post("/passkeys/options")
@access(Access.CUSTOMER)
def passkey_options() -> ResponseReturnValue:
    """Say to a browser what passkey to make; not before its name will do."""
    if not forms.PasskeyForm().is_valid_post():
        abort(400)
    details = _mine().details
    holder = Holder(current_customer_id(), details.email, details.full_name)
    with unit_of_work() as work:
        options = begin_passkey(work, runtime().settings, holder)
    return options, 200, {"Content-Type": "application/json"}


@bp.route("/passkeys/<uuid:passkey_id>/remove", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Ask, then take a passkey away."""
    form = ButtonForm()
    if form.is_valid_post():
        _act(service.remove_passkey, passkey_id)
        return _done("no-passkey")
    mine = _mine()
    found = next((one for one in mine.factors.passkeys if one.id == passkey_id), None) or abort(404)
    return render_template("security/remove_passkey.html", form=form, mine=mine, passkey=found)


@bp.post("/sessions/<uuid:session_id>/end")
@access(Access.CUSTOMER)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """Sign out in one place."""
    _act(service.end_one, SessionId(session_id))
    return _done("one")


@bp.post("/sessions/end")
@access(Access.CUSTOMER)
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere else, or everywhere."""
    here = request.form.get("where") == "everywhere"
    _act(service.end_everywhere, here=here)
    if here:
        return let_out(redirect(url_for("entrance.signed_out"), 303), CUSTOMER)
    return _done("others")


@bp.post("/browsers/<uuid:browser_id>/forget")
@access(Access.CUSTOMER)
def forget_browser(browser_id: UUID) -> ResponseReturnValue:
    """Let one browser greet nobody any more."""
    _act(service.forget_browser, browser_id)
    return _done("browser")


@bp.route("/sign-ins/<uuid:record_id>/unknown", methods=["GET", "POST"])
@access(Access.CUSTOMER)
def unknown(record_id: UUID) -> ResponseReturnValue:
    """Ask, then put everybody else out and tell the desk; a new password comes next."""
    form = ButtonForm()
    if form.is_valid_post():
        try:
            _act(service.report_sign_in, record_id)
        except AlreadySentError:  # the first of two presses is done by now
            _act(service.report_sign_in, record_id)
        return _done("unknown", ".password")
    with reading() as work:
        found = queries.get_strange_entrance(work, _visit(), record_id)
    return render_template("security/unknown.html", form=form, one=found, **_words())


@bp.route("/email", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True, keeps=("email",))
def email() -> ResponseReturnValue:
    """Take another email address; it counts when it is confirmed, and not before."""
    form, now = forms.EmailForm(), _mine().details.email
    if form.is_valid_post():
        wanted = parse_email(form.email.data or "")
        if wanted != now and _act(service.ask_for_email, wanted):
            return _done("email")
        form.say("email", rules.SAME_ADDRESS if wanted == now else rules.MAILED_ENOUGH)
    with reading() as work:
        waiting = queries.find_waiting(work, current_customer_id())
    return render_template("security/email.html", form=form, now=now, waiting=waiting)


@bp.route("/email/confirm/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
def confirm_email(token: str) -> ResponseReturnValue:
    """Confirm a new address; a GET only looks, so that a mail scanner's visit does nothing."""
    confirm = partial(service.confirm_email, visit=current_visit())
    came = _follow(Purpose.CONFIRM_EMAIL, token, confirm)
    if came["is_done"]:
        return _done("confirmed")
    return render_template("security/confirm_email.html", **came), came["status"]


@bp.route("/email/undo/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
def undo_email(token: str) -> ResponseReturnValue:
    """Bring the old address back; a GET only looks."""
    came = _follow(Purpose.UNDO_EMAIL, token, service.undo_email)
    if came["is_done"]:
        return _done("undone", "entrance.sign_in")
    return render_template("security/undo_email.html", **came), came["status"]


def _follow(purpose: Purpose, token: str, verb: Callable[[Work, str], bool]) -> dict[str, Any]:
    """Look at a link of a letter, and use it if that is asked; say what came of it."""
    form, is_done, is_taken = ButtonForm(), False, False
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                is_done = verb(work, token)
        except AlreadyRegisteredError:
            is_taken = True
    with reading() as work:
        change = queries.find_change(work, purpose, token)
    status = 409 if is_taken else 200 if change else 410
    facts = {"form": form, "change": change, "status": status}
    return {**facts, "is_done": is_done, "is_taken": is_taken}


def _mine() -> rules.Standing:
    with reading() as work:
        return queries.get_standing(work, current_customer_id())


def _visit() -> Visit:
    visit = current_visit()
    if visit is None:
        raise LookupError("Nobody is signed in")
    return visit


def _act(verb: Callable[Concatenate[Work, Visit, P], R], *args: P.args, **named: P.kwargs) -> R:
    with unit_of_work() as work:
        return verb(work, _visit(), *args, **named)


def _done(what: str, then: str = ".show") -> ResponseReturnValue:
    flash(rules.DONE[what], "ok")
    return redirect(url_for(then), 303)


def _keep_codes(codes: list[str]) -> ResponseReturnValue:
    form, mine = ButtonForm(), _mine()
    return render_template("security/recovery_codes.html", form=form, mine=mine, codes=codes)


def _words() -> dict[str, Any]:
    """Return what the pages need to say where, how and how long ago."""
    place = partial(rules.spell_place, present=current_device())
    age = partial(rules.spell_age, now=runtime().clock())
    return {"place": place, "age": age, "ways": WAYS, "visit": current_visit()}
