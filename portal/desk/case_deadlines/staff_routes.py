"""Pages of the last day to answer a case: why it is that day, who they are, taking longer."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_deadlines import queries, service
from portal.desk.case_deadlines.forms import AskIdentityForm, ExtendForm, NoteIdentityForm
from portal.desk.case_deadlines.queries import DeadlineView
from portal.desk.case_deadlines.rules import IdentityProof
from portal.desk.cases.rules import Case
from portal.desk.cases.service import view_case
from portal.desk.cases.staff_routes import CHANGED
from portal.governance.deadlines.rules import TooLateError
from portal.platform.core.clock import spell_day
from portal.platform.core.errors import DomainError, StaleError
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import VersionedForm
from portal.platform.web.transaction import unit_of_work

bp = Blueprint("case_deadlines_desk", __name__, url_prefix="/staff/cases/<reference>/deadline")

ALREADY = _("A colleague has done this already. Open the case to see what")
NO_MONTH = _("Only a request for which the law sets the month can take longer")
NOT_YET = _("It’s too early for this. Open the page on when we must answer to see why")
LATE = _("That was possible until {day}. Answer as soon as you can")

REFUSED: dict[type[DomainError], str] = {
    service.NoMonthError: NO_MONTH,
    service.DoneAlreadyError: ALREADY,
    service.NotYetError: NOT_YET,
}
"""Why something cannot be done to a last day, beside the field."""


@bp.get("")
@access(Access.STAFF)
def show(reference: str) -> ResponseReturnValue:
    """Show why the last day to answer is the day it is, and what would move it."""
    case, view = _read(reference)
    return render_template("desk/case_deadlines_desk/show.html", case=case, view=view)


@bp.route("/identity", methods=["GET", "POST"])
@access(Access.STAFF, keeps=("to_show", "version"))
def ask_identity(reference: str) -> ResponseReturnValue:
    """Ask the sender to show who they are."""
    form = AskIdentityForm()

    def ask() -> str:
        with unit_of_work() as work:
            text = form.to_show.data or ""
            service.ask_for_identity(work, reference, form.read_version(), text)
        return _("Your question is on its way. The month starts when they show who they are.")

    page = "desk/case_deadlines_desk/ask_identity.html"
    return _do(page, reference, form, "to_show", ask)


@bp.route("/identity/shown", methods=["GET", "POST"])
@access(Access.STAFF, keeps=("shown_by", "shown_words", "version"))
def note_identity(reference: str) -> ResponseReturnValue:
    """Note how the sender showed who they are."""
    form = NoteIdentityForm()

    def note() -> str:
        given = IdentityProof(form.shown_by.data), form.shown_words.data or ""
        with unit_of_work() as work:
            due_on = service.note_identity(work, reference, form.read_version(), *given)
        return _("The month has started. We must answer by {day}.", day=spell_day(due_on))

    page = "desk/case_deadlines_desk/note_identity.html"
    return _do(page, reference, form, "shown_by", note)


@bp.route("/longer", methods=["GET", "POST"])
@access(Access.STAFF, keeps=("longer_because", "version"))
def extend(reference: str) -> ResponseReturnValue:
    """Take longer to answer, and tell the sender why."""
    form = ExtendForm()

    def take_longer() -> str:
        with unit_of_work() as work:
            why = form.longer_because.data or ""
            due_on = service.extend_deadline(work, reference, form.read_version(), why)
        return _("We’ve told them. We must answer by {day}.", day=spell_day(due_on))

    page = "desk/case_deadlines_desk/extend.html"
    return _do(page, reference, form, "longer_because", take_longer)


def _do(
    page: str, reference: str, form: VersionedForm, field: str, do: Callable[[], str]
) -> ResponseReturnValue:
    """Do what a form asks for; what cannot be done is said beside its field."""
    status = 200
    if form.is_valid_post():
        try:
            flash(do(), "ok")
            return redirect(url_for(".show", reference=reference), 303)
        except StaleError:
            flash(CHANGED, "warn")
            status = 409
        except TooLateError as error:
            form.say(field, LATE.format(day=spell_day(error.last_day)))
        except tuple(REFUSED) as error:
            form.say(field, REFUSED[type(error)])
    case, view = _read(reference)
    if not case.is_open and not form.is_submitted():
        return redirect(url_for(".show", reference=reference), 303)
    if status != 200 or not form.is_submitted():  # noqa: PLR2004  # HTTP's OK
        form.version.data = str(case.version)
    return render_template(page, form=form, case=case, view=view), status


def _read(reference: str) -> tuple[Case, DeadlineView]:
    with unit_of_work() as work:
        case = view_case(work, reference)
        return case, queries.get_deadline(work, case)
