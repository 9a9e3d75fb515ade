"""Pages of directories and preference services."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.account.queries import get_customer
from portal.kernel.clock import london_day, spell_day
from portal.kernel.errors import NotFoundError
from portal.listings import queries, service
from portal.listings.forms import EnrolmentForm, EntriesForm
from portal.listings.rules import (
    LISTINGS,
    SERVICES,
    Entries,
    Listing,
    Number,
    PreferenceService,
    differing,
    numbers_of,
    works_on,
)
from portal.web.access import Access, access
from portal.web.forms import ButtonForm
from portal.web.identity import current_customer_id
from portal.web.outcome import say_outcome
from portal.web.runtime import runtime
from portal.web.transaction import reading, unit_of_work

bp = Blueprint("listings", __name__, url_prefix="/preferences")

SHOWN, KEPT = 3, 500
LONELY = "Reverse search needs an entry: choose a directory for {numbers} too, or untick it"


@bp.route("/directories", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("entries", "version"))
def directories() -> ResponseReturnValue:
    """Show and keep where each number may be found; an older form shows both and asks."""
    form, me = EntriesForm(), current_customer_id()
    with reading() as work:
        numbers = numbers_of(get_customer(work, me).details)
        entries, history = queries.get_entries(work, me), queries.list_changes(work, me, SHOWN)
    form.offer(numbers)
    facts = {"numbers": numbers, "entries": entries, "history": history}
    if form.is_submitted() and form.read_version() != entries.version:
        conflict = _differ(form, numbers, entries)
        return _show(form, **facts, conflict=conflict), 409
    if form.is_valid_post():
        lonely = form.without_entry(numbers)
        if not lonely:
            with unit_of_work() as work:
                done = service.save_entries(work, me, form.wanted(), entries.version)
            say_outcome("We have saved your choices.", is_new=bool(done))
            return redirect(url_for(".directories"), 303)
        form.say("entries", LONELY.format(numbers=" and ".join(lonely)))
    elif form.is_blank():
        form.fill(entries)
    return _show(form, **facts, conflict=None)


@bp.get("/directories/history")
@access(Access.CUSTOMER)
def history() -> ResponseReturnValue:
    """Show every choice that was made."""
    with reading() as work:
        changes = queries.list_changes(work, current_customer_id(), KEPT)
    return render_template("listings/history.html", changes=changes)


@bp.get("/tps")
@access(Access.CUSTOMER)
def services() -> ResponseReturnValue:
    """Say what the preference services do, and since when they work for this customer."""
    with reading() as work:
        enrolments = queries.list_enrolments(work, current_customer_id())
        today = london_day(work.now)
    facts = {"services": SERVICES, "enrolments": {one.service: one for one in enrolments}}
    return render_template("listings/services.html", form=ButtonForm(), today=today, **facts)


@bp.route("/tps/<which>", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("day", "month", "year"))
def enrol(which: str) -> ResponseReturnValue:
    """Note when somebody registered with a preference service."""
    chosen, form = _read_service(which), EnrolmentForm()
    today = london_day(runtime().clock())
    if form.is_valid_post() and (day := form.read(today)):
        with unit_of_work() as work:
            service.enrol(work, current_customer_id(), chosen, day)
        about, works = SERVICES[chosen], works_on(chosen, day)
        stop = "should stop by" if works > today else "should have stopped by"
        flash(f"We have noted it. {about.stops} {stop} {spell_day(works)}.", "ok")
        return redirect(url_for(".services"), 303)
    if form.is_blank():
        form.fill(today)
    return render_template("listings/enrol.html", form=form, about=SERVICES[chosen])


@bp.post("/tps/<which>/withdraw")
@access(Access.CUSTOMER)
def withdraw(which: str) -> ResponseReturnValue:
    """Forget that somebody has registered with a preference service."""
    chosen = _read_service(which)
    with unit_of_work() as work:
        is_new = service.withdraw(work, current_customer_id(), chosen)
    short = SERVICES[chosen].short
    say_outcome(f"We have forgotten that you registered with the {short}.", is_new=is_new)
    return redirect(url_for(".services"), 303)


def _show(form: EntriesForm, **facts: Any) -> str:  # noqa: ANN401  # whatever the page shows
    today = london_day(runtime().clock())
    words = {"listings": LISTINGS, "reverse": Listing.REVERSE, "today": today}
    return render_template("listings/directories.html", form=form, **words, **facts)


def _differ(form: EntriesForm, numbers: tuple[Number, ...], now: Entries) -> list[tuple[str, bool]]:
    """Say how what is kept now differs from what was typed; saving again keeps what was typed."""
    wanted = form.wanted()
    form.version.data = str(now.version)
    return [
        (f"{one.shown}, {LISTINGS[listing].lower()}", is_on)
        for one in numbers
        for listing, is_on in differing(now.on(one.spelled), wanted.get(one.spelled, frozenset()))
    ]


def _read_service(which: str) -> PreferenceService:
    try:
        return PreferenceService(which)
    except ValueError as error:
        raise NotFoundError from error
