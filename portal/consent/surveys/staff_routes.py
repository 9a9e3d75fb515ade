"""Pages on which the privacy officer says what customers may answer."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.consent.surveys import queries, service
from portal.consent.surveys.forms import TYPED_QUESTIONS, AddSurveyForm, AnswersForm, SurveyForm
from portal.consent.surveys.rules import (
    KINDS,
    LONGEST_KEPT,
    MOST_QUESTIONS,
    SHORTEST_KEPT,
    NewSurvey,
    Survey,
    SurveyClosedError,
    SurveyKind,
    SurveyState,
)
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.clock import london_day
from portal.platform.core.errors import StaleError
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_staff_id
from portal.platform.web.outcome import say_outcome
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("surveys_desk", __name__, url_prefix="/staff/surveys")

TYPED = (
    *("survey_title", "survey_purpose", "kept_months", "opens_on", "closes_on", "note", "version"),
    *(*TYPED_QUESTIONS, "shown"),
)
STATES = {
    SurveyState.WAITING: _("Not open yet"),
    SurveyState.OPEN: _("Open"),
    SurveyState.CLOSED: _("Closed"),
}
PUBLISHED = _("Published. Customers see it from its first day to its last.")
CLOSED, CLOSED_BEFORE = _("Closed. No more answers are taken."), _("It was already closed.")
STALE = _(
    "A colleague published another version while you were writing. Open it in another tab to see,"
    " then publish yours again"
)
PAGE = "consent/surveys_desk/change.html"


@bp.get("")
@access(Access.STAFF, may=Task.EDIT_SURVEYS)
def show() -> ResponseReturnValue:
    """List all surveys, competitions and lifestyle questions, the closed ones too."""
    with reading() as work:
        there, today = queries.list_surveys(work), london_day(work.now)
    facts = {"there": there, "kinds": KINDS, "states": STATES, "today": today}
    return render_template("consent/surveys_desk/show.html", **facts)


@bp.route("/add", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.EDIT_SURVEYS, keeps=(*TYPED, "kind", "new_id"))
def add() -> ResponseReturnValue:
    """Write a survey or competition, look at it as customers will see it, and publish it."""
    form = AddSurveyForm()
    wanted = None if _adds(form) else _read(form, form.kind.data)
    if wanted is not None and "publish" in request.form:
        try:
            with unit_of_work() as work:
                given = form.read_id(), SurveyKind(form.kind.data), wanted
                service.add_survey(work, current_staff_id(), *given)
        except StaleError:
            return _done(is_new=False)
        return _done()
    if form.is_blank():
        form.new_id.data = str(uuid4())
    return render_template("consent/surveys_desk/add.html", form=form, **_preview(wanted))


@bp.route("/<uuid:survey_id>", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.EDIT_SURVEYS, keeps=TYPED)
def change(survey_id: UUID) -> ResponseReturnValue:
    """Write another version, look at it, and publish it; the earlier ones stand beside."""
    form = SurveyForm()
    with reading() as work:
        now, versions = queries.get_survey(work, survey_id), queries.list_versions(work, survey_id)
        today = london_day(work.now)
    facts = {"now": now, "versions": versions, "state": now.state_on(today), "states": STATES}
    if now.closed_at:
        page = render_template(PAGE, form=form, **facts, **_preview(None))
        return page, 409 if form.is_submitted() else 200
    wanted = None if _adds(form) else _read(form, now.kind)
    if wanted is not None and "publish" in request.form:
        if _publish(survey_id, wanted, form.read_version()):
            return _done()
        _meet(form, now)
    elif form.is_blank():
        form.fill_in(now.version)
        form.version.data = str(now.version.number)
    return render_template(PAGE, form=form, **facts, **_preview(wanted))


@bp.post("/<uuid:survey_id>/close")
@access(Access.STAFF, may=Task.EDIT_SURVEYS)
def close(survey_id: UUID) -> ResponseReturnValue:
    """Take no answers any more, for good."""
    if ButtonForm().is_valid_post():
        with unit_of_work() as work:
            is_new = service.close_survey(work, current_staff_id(), survey_id)
        say_outcome(CLOSED, is_new=is_new, otherwise=CLOSED_BEFORE)
    return redirect(url_for(".change", survey_id=survey_id), 303)


def _publish(survey_id: UUID, wanted: NewSurvey, version: int) -> bool:
    """Publish another version; tell whether no colleague was quicker."""
    try:
        with unit_of_work() as work:
            service.change_survey(work, current_staff_id(), survey_id, wanted, version)
    except StaleError:
        return False
    except SurveyClosedError:
        raise StaleError from None  # nothing more is published: the words come back to be copied
    return True


def _meet(form: SurveyForm, now: Survey) -> None:
    """Say that a colleague published another meanwhile; what was typed stays."""
    form.say("survey_title", STALE)
    form.version.data = str(now.version.number)


def _done(*, is_new: bool = True) -> ResponseReturnValue:
    say_outcome(PUBLISHED, is_new=is_new, otherwise=_("That was already published."))
    return redirect(url_for(".show"), 303)


def _adds(form: SurveyForm) -> bool:
    """Show fields for one question more, where that was asked for: nothing is checked yet."""
    if "add" not in request.form:
        return False
    form.add_question()
    return True


def _read(form: SurveyForm, kind: str | None) -> NewSurvey | None:
    """Return what was typed, where it can be published."""
    today = london_day(runtime().clock())
    return form.read_new(SurveyKind(kind or ""), today) if form.is_valid_post() else None


def _preview(wanted: NewSurvey | None) -> dict[str, Any]:
    """Return what a page shows of something new, as customers will see it."""
    facts = {"shortest": SHORTEST_KEPT, "longest": LONGEST_KEPT, "most": MOST_QUESTIONS}
    if wanted is None:
        return {"wanted": None, "drawn": None, **facts}
    drawn = AnswersForm(formdata=None)
    drawn.ask(wanted)
    drawn.fill(dict.fromkeys(range(len(wanted.questions)), ()))
    return {"wanted": wanted, "drawn": drawn, **facts}
