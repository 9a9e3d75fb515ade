"""The customer's home."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.consent.directories.queries import list_enrolments
from portal.consent.marketing.queries import get_choices
from portal.consent.purposes.queries import get_catalogue
from portal.desk.cases.queries import list_own_cases
from portal.governance.audit.trail import list_entries
from portal.identity.accounts.queries import get_manager, list_registrations
from portal.identity.form_drafts.queries import find_newest_path
from portal.platform.core.clock import LONDON
from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_customer_id, current_visit
from portal.platform.web.transaction import reading
from portal.self_service.dashboard.rules import ACTIVITY, describe, greeting

bp = Blueprint("dashboard", __name__)

SHOWN = 3
LISTED = 5


@bp.get("/account")
@access(Access.CUSTOMER)
def show() -> ResponseReturnValue:
    """Show how things stand and what happened last."""
    me = current_customer_id()
    with reading() as work:
        choices, catalogue = get_choices(work, me), get_catalogue(work)
        registrations, manager = list_registrations(work, me), get_manager(work, me)
        cases = list_own_cases(work, me, SHOWN + 1)
        unfinished = find_newest_path(work, me)
        entries = list_entries(work, me, list(ACTIVITY), LISTED)
        enrolments = list_enrolments(work, me)
        hour = work.now.astimezone(LONDON).hour
    return render_template(
        "self_service/dashboard/show.html",
        greeting=greeting(hour),
        visit=current_visit(),
        unfinished=unfinished,
        outdated=[one for one in enrolments if one.changed],
        choices=choices,
        on=choices.count(catalogue),
        registrations=registrations,
        manager=manager,
        cases=cases[:SHOWN],
        has_more=len(cases) > SHOWN,
        activity=[describe(entry, catalogue) for entry in entries],
    )
