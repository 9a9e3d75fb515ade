"""The page on which a colleague makes the code that proves a number."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.desk.cases.service import view_case
from portal.desk.cases.staff_routes import show_moved_on
from portal.desk.listing_requests import queries, service
from portal.desk.listing_requests.rules import CODE_LASTS, MadeCode
from portal.platform.core.clock import spell_length
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.web.access import Access, access
from portal.platform.web.forms import VersionedForm
from portal.platform.web.transaction import unit_of_work

bp = Blueprint("listing_requests_desk", __name__, url_prefix="/staff/cases/<reference>")


@bp.route("/directory-entry", methods=["GET", "POST"])
@access(Access.STAFF)
def prove(reference: str) -> ResponseReturnValue:
    """Show which number is asked about; make the code to tell or to post, which is shown once."""
    form, made = VersionedForm(), None
    if form.is_valid_post():
        with unit_of_work() as work:
            made = service.make_code(work, reference, form.read_version())
    return _page(reference, form, made)


@bp.errorhandler(StaleError)
def stale(error: StaleError) -> ResponseReturnValue:
    """Say that a colleague was quicker, and show the case as it is now."""
    del error
    return show_moved_on((request.view_args or {})["reference"])


def _page(reference: str, form: VersionedForm, made: MadeCode | None) -> ResponseReturnValue:
    with unit_of_work() as work:
        case = view_case(work, reference)
        asked = queries.find_asked(work, case.id)
    if asked is None:
        raise NotFoundError
    form.version.data = str(case.version)
    facts = {"asked": asked, "made": made, "lasts": spell_length(CODE_LASTS[asked.way])}
    page = "desk/listing_requests_desk/prove.html"
    return render_template(page, form=form, case=case, **facts)
