"""Pages of what other systems of the company hold about a customer."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_records.rules import AlreadySentError
from portal.identity.sessions.service import lock_session
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId
from portal.platform.core.other_systems import OutsideCategory
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm, read_number
from portal.platform.web.identity import current_customer_id
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, retry_after, unit_of_work
from portal.self_service.outside_data import queries, service
from portal.self_service.outside_data.rules import PAGE, count_pages, get_category

bp = Blueprint("outside_data", __name__, url_prefix="/your-data/elsewhere")


@bp.route("/<slug>", methods=["GET", "POST"])
@access(Access.CUSTOMER)
def show(slug: str) -> ResponseReturnValue:
    """Show why another system holds something and for how long; on a press, ask a colleague."""
    system, about = get_category(runtime().other_systems, slug)
    form, me = ButtonForm(), current_customer_id()
    if not form.is_valid_post():
        facts = {"form": form, "system": system, "about": about, **_find_asked(me, about)}
        return render_template("self_service/outside_data/show.html", **facts)
    reference, day = retry_after(AlreadySentError, service.ask_colleague, me, about)
    flash(_("We’ll send it by {day}.", day=spell_day(day)), "ok")
    return redirect(url_for("cases.show", reference=reference), 303)


@bp.get("/<slug>/items")
@access(Access.CUSTOMER, fresh=True)
@limited(Pace.LOOKING)
def items(slug: str) -> ResponseReturnValue:
    """Ask another system, and show what it holds: fifty things on a page, newest first."""
    systems, me = runtime().other_systems, current_customer_id()
    system, about = get_category(systems, slug)
    page = read_number(request.args.get("page", "1"))
    if system.connector is None or page < 1:
        raise NotFoundError
    found = service.ask_page(reading, me, system, about, page)
    with unit_of_work() as work:
        lock_session(work)  # it may have been ended meanwhile
    if page > count_pages(found.total) and not found.silence:
        raise NotFoundError
    shown: dict[str, Any] = {
        "first": (page - 1) * PAGE + 1,
        "is_last": page >= count_pages(found.total),
    }
    if found.silence:
        shown |= _find_asked(me, about)
    facts = {"found": found, "about": about, "page": page, "form": ButtonForm(), **shown}
    return render_template("self_service/outside_data/items.html", **facts)


def _find_asked(me: CustomerId, about: OutsideCategory) -> dict[str, Any]:
    """Return the open message that asks for it, and whether its answer is late, for a page."""
    with reading() as work:
        asked = queries.find_asked(work, me, about.system)
        is_late = asked is not None and asked.is_late(london_day(work.now))
    return {"asked": asked, "is_late": is_late}
