"""The public part of the register of processing: a page, and files of it."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from portal.desk.processing_register.queries import list_public
from portal.desk.processing_register.rules import FILE, by_part, spell_linked, spell_table
from portal.platform.web.access import Access, access
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading

bp = Blueprint("processing_register", __name__, url_prefix="/privacy/register")


@bp.get("")
@access(Access.ANYONE)
def show() -> ResponseReturnValue:
    """Show what is done with personal data of customers and visitors, and why."""
    with reading() as work:
        parts = by_part(list_public(work, *runtime().declared))
    return render_template("desk/processing_register/show.html", parts=parts)


@bp.get("/register.csv")
@access(Access.ANYONE)
def table() -> ResponseReturnValue:
    """Send it as CSV, in the columns of the Information Commissioner's template."""
    with reading() as work:
        entries = list_public(work, *runtime().declared)
    answer = Response(spell_table(entries, in_full=False), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={FILE}"
    return answer


@bp.get("/register.jsonld")
@access(Access.ANYONE)
def linked() -> ResponseReturnValue:
    """Send it as JSON-LD, in the terms of the Data Privacy Vocabulary."""
    with reading() as work:
        entries = list_public(work, *runtime().declared)
    text = spell_linked(entries, runtime().settings.brand_name)
    return Response(text, mimetype="application/ld+json")
