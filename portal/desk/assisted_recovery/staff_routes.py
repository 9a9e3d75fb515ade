"""The desk's page of assisted recovery."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.assisted_recovery import service
from portal.desk.assisted_recovery.forms import LetInForm
from portal.desk.case_records.queries import find_owner
from portal.desk.cases.service import view_case
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.transaction import unit_of_work

bp = Blueprint("assisted_recovery_desk", __name__, url_prefix="/staff/cases/<reference>")


@bp.route("/let-back-in", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.LET_BACK_IN, keeps=("note", "version"))
def let_back_in(reference: str) -> ResponseReturnValue:
    """Send the link to set up sign-in again, to the address on file only."""
    form = LetInForm()
    if form.is_valid_post():
        note, version = form.note.data or "", form.read_version()
        with unit_of_work() as work:
            is_sent = service.let_back_in(work, reference, version, note, form.read_seen())
        if is_sent:
            flash(_("The link is on its way to the address on file."), "ok")
        else:
            flash(
                _("No open account has this address, so there is nowhere to send a link."), "warn"
            )
        return redirect(url_for("cases_desk.show", reference=reference), 303)
    with unit_of_work() as work:
        found = view_case(work, reference)
        customer = find_owner(work, found.id)
        is_known = customer is not None and found.is_open
        numbers = service.view_numbers(work, customer) if customer and is_known else ()
    if not form.is_submitted() and not form.version.data:
        form.version.data = str(found.version)
    if customer is not None and not form.customer_version.data:
        form.customer_version.data = str(customer.version)
    facts = {"case": found, "is_known": is_known, "numbers": numbers}
    return render_template("desk/assisted_recovery_desk/let_back_in.html", form=form, **facts)
