"""The full register of processing, for the privacy officer, with what is missing from it."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from portal.desk.processing_register.queries import list_entries, list_missing
from portal.desk.processing_register.rules import FILE, MEASURES, by_part, spell_table
from portal.identity.staff_accounts.rules import Task
from portal.platform.web.access import Access, access
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading

bp = Blueprint("processing_register_desk", __name__, url_prefix="/staff/register")


@bp.get("")
@access(Access.STAFF, may=Task.SEE_REGISTER)
def show() -> ResponseReturnValue:
    """Show every entry with its tables, and what the register lacks."""
    given = runtime().declared
    with reading() as work:
        parts, missing = by_part(list_entries(work, *given)), list_missing(work, *given)
    facts = {"parts": parts, "missing": missing, "measures": MEASURES}
    return render_template("desk/processing_register_desk/show.html", **facts)


@bp.get("/register.csv")
@access(Access.STAFF, may=Task.SEE_REGISTER)
def table() -> ResponseReturnValue:
    """Send the full register as CSV."""
    with reading() as work:
        entries = list_entries(work, *runtime().declared)
    answer = Response(spell_table(entries, in_full=True), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={FILE}"
    return answer
