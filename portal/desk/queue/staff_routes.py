"""Pages of the desk: what is due next, the queue of cases, and the search for one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_records.rules import TOPICS
from portal.desk.cases.rules import STATUSES, Status
from portal.desk.queue import service, staff_queries
from portal.desk.queue.forms import AssignChosenForm, ViewForm
from portal.desk.queue.packaging import FILE, spell_cases
from portal.desk.queue.rules import (
    MOST_VIEWS,
    NOBODY,
    SORTS,
    VIEWS,
    LeftReason,
    QueueFilters,
    TooManyViewsError,
    View,
    ViewNameTakenError,
    read_filters,
    spell_chosen,
)
from portal.identity.form_drafts.queries import find_newest_path
from portal.identity.staff_accounts.queries import list_at_work, list_colleagues
from portal.platform.core.clock import london_day
from portal.platform.core.ids import StaffId
from portal.platform.core.texts import _, _n, join
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm, laid_ready
from portal.platform.web.identity import current_staff_id
from portal.platform.web.transaction import reading, unit_of_work

STATES = {one: words for one, (words, _colour) in STATUSES.items() if one is not Status.CLOSED}

bp = Blueprint("queue_desk", __name__, url_prefix="/staff")


@bp.get("")
@access(Access.STAFF)
def home() -> ResponseReturnValue:
    """Show the counts, and what is due next for the colleague."""
    with reading() as work:
        filters = QueueFilters(view=View.MINE)
        queue = staff_queries.list_queue(work, current_staff_id(), filters)
        unfinished = find_newest_path(work, current_staff_id())
        facts = {"views": VIEWS, "today": london_day(work.now), "unfinished": unfinished}
    return render_template("desk/queue_desk/home.html", queue=queue, **facts)


@bp.get("/cases")
@access(Access.STAFF)
def show() -> ResponseReturnValue:
    """Show a lane of the queue, as it is narrowed and sorted."""
    return _page(AssignChosenForm(formdata=None))


@bp.post("/cases")
@access(Access.STAFF)
def search() -> ResponseReturnValue:
    """Search by reference or email address; by POST, so that no URL has the address in it."""
    typed = request.form.get("q", "").strip()[:254]
    with unit_of_work() as work:
        found = service.search_cases(work, typed)
        names = {one.id: one.name for one in list_colleagues(work)}
        today = london_day(work.now)
    facts = {"typed": typed, "names": names, "today": today}
    return render_template("desk/queue_desk/search.html", cases=found, **facts)


@bp.post("/assignments")
@access(Access.STAFF)
def assign() -> ResponseReturnValue:
    """Assign the chosen cases; those that changed meanwhile stay, and are said."""
    form = AssignChosenForm()
    with reading() as work:
        _prepare(form, {one.id: one.name for one in list_at_work(work)})
    if not form.is_valid_post():
        return _page(form)
    chosen, staff_id = form.read_cases(), StaffId(UUID(form.colleague.data))
    left = service.assign_chosen(unit_of_work, chosen, staff_id)
    if done := len(chosen) - len(left):
        flash(_n("{number} case is assigned.", "{number} cases are assigned.", done), "ok")
    if left:
        _tell_left(left)
        return _page(form, left, status=409)
    here: dict[str, Any] = read_filters(request.args).args_of_page()
    return redirect(url_for(".show", **here), 303)


@bp.get("/cases.csv")
@access(Access.STAFF)
def table() -> ResponseReturnValue:
    """Send the cases of a lane as CSV, as they are narrowed and sorted; that is recorded."""
    with unit_of_work() as work:
        found = service.download_cases(work, current_staff_id(), read_filters(request.args))
    answer = Response(spell_cases(found), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={FILE}"
    return answer


@bp.get("/views")
@access(Access.STAFF)
def views() -> ResponseReturnValue:
    """Show the saved views of the colleague."""
    with reading() as work:
        found = staff_queries.list_views(work, current_staff_id())
    return render_template("desk/queue_desk/views.html", views=found, most=MOST_VIEWS)


@bp.get("/views/add")
@access(Access.STAFF)
def add_view() -> ResponseReturnValue:
    """Ask for a name for the filters in use."""
    return _view_form("add_view", ViewForm())


@bp.post("/views/add")
@access(Access.STAFF)
def save_view() -> ResponseReturnValue:
    """Keep the filters in use under a name."""
    form, filters = ViewForm(), read_filters(request.args)
    if not form.is_valid_post():
        return _view_form("add_view", form)
    try:
        with unit_of_work() as work:
            service.save_view(work, current_staff_id(), form.view_name.data or "", filters)
    except ViewNameTakenError:
        form.say_taken()
        return _view_form("add_view", form)
    except TooManyViewsError:
        form.say_many()
        return _view_form("add_view", form)
    flash(_("The view is saved."), "ok")
    here: dict[str, Any] = filters.args()
    return redirect(url_for(".show", **here), 303)


@bp.get("/views/<uuid:view_id>")
@access(Access.STAFF)
def rename_view(view_id: UUID) -> ResponseReturnValue:
    """Ask for another name for a view."""
    with reading() as work:
        view = staff_queries.get_view(work, current_staff_id(), view_id)
    return _view_form("rename_view", ViewForm(begins_with={"view_name": [view.name]}))


@bp.post("/views/<uuid:view_id>")
@access(Access.STAFF)
def save_name(view_id: UUID) -> ResponseReturnValue:
    """Give a view another name."""
    form = ViewForm()
    if not form.is_valid_post():
        return _view_form("rename_view", form)
    try:
        with unit_of_work() as work:
            service.rename_view(work, current_staff_id(), view_id, form.view_name.data or "")
    except ViewNameTakenError:
        form.say_taken()
        return _view_form("rename_view", form)
    flash(_("The view has a new name."), "ok")
    return redirect(url_for(".views"), 303)


@bp.post("/views/<uuid:view_id>/delete")
@access(Access.STAFF)
def delete_view(view_id: UUID) -> ResponseReturnValue:
    """Delete a view; the cases in it stay."""
    if ButtonForm().is_valid_post():
        with unit_of_work() as work:
            service.delete_view(work, current_staff_id(), view_id)
        flash(_("The view is deleted."), "ok")
    return redirect(url_for(".views"), 303)


def _view_form(view: str, form: ViewForm) -> ResponseReturnValue:
    filters = read_filters(request.args)
    return render_template(f"desk/queue_desk/{view}.html", form=form, filters=filters)


def _tell_left(left: dict[str, LeftReason]) -> None:
    """Say which cases stay as they are, and why."""
    changed, refused = (
        join([one for one, why in left.items() if why is reason])
        for reason in (LeftReason.CHANGED, LeftReason.NOT_ALLOWED)
    )
    if changed:
        flash(
            _("Changed while you had the list open, so not assigned: {cases}", cases=changed),
            "warn",
        )
    if refused:
        flash(_("Can’t be assigned to this colleague: {cases}", cases=refused), "warn")


def _prepare(form: AssignChosenForm, names: Mapping[StaffId, str]) -> None:
    form.prepare({str(one): name for one, name in names.items()}, request.form.getlist("chosen"))


def _page(
    form: AssignChosenForm, left: dict[str, LeftReason] | None = None, status: int = 200
) -> ResponseReturnValue:
    filters = read_filters(request.args)
    with reading() as work:
        found = staff_queries.list_queue(work, current_staff_id(), filters)
        at_work = {one.id: one.name for one in list_at_work(work)}
        saved = staff_queries.list_views(work, current_staff_id())
        today = london_day(work.now)
    if not form.is_submitted():
        _prepare(form, at_work)
    sent = {one.reference for one in form.read_cases()}
    ticked = sent if left is None else sent & left.keys()
    facts = {"views": VIEWS, "topics": TOPICS, "statuses": STATES, "sorts": SORTS}
    facts |= {"today": today, "typed": "".join((laid_ready() or {}).get("q", []))}
    facts |= {"current": next((one for one in saved if one.filters.args() == filters.args()), None)}
    facts |= {"saved": saved, "at_work": at_work, "nobody": NOBODY, "my_id": current_staff_id()}
    facts |= {"ticked": ticked, "spell_chosen": spell_chosen, "form": form, "queue": found}
    return render_template("desk/queue_desk/show.html", filters=filters, **facts), status
