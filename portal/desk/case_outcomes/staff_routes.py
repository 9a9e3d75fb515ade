"""Pages of how a case ends: closed without an answer, opened again."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_outcomes import service
from portal.desk.case_outcomes.forms import CloseCaseForm, ReopenForm
from portal.desk.case_records.rules import KEPT_AFTER_CLOSING, CaseOutcome
from portal.desk.cases.service import view_case
from portal.desk.cases.staff_routes import CHANGED
from portal.platform.core.clock import spell_day, spell_length
from portal.platform.core.errors import StaleError
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import VersionedForm
from portal.platform.web.transaction import unit_of_work

bp = Blueprint("case_outcomes_desk", __name__, url_prefix="/staff/cases/<reference>")


@bp.route("/close", methods=["GET", "POST"])
@access(Access.STAFF, keeps=("ended", "version"))
def close(reference: str) -> ResponseReturnValue:
    """Close the case without an email."""
    form = CloseCaseForm()

    def do() -> str:
        with unit_of_work() as work:
            outcome = CaseOutcome(form.ended.data)
            service.close_case(work, reference, form.read_version(), outcome)
        return _("The case is closed.")

    return _do("close", reference, form, do, is_open=True)


@bp.route("/reopen", methods=["GET", "POST"])
@access(Access.STAFF, keeps=("reopened_because", "version"))
def reopen(reference: str) -> ResponseReturnValue:
    """Open a closed case again."""
    form = ReopenForm()

    def do() -> str:
        with unit_of_work() as work:
            why = form.reopened_because.data or ""
            due_on = service.reopen_case(work, reference, form.read_version(), why)
        return _("The case is open again. We must answer by {day}.", day=spell_day(due_on))

    return _do("reopen", reference, form, do, is_open=False)


def _do(
    page: str, reference: str, form: VersionedForm, do: Callable[[], str], *, is_open: bool
) -> ResponseReturnValue:
    """Show a form for a case in one state, and do what it asks for."""
    status, there = 200, redirect(url_for("cases_desk.show", reference=reference), 303)
    if form.is_valid_post():
        try:
            flash(do(), "ok")
        except StaleError:
            flash(CHANGED, "warn")
            status = 409
        else:
            return there
    with unit_of_work() as work:
        case = view_case(work, reference)
    if case.is_open != is_open and status == 200:  # noqa: PLR2004  # HTTP's OK
        return there
    form.version.data = str(case.version)
    name, kept = f"desk/case_outcomes_desk/{page}.html", spell_length(KEPT_AFTER_CLOSING)
    return render_template(name, form=form, case=case, kept=kept), status
