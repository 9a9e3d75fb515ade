"""The customer's home."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.consent.directories.queries import list_enrolments
from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.rules import count_offered
from portal.consent.purposes.queries import get_catalogue
from portal.desk.cases.queries import list_news, list_owed
from portal.governance.audit.trail import list_entries
from portal.identity.accounts.queries import get_manager, list_registrations
from portal.identity.form_drafts.queries import find_newest_path
from portal.platform.core.clock import LONDON, london_day
from portal.platform.core.ids import CustomerId
from portal.platform.core.work import Work
from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_customer_id, current_visit
from portal.platform.web.paging import read_after
from portal.platform.web.transaction import reading
from portal.self_service.dashboard.rules import ACTIVITY, ROUTINE, describe, greeting
from portal.self_service.email_change.queries import find_waiting

bp = Blueprint("dashboard", __name__)

LISTED = 5
"""At most, of each kind of thing on the home page."""
PAGE = 30
TELLING = [name for name in ACTIVITY if name not in ROUTINE]


@bp.get("/account")
@access(Access.CUSTOMER)
def show() -> ResponseReturnValue:
    """Show what waits for the customer, what we owe them, and what happened last."""
    me = current_customer_id()
    with reading() as work:
        catalogue, registrations = get_catalogue(work), list_registrations(work, me)
        facts = _list_waiting(work, me) | {"owed": list_owed(work, me, LISTED)}
        on, manager = get_choices(work, me).count(catalogue), get_manager(work, me)
        entries = list_entries(work, me, TELLING, LISTED)
        hour, today = work.now.astimezone(LONDON).hour, london_day(work.now)
    facts |= {"on": on, "offered": count_offered(catalogue), "registrations": registrations}
    facts |= {"manager": manager, "activity": [describe(one, catalogue) for one in entries]}
    facts |= {"greeting": greeting(hour), "today": today, "visit": current_visit()}
    return render_template("self_service/dashboard/show.html", **facts)


def _list_waiting(work: Work, me: CustomerId) -> dict[str, Any]:
    """Return what waits for the customer to do or to read."""
    return {
        "news": list_news(work, me, LISTED),
        "unfinished": find_newest_path(work, me),
        "change": find_waiting(work, me),
        "outdated": [one for one in list_enrolments(work, me) if one.changed],
    }


@bp.get("/account/activity")
@access(Access.CUSTOMER)
def activity() -> ResponseReturnValue:
    """Show everything that was done with the account, newest first, page by page."""
    after = read_after(request.args.get("after", ""))
    with reading() as work:
        catalogue = get_catalogue(work)
        found = list_entries(work, current_customer_id(), list(ACTIVITY), PAGE + 1, after)
    last = found[PAGE - 1].id if len(found) > PAGE else None
    told = [describe(entry, catalogue) for entry in found[:PAGE]]
    return render_template(
        "self_service/dashboard/activity.html", activity=told, after=after, last=last
    )
