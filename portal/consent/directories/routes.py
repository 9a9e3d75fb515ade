"""Pages of directories and preference services."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from portal.consent.directories import queries, service
from portal.consent.directories.forms import EnrolmentForm, EntriesForm
from portal.consent.directories.rules import (
    LISTINGS,
    SERVICES,
    Entries,
    EntryChange,
    Listing,
    Number,
    PreferenceService,
    box_value,
    numbers_of,
    registered_by,
    works_on,
)
from portal.consent.directories.service import LonelyError, MergedEntry, NoAddressError
from portal.identity.accounts.queries import get_customer
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.core.work import Work
from portal.platform.web.access import Access, access
from portal.platform.web.forms import CARRIED, ButtonForm
from portal.platform.web.identity import current_customer_id
from portal.platform.web.outcome import say_outcome
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("directories", __name__, url_prefix="/preferences")

SHOWN, KEPT = 3, 500
LONELY = _(
    "Reverse search only works with a directory. Choose a directory for {numbers} too,"
    " or untick reverse search"
)


@bp.route("/directories", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("entries", *CARRIED))
def directories() -> ResponseReturnValue:
    """Show and save the listings of each number; what an older form did not touch stays."""
    form, me = EntriesForm(), current_customer_id()
    with reading() as work:
        look = _look(work, me)
    form.offer(look.numbers)
    if form.is_submitted():
        form.let_go(look.numbers)
        settled = _settle(form, me)
        if settled.clashes:  # before a number that is gone is refused
            return _ask(form, settled, look), 409
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                done = service.save_form(work, me, form.ticked, form.read_made_from())
            say_outcome(_("We’ve saved your choices."), is_new=bool(done))
            return redirect(url_for(".directories"), 303)
        except LonelyError as refusal:
            form.show(look.entries, _settle(form, me).boxes, look.at)
            form.say("entries", LONELY.format(numbers=" and ".join(refusal.numbers)))
    elif form.is_blank():
        form.show(look.entries, look.entries.boxes, look.at)
    return _show(form, look, conflict=None)


@bp.get("/directories/history")
@access(Access.CUSTOMER)
def history() -> ResponseReturnValue:
    """Show the history of choices."""
    with reading() as work:
        changes = queries.list_changes(work, current_customer_id(), KEPT)
    return render_template("consent/directories/history.html", changes=changes)


STOPS = _("We’ve saved your date. {stops} should stop by {day}.")
STOPPED = _("We’ve saved your date. {stops} should have stopped by {day}.")
FORGOTTEN = _("We’ve noted that you’re not registered with the {short}.")


@bp.get("/tps")
@access(Access.CUSTOMER)
def services() -> ResponseReturnValue:
    """Describe the preference services, and from which day each works for this customer."""
    with reading() as work:
        enrolments = queries.list_enrolments(work, current_customer_id())
        today = london_day(work.now)
    facts: dict[str, Any] = {"services": SERVICES, "said": "", "form": ButtonForm()}
    facts["enrolments"] = {one.service: one for one in enrolments}
    if "withdrawn" in session:
        which, day = session.pop("withdrawn")
        said = FORGOTTEN.format(short=SERVICES[PreferenceService(which)].short)
        again = EnrolmentForm()
        again.fill(date.fromisoformat(day))
        _take_along(again, PreferenceService(which))
        facts |= {"said": said, "undo": which, "again": again}
    return render_template("consent/directories/services.html", today=today, **facts)


@bp.route("/tps/<which>", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("day", "month", "year", *CARRIED))
def enrol(which: str) -> ResponseReturnValue:
    """Note when somebody registered with a preference service, and what: as the page showed it.

    A page from before that changed is asked about.
    """
    chosen, form, is_refused = _read_service(which), EnrolmentForm(), False
    today, then = london_day(runtime().clock()), form.read_registered()
    if form.is_valid_post() and (day := form.read(today)):
        try:
            with unit_of_work() as work:
                service.enrol(work, current_customer_id(), chosen, day, then)
        except (StaleError, NoAddressError):
            is_refused = True
        else:
            about, works = SERVICES[chosen], works_on(chosen, day)
            said = STOPS if works > today else STOPPED
            flash(said.format(stops=about.stops, day=spell_day(works)), "ok")
            return redirect(url_for(".services"), 303)
    if form.is_blank():
        form.fill(today)
    return _ask_enrolment(form, chosen, then if is_refused else None), 409 if is_refused else 200


def _ask_enrolment(
    form: EnrolmentForm, chosen: PreferenceService, refused: dict[str, str] | None
) -> str:
    """Show the page that asks when; `refused` is what an older page showed, if it was refused."""
    registered = _take_along(form, chosen)
    is_missing = chosen is PreferenceService.MAIL and not registered
    was = [shown for one, shown in (refused or {}).items() if one not in registered]
    facts = {"registered": registered, "is_missing": is_missing, "was": was}
    is_refused = refused is not None and not is_missing
    return render_template(
        "consent/directories/enrol.html",
        form=form,
        about=SERVICES[chosen],
        is_refused=is_refused,
        **facts,
    )


def _take_along(form: EnrolmentForm, chosen: PreferenceService) -> dict[str, str]:
    """Have a form take along what there is to be registered today; return it."""
    with reading() as work:
        customer = get_customer(work, current_customer_id())
    registered = registered_by(chosen, customer.details)
    form.take_along(customer.version, registered)
    return registered


@bp.post("/tps/<which>/withdraw")
@access(Access.CUSTOMER)
def withdraw(which: str) -> ResponseReturnValue:
    """Delete an enrolment with a preference service."""
    chosen = _read_service(which)
    with unit_of_work() as work:
        noted = service.withdraw(work, current_customer_id(), chosen)
    if noted is not None and not noted.changed:  # else they have to register again in any case
        session["withdrawn"] = [chosen, noted.registered_on.isoformat()]
    else:
        words = FORGOTTEN.format(short=SERVICES[chosen].short)
        say_outcome(words, is_new=noted is not None)
    return redirect(url_for(".services"), 303)


@dataclass(frozen=True, slots=True)
class Look:
    """The values that the page of directories shows, as of one moment."""

    numbers: tuple[Number, ...]
    entries: Entries
    history: list[EntryChange]
    at: datetime


def _look(work: Work, me: CustomerId) -> Look:
    numbers = numbers_of(get_customer(work, me).details)
    history = queries.list_changes(work, me, SHOWN)
    return Look(numbers, queries.get_entries(work, me), history, work.now)


def _settle(form: EntriesForm, me: CustomerId) -> MergedEntry:
    with reading() as work:
        return service.settle_boxes(work, me, form.ticked, form.read_made_from())


def _show(form: EntriesForm, look: Look, conflict: list[tuple[str, bool]] | None) -> str:
    facts = {"numbers": look.numbers, "entries": look.entries, "history": look.history}
    words = {"listings": LISTINGS, "reverse": Listing.REVERSE, "today": london_day(look.at)}
    return render_template(
        "consent/directories/directories.html", form=form, conflict=conflict, **facts, **words
    )


def _ask(form: EntriesForm, settled: MergedEntry, look: Look) -> str:
    """Show what must be confirmed; saving again keeps what was ticked."""
    form.show(look.entries, settled.boxes, look.at)
    conflict = [
        (f"{one.shown}, {name.lower()}", box in settled.boxes)
        for one in look.numbers
        for listing, name in LISTINGS.items()
        if (box := box_value(one.spelled, listing)) in settled.clashes
    ]
    return _show(form, look, conflict)


def _read_service(which: str) -> PreferenceService:
    try:
        return PreferenceService(which)
    except ValueError as error:
        raise NotFoundError from error
