"""The page on which a colleague decides on a correction."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_records.queries import find_owner
from portal.desk.cases.service import view_case
from portal.desk.corrections import queries, service
from portal.desk.corrections.forms import DecideForm, WriteForm
from portal.desk.corrections.rules import (
    AlreadyDecidedError,
    Correction,
    list_correctable,
    name_categories,
)
from portal.identity.profile_changes.queries import list_account_numbers
from portal.platform.core.errors import NotFoundError
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.fields import offer
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import unit_of_work

bp = Blueprint("corrections_desk", __name__, url_prefix="/staff/cases/<reference>")

TYPED = (
    "category",
    "outcome",
    "refusal",
    "informed",
    "informed_others",
    "value_before",
    "value_after",
    "version",
)
DECIDED = _("A colleague has decided on this already. Open the case to see what")


@bp.route("/correction", methods=["GET", "POST"])
@access(Access.STAFF, keeps=TYPED)
def decide(reference: str) -> ResponseReturnValue:
    """Show what is to be corrected, and save what was decided: the customer gets the answer."""
    categories = list_correctable(runtime().register, runtime().other_systems)
    with unit_of_work() as work:
        case = view_case(work, reference)
        owner, asked = find_owner(work, case.id), queries.find_correction(work, case.id)
        if owner is None:
            raise NotFoundError
        about = next((one for one in categories if asked and one.category == asked.category), None)
        to_tell = queries.list_to_tell(work, runtime().recipients, owner.id, about)
        shown = asked.masked(list_account_numbers(work, owner.id)) if asked else None
    names, form = name_categories(categories), DecideForm() if asked else WriteForm()
    form.offer(to_tell)
    if isinstance(form, WriteForm):
        offer(form.category, names)
    if form.is_valid_post() and form.fits() and _save(form, reference, asked, names):
        return redirect(url_for("cases_desk.show", reference=reference), 303)
    if not form.is_submitted():
        form.version.data = str(case.version)
    page = "desk/corrections_desk/decide.html"
    facts = {"to_tell": to_tell, "asked": shown, "hides_numbers": shown != asked}
    return render_template(page, form=form, case=case, **facts)


def _save(
    form: DecideForm, reference: str, asked: Correction | None, names: Mapping[str, str]
) -> bool:
    """Save what was decided, and tell that it is; False with a word beside the field if not."""
    if isinstance(form, WriteForm):
        asked = form.asked(names)
    if asked is None:
        return False
    try:
        with unit_of_work() as work:
            given = reference, form.read_version(), form.decided(asked)
            service.decide_correction(work, *given)
    except AlreadyDecidedError:
        form.say("outcome", DECIDED)
        return False
    flash(_("Saved. Your answer is on its way to the customer."), "ok")
    return True
