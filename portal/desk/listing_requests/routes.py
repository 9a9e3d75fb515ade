"""Pages for whoever is in our directories by way of another operator, without an account."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_records.rules import KEPT_AFTER_CLOSING, AlreadySentError
from portal.desk.cases.routes import find_my_id, find_sender
from portal.desk.listing_requests import queries, service
from portal.desk.listing_requests.forms import AskNumberForm, CorrectEntryForm, NumberCodeForm
from portal.desk.listing_requests.rules import MOST_OPEN, OPENED, WRONG_CODE, OpenedEntry, get_terms
from portal.platform.core.clock import spell_length
from portal.platform.core.errors import StaleError
from portal.platform.core.recipients import list_named
from portal.platform.core.texts import _, join
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, retry_after, unit_of_work

bp = Blueprint("listing_requests", __name__, url_prefix="/directories")

ENTRY_CHANGED = _("The entry changed while you had it open. Check it, then try again.")


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
        after, version = form.corrected(found.entry), form.read_version()
        with unit_of_work() as work:
            is_done = service.correct(work, _token(reference), reference, after, version)
        if is_done:
            flash(_("Your entry is corrected."), "ok")
        return redirect(url_for(".show", reference=reference), 303)
    if not form.is_submitted():
        form.prepare(found.entry)
    return render_template("desk/listing_requests/correct.html", form=form, found=found)


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


@bp.errorhandler(StaleError)
def stale(error: StaleError) -> ResponseReturnValue:
    """Show the entry as it is now, when it changed meanwhile."""
    del error
    flash(ENTRY_CHANGED, "warn")
    reference = (request.view_args or {}).get("reference", "")
    return redirect(url_for(".show", reference=reference), 303)


def _find(reference: str) -> OpenedEntry | None:
    with reading() as work:
        return queries.find_opened(work, _token(reference), reference)


def _token(reference: str) -> str:
    token: str = session.get(OPENED, {}).get(reference, "")
    return token


def _over() -> ResponseReturnValue:
    form = NumberCodeForm(formdata=None)
    return render_template("desk/listing_requests/prove.html", form=form, is_over=True), 410
