"""Pages on which staff handle requests to cancel: the link, and approval by two colleagues."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.desk.cancellation_requests import service
from portal.desk.cancellation_requests.forms import AgreeForm, SkipForm
from portal.desk.cancellation_requests.rules import SecondColleagueError
from portal.desk.cases.queries import get_case
from portal.desk.cases.service import view_case
from portal.desk.cases.staff_routes import show_moved_on
from portal.identity.staff_accounts.queries import list_at_work
from portal.identity.staff_accounts.rules import Task, may
from portal.platform.core.errors import StaleError
from portal.platform.core.texts import _
from portal.platform.core.work import Work
from portal.platform.web.access import Access, access
from portal.platform.web.forms import VersionedForm
from portal.platform.web.identity import current_staff_id
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work, unit_with_own_look

bp = Blueprint("cancellation_requests_desk", __name__, url_prefix="/staff/cases/<reference>")

ASKER_GONE = _("The colleague who asked can’t ask for this any more. Refuse it, then ask again.")


@bp.post("/link")
@access(Access.STAFF)
def send_link(reference: str) -> ResponseReturnValue:
    """Send the link that confirms a cancellation, to the address on file."""
    form = VersionedForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            is_sent = service.send_link(work, reference, form.read_version())
        if is_sent:
            flash(_("The link is on its way to the address on file."), "ok")
        else:
            flash(
                _("No open account has this address, so there is nowhere to send a link."), "warn"
            )
    return _to_case(reference)


@bp.route("/without-link", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.ASK_TO_CANCEL, fresh=True, keeps=("reason", "version"))
def without_link(reference: str) -> ResponseReturnValue:
    """Ask to go on without the customer, or show who asked and why."""
    form = SkipForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            reason, version = form.reason.data or "", form.read_version()
            service.ask_to_skip(work, current_staff_id(), reference, version, reason)
        flash(_("Now a colleague has to agree."), "ok")
        return _to_case(reference)
    with unit_of_work() as work:
        found = view_case(work, reference)
        wanted = service.find_wanted(work, found)
        names = _list_askers(work)
    form.version.data = str(found.version)
    facts = {"case": found, "wanted": wanted, "names": names, "my_id": current_staff_id()}
    return render_template("desk/cancellation_requests_desk/without_link.html", form=form, **facts)


@bp.route("/without-link/agree", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.AGREE_TO_CANCEL, fresh=True)
def agree(reference: str) -> ResponseReturnValue:
    """Approve as the second colleague, which carries out the cancellation.

    A GET redirects to the page that says what is to be approved: re-authentication ends with one.
    """
    form, context, me = AgreeForm(), runtime().context, current_staff_id()
    if not form.is_submitted():
        return redirect(url_for(".without_link", reference=reference), 303)
    with reading() as work:
        asker = get_case(work, reference).skip_asked_by
        if asker is not None and asker not in _list_askers(work):
            flash(ASKER_GONE, "warn")
            return redirect(url_for(".without_link", reference=reference), 303)
    if form.is_valid_post():
        try:
            given = reference, form.read_version(), form.shown_effect.data or ""
            service.agree_to_skip(unit_with_own_look, context, me, *given)
        except SecondColleagueError:
            abort(403)
        flash(_("It’s cancelled."), "ok")
    return _to_case(reference)


@bp.post("/without-link/refuse")
@access(Access.STAFF, may=Task.ASK_TO_CANCEL)
def refuse(reference: str) -> ResponseReturnValue:
    """Refuse, or withdraw one's own request."""
    form = VersionedForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            service.refuse_skip(work, reference, form.read_version())
        flash(_("Nothing is cancelled. The customer has to confirm."), "ok")
    return _to_case(reference)


@bp.errorhandler(StaleError)
def stale(error: StaleError) -> ResponseReturnValue:
    """Show the present state of a case that somebody else changed since the page was made."""
    del error
    return show_moved_on((request.view_args or {})["reference"])


def _list_askers(work: Work) -> dict[UUID, str]:
    """Return the names of the colleagues who may ask today, by id."""
    allowed = [one for one in list_at_work(work) if may(one.role, Task.ASK_TO_CANCEL)]
    return {one.id: one.name for one in allowed}


def _to_case(reference: str) -> ResponseReturnValue:
    return redirect(url_for("cases_desk.show", reference=reference), 303)
