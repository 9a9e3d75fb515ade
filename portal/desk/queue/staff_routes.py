"""Pages of the desk: what is due next, the queue of cases, and the search for one."""

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.desk.case_records.rules import TOPICS, Topic
from portal.desk.cases.rules import STATUSES, Status
from portal.desk.queue import service, staff_queries
from portal.desk.queue.staff_queries import VIEWS, Filters, View
from portal.identity.form_drafts.queries import find_newest_path
from portal.identity.staff_accounts.queries import list_colleagues
from portal.platform.core.clock import london_day
from portal.platform.web.access import Access, access
from portal.platform.web.forms import laid_ready
from portal.platform.web.identity import current_staff_id
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("queue_desk", __name__, url_prefix="/staff")


@bp.get("")
@access(Access.STAFF)
def home() -> ResponseReturnValue:
    """Show the counts, and what is due next for the colleague."""
    with reading() as work:
        queue = staff_queries.list_queue(work, current_staff_id(), Filters(view=View.MINE))
        unfinished = find_newest_path(work, current_staff_id())
        facts = {"views": VIEWS, "today": london_day(work.now), "unfinished": unfinished}
    return render_template("desk/queue_desk/home.html", queue=queue, **facts)


@bp.get("/cases")
@access(Access.STAFF)
def show() -> ResponseReturnValue:
    """Show the queue by due date."""
    filters = _read_filters()
    with reading() as work:
        found = staff_queries.list_queue(work, current_staff_id(), filters)
        today = london_day(work.now)
    typed = "".join((laid_ready() or {}).get("q", []))
    facts = {"views": VIEWS, "topics": TOPICS, "statuses": STATUSES, "today": today, "typed": typed}
    return render_template("desk/queue_desk/show.html", queue=found, filters=filters, **facts)


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


def _read_filters() -> Filters:
    """Return the filters in the URL; invalid ones are left out."""
    args = request.args
    topics = frozenset(Topic(word) for word in args.getlist("topic") if word in set(Topic))
    statuses = frozenset(Status(word) for word in args.getlist("status") if word in set(Status))
    view = View(args["view"]) if args.get("view") in set(View) else View.OPEN
    day, _, case_id = args.get("after", "").partition("_")
    try:
        after = (date.fromisoformat(day), UUID(case_id)) if case_id else None
    except ValueError:
        after = None
    return Filters(view=view, topics=topics, statuses=statuses, after=after)
