"""Pages for whoever is in our directories by way of another operator, without an account."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from portal.consent.listed_people.rules import ListedEntry
from portal.desk.case_records.rules import KEPT_AFTER_CLOSING, AlreadySentError
from portal.desk.cases.routes import find_my_id, find_sender
from portal.desk.listing_requests import queries, service
from portal.desk.listing_requests.forms import AskNumberForm, CorrectEntryForm, NumberCodeForm
from portal.desk.listing_requests.rules import (
    MOST_OPEN,
    OPENED,
    WRONG_CODE,
    OpenedEntry,
    get_terms,
    spell_place,
)
from portal.platform.core.clock import spell_length
from portal.platform.core.errors import StaleError
from portal.platform.core.recipients import list_named
from portal.platform.core.texts import _, join
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.outcome import say_outcome
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, retry_after, unit_of_work

bp = Blueprint("listing_requests", __name__, url_prefix="/directories")

ENTRY_GONE = _("The entry was deleted while you had it open. Nothing was changed just now.")
SAYS_SO = _("The entry says that already. Nothing was changed.")
CORRECT = "desk/listing_requests/correct.html"


@bp.route("/your-number", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.EMAILS, needs="email")
def ask() -> ResponseReturnValue:
    """Take a request about a number in our directories from anybody."""
    form = AskNumberForm()
    if form.is_valid_post():
        given = form.asked(), find_my_id()
        session["reference"] = retry_after(AlreadySentError, service.ask_about_number, *given)
        return redirect(url_for(".asked"), 303)
    name, address = find_sender()
    if not form.is_submitted():
        form.prepare(name, address)
    kept = spell_length(KEPT_AFTER_CLOSING)
    page = "desk/listing_requests/ask.html"
    return render_template(page, form=form, address=address, kept=kept)


@bp.get("/your-number/sent")
@access(Access.ANYONE)
def asked() -> ResponseReturnValue:
    """Say what happens next; the same for every number."""
    page = "desk/listing_requests/asked.html"
    return render_template(page, reference=session.get("reference"))


@bp.route("/code", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="code")
def prove() -> ResponseReturnValue:
    """Take the code that was told or posted."""
    form = NumberCodeForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            typed = form.reference.data or "", form.code.data or ""
            proved = service.prove_number(work, *typed)
        if proved:
            session[OPENED] = dict([*session.get(OPENED, {}).items(), proved][-MOST_OPEN:])
            return redirect(url_for(".show", reference=proved[0]), 303)
        form.say("code", WRONG_CODE)
    elif not form.is_submitted():
        form.reference.data = session.get("reference", "")
    return render_template("desk/listing_requests/prove.html", form=form, is_over=False)


@bp.get("/entry/<reference>")
@access(Access.ANYONE)
def show(reference: str) -> ResponseReturnValue:
    """Show the entry of a number to whoever proved it; the look is recorded."""
    with unit_of_work() as work:
        found = service.view_entry(work, _token(reference), reference)
    if found is None:
        return _over()
    about = get_terms(runtime().register)
    named = join(one.name for one in list_named(about.gets, runtime().recipients, ()))
    facts = {"about": about, "recipients": named}
    return render_template("desk/listing_requests/show.html", found=found, **facts)


@bp.route("/entry/<reference>/correct", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def correct(reference: str) -> ResponseReturnValue:
    """Correct the name and address of the entry."""
    form, found = CorrectEntryForm(), _find(reference)
    if found is None:
        return _over()
    if found.entry is None:
        return redirect(url_for(".show", reference=reference), 303)
    if form.is_valid_post():
        try:
            _correct(reference, form, found.entry)
        except StaleError:
            return _ask_again(reference, form)
        return redirect(url_for(".show", reference=reference), 303)
    if not form.is_submitted():
        form.prepare(found.entry)
    return render_template(CORRECT, form=form, found=found, now=None)


@bp.route("/entry/<reference>/take-out", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def take_out(reference: str) -> ResponseReturnValue:
    """Say what taking the number out does, and do it."""
    form, found = ButtonForm(), _find(reference)
    if found is None:
        return _over()
    if form.is_valid_post():
        with unit_of_work() as work:
            service.take_out(work, _token(reference), reference)
        return redirect(url_for(".show", reference=reference), 303)
    page, tells = "desk/listing_requests/take_out.html", runtime().receiver.is_there
    return render_template(page, found=found, tells=tells)


@bp.post("/entry/<reference>/let-in")
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def let_in(reference: str) -> ResponseReturnValue:
    """Let the number back into our directories."""
    if ButtonForm().is_valid_post():
        with unit_of_work() as work:
            is_done = service.let_in(work, _token(reference), reference)
        if is_done:
            flash(_("Your number can be listed again."), "ok")
    return redirect(url_for(".show", reference=reference), 303)


def _correct(reference: str, form: CorrectEntryForm, entry: ListedEntry) -> None:
    after, version = form.corrected(entry), form.read_version()
    with unit_of_work() as work:
        is_done = service.correct(work, _token(reference), reference, after, version)
    if is_done is not None:
        say_outcome(_("Your entry is corrected."), is_new=is_done, otherwise=SAYS_SO)


def _ask_again(reference: str, form: CorrectEntryForm) -> ResponseReturnValue:
    """Show what was typed beside the entry as it is now, since that changed meanwhile."""
    found = _find(reference)
    if found is None:
        return _over()
    if found.entry is None:
        flash(ENTRY_GONE, "warn")
        return redirect(url_for(".show", reference=reference), 303)
    form.version.data, now = str(found.entry.version), spell_place(found.entry.said)
    return render_template(CORRECT, form=form, found=found, now=now), 409


def _find(reference: str) -> OpenedEntry | None:
    with reading() as work:
        return queries.find_opened(work, _token(reference), reference)


def _token(reference: str) -> str:
    token: str = session.get(OPENED, {}).get(reference, "")
    return token


def _over() -> ResponseReturnValue:
    form = NumberCodeForm(formdata=None)
    return render_template("desk/listing_requests/prove.html", form=form, is_over=True), 410
