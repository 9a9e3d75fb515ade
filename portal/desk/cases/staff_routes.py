"""Pages of the desk: the queue of cases, and one case."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.desk.canned_replies.queries import list_offered
from portal.desk.canned_replies.rules import ReplyField
from portal.desk.canned_replies.service import note_used
from portal.desk.case_records.queries import (
    find_is_proved,
    find_is_strangers_now,
    find_kept_from,
    find_owner,
    get_kind,
)
from portal.desk.case_records.rules import (
    AUTHORITY,
    CANCELLABLE,
    CHANNELS,
    EVERYTHING,
    REQUESTERS,
)
from portal.desk.cases import queries, service
from portal.desk.cases.forms import AssignForm, HoldForm, ReplyForm
from portal.desk.cases.rules import FROM_US, Case, Step, read_stages
from portal.governance.legal_holds.queries import list_holds_of_case
from portal.identity.profile_changes.queries import list_account_numbers
from portal.identity.staff_accounts.queries import list_at_work, list_colleagues
from portal.identity.staff_accounts.rules import Colleague, Task
from portal.messaging.email.undelivered import list_undelivered_of
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.errors import StaleError
from portal.platform.core.ids import StaffId
from portal.platform.core.texts import _
from portal.platform.core.work import Work
from portal.platform.web.access import Access, access
from portal.platform.web.forms import VersionedForm
from portal.platform.web.identity import current_staff_id
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("cases_desk", __name__, url_prefix="/staff")

ANSWER = ("step", "message", "outcome", "version", "inserted_replies")
ENTERED = {"channels": CHANNELS, "requesters": REQUESTERS, "authority": AUTHORITY}
CHANGED = _("This case changed while you had it open. Check it, then try again.")


@bp.get("/cases/<reference>")
@access(Access.STAFF, keeps=ANSWER)
def show(reference: str) -> ResponseReturnValue:
    """Show one case, with a ready-made reply in the answer if one is named; it is recorded."""
    form = ReplyForm()
    form.chosen = request.args.get("reply")
    return _page(reference, form)


@bp.get("/cases/<reference>/in-full")
@access(Access.STAFF, fresh=True)
def in_full(reference: str) -> ResponseReturnValue:
    """Show one case with its billing account numbers unmasked; the view is recorded."""
    return _page(reference, ReplyForm(), in_full=True)


@bp.post("/cases/<reference>")
@access(Access.STAFF, keeps=ANSWER)
def answer(reference: str) -> ResponseReturnValue:
    """Answer, ask a question, or add a note."""
    form = ReplyForm()
    with reading() as work:
        form.offer(get_kind(work, reference))
    if "insert" in request.form:
        form.chosen = request.form.get("reply", "")
        return _page(reference, form)
    if not form.is_valid_post():
        return _page(reference, form)
    step, text, ended = Step(form.step.data), form.message.data or "", form.read_outcome()
    with unit_of_work() as work:
        service.answer_case(work, reference, text, step, form.read_version(), outcome=ended)
        if step in FROM_US:
            note_used(work, form.read_inserted())
    done = {
        Step.REPLIED: _("Your answer is on its way."),
        Step.ASKED: _("Your question is on its way."),
    }
    flash(done.get(step, _("Your note is kept.")), "ok")
    return redirect(url_for(".show", reference=reference), 303)


@bp.post("/cases/<reference>/assign")
@access(Access.STAFF)
def assign(reference: str) -> ResponseReturnValue:
    """Assign the case to a colleague, or to oneself."""
    form = AssignForm()
    with reading() as work:
        _offer(form, list_at_work(work), find_kept_from(work, reference))
    if not form.is_valid_post():
        return _page(reference, ReplyForm(), assigning=form)
    chosen = StaffId(UUID(form.colleague.data))
    with unit_of_work() as work:
        service.assign_case(work, reference, chosen, form.read_version())
    flash(_("The case is assigned."), "ok")
    return redirect(url_for(".show", reference=reference), 303)


@bp.get("/cases/<reference>/holds")
@access(Access.STAFF)
def holds(reference: str) -> ResponseReturnValue:
    """Show the legal holds on a case and its customer."""
    return _holds(reference)


@bp.post("/cases/<reference>/holds")
@access(Access.STAFF, may=Task.HOLD)
def hold(reference: str) -> ResponseReturnValue:
    """Place another hold."""
    return _holds(reference)


@bp.post("/cases/<reference>/holds/<uuid:hold_id>/lift")
@access(Access.STAFF, may=Task.HOLD)
def lift(reference: str, hold_id: UUID) -> ResponseReturnValue:
    """Lift a legal hold before its day."""
    form = VersionedForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            staff_id, version = current_staff_id(), form.read_version()
            service.lift_hold_of_case(work, staff_id, reference, version, hold_id)
        flash(_("The hold is lifted."), "ok")
    return redirect(url_for(".show", reference=reference), 303)


@bp.errorhandler(StaleError)
def stale(error: StaleError) -> ResponseReturnValue:
    """Show a case as it is now, when it changed meanwhile, with what was typed still there."""
    del error
    return show_moved_on((request.view_args or {})["reference"])


def show_moved_on(reference: str) -> ResponseReturnValue:
    """Say that a colleague was quicker, and show the case as it is now."""
    flash(CHANGED, "warn")
    return _page(reference, ReplyForm(), status=409)


def _page(
    reference: str,
    form: ReplyForm,
    assigning: AssignForm | None = None,
    status: int = 200,
    *,
    in_full: bool = False,
) -> ResponseReturnValue:
    with unit_of_work() as work:
        found = service.view_case(work, reference, in_full=in_full)
        colleagues = list_at_work(work)
        holds = list_holds_of_case(work, found.id, found.owner_id)
        undelivered = list_undelivered_of(work, found.id)
        today = london_day(work.now)
        request = _find_cancellation(work, found)
        form.start(found, list_offered(work, found.topic), _fields(found))
    facts = {"holds": holds, "today": today, "undelivered": undelivered, **request, **ENTERED}
    facts |= {
        "assigning": assigning or _offer(AssignForm(formdata=None), colleagues, found.kept_from),
        "colleagues": {one.id: one for one in colleagues},
        "my_id": str(current_staff_id()),
        "stages": read_stages(found),
        "timeline": [replace(entry, text="") for entry in found.entries],
    }
    return render_template("desk/cases_desk/show.html", form=form, case=found, **facts), status


def _fields(found: Case) -> dict[ReplyField, str]:
    """Return what a ready-made reply can say of a case; empty where that is not known."""
    is_one = found.service and found.service != EVERYTHING
    return {
        ReplyField.NAME: found.name,
        ReplyField.REFERENCE: found.reference,
        ReplyField.RECEIVED_DAY: spell_day(london_day(found.received_at)),
        ReplyField.DUE_DAY: "" if found.stands_still else spell_day(found.due_on),
        ReplyField.SERVICE: CANCELLABLE[found.service] if is_one else "",
    }


def _find_cancellation(work: Work, found: Case) -> dict[str, bool]:
    """Return whether a case's request can be carried out, and whether choices can be set.

    For a closed account only refusals are taken; all else needs an open one. Of a case that is
    nobody's also whether another customer has its address by now; of others whether their owner is
    known to have sent them.
    """
    owner = find_owner(work, found.id) if found.email else None
    can_ask = owner if owner and not owner.is_closed else None
    is_possible = found.is_open and queries.find_is_possible(work, found, can_ask)
    is_strangers = owner is None and find_is_strangers_now(work, found.id)
    is_proved = owner is not None and found.is_open and find_is_proved(work, found.id)
    possible = {"is_possible": is_possible, "has_choices": owner is not None}
    possible |= {"is_proved": is_proved}
    return {**possible, "is_strangers_now": is_strangers}


def _offer(form: AssignForm, colleagues: list[Colleague], but: UUID | None) -> AssignForm:
    form.offer({str(one.id): one.name for one in colleagues if one.id != but})
    return form


def _holds(reference: str) -> ResponseReturnValue:
    with unit_of_work() as work:
        found = service.view_case(work, reference)
        own = list_account_numbers(work, found.owner_id) if found.owner_id else ()
        there = list_holds_of_case(work, found.id, found.owner_id, own)
        names = {one.id: one.name for one in list_colleagues(work)}
        today = london_day(work.now)
    form = HoldForm(customer=found.customer_id is not None, today=today)
    if form.is_valid_post():
        with unit_of_work() as work:
            new = form.new_hold(found.customer_id)
            service.hold_case(work, current_staff_id(), reference, form.read_version(), new)
        flash(
            _("The hold is placed. We’ll delete nothing it covers until its last day has passed."),
            "ok",
        )
        return redirect(url_for(".show", reference=reference), 303)
    form.version.data = str(found.version)
    facts = {"case": found, "holds": there, "names": names}
    return render_template("desk/cases_desk/holds.html", form=form, **facts)
