"""The page on which a colleague enters a request that came another way."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_records.rules import AlreadySentError
from portal.desk.cases.service import open_case
from portal.desk.entered_requests.forms import EnterRequestForm
from portal.platform.core.clock import london_day
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import retry_after

bp = Blueprint("entered_requests_desk", __name__, url_prefix="/staff/requests")

TYPED = ("name", "email", "topic", "service", "message", "came_by", "came_on", "asked_by")


@bp.route("/new", methods=["GET", "POST"])
@access(Access.STAFF, keeps=TYPED)
def enter() -> ResponseReturnValue:
    """Enter a request that came by telephone, by letter, in a shop or by email."""
    form, now = EnterRequestForm(), runtime().clock()
    if form.is_valid_post() and form.is_possible(london_day(now)):
        reference = retry_after(AlreadySentError, open_case, form.entered(now), None)
        flash(_("The request is entered, and we’ve emailed them that we have it."), "ok")
        return redirect(url_for("cases_desk.show", reference=reference), 303)
    if not form.is_submitted():
        form.prepare()
    return render_template("desk/entered_requests_desk/enter.html", form=form)
