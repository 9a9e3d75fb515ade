"""Pages of surveys, competitions and lifestyle questions, and of one's answers to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.consent.surveys import queries, service
from portal.consent.surveys.forms import KEPT, AnswersForm
from portal.consent.surveys.rules import (
    KINDS,
    AnswerKind,
    Filling,
    Survey,
    SurveyClosedError,
    SurveyState,
    carry_over,
    match_answers,
    settle_answers,
    values_of,
)
from portal.identity.profile_changes.queries import list_account_numbers
from portal.platform.core.clock import london_day, spell_length
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.masking import mask_account_numbers
from portal.platform.core.texts import _, _n
from portal.platform.core.work import Work
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_customer_id
from portal.platform.web.outcome import say_outcome
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("surveys", __name__, url_prefix="/surveys")

SAVED = _("We’ve saved your answers.")
GONE, GONE_BEFORE = _("We’ve deleted that answer."), _("That answer was already deleted.")
NONE_LEFT = _("You have no answers left to delete.")


@bp.get("")
@access(Access.CUSTOMER)
def show() -> ResponseReturnValue:
    """List what can be answered today, with why and how long answers are kept."""
    with reading() as work:
        asked = queries.list_open(work)
        given = queries.list_answers(work, current_customer_id())
    answered = {one.id: len(match_answers(given, one)) for one in asked}
    facts = {"asked": asked, "answered": answered, "kinds": KINDS, "given": len(given)}
    return render_template("consent/surveys/show.html", **facts)


@bp.route("/<uuid:survey_id>", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=KEPT)
def answer(survey_id: UUID) -> ResponseReturnValue:
    """Answer as many of the questions as one likes, and change answers while it is open."""
    form, me = AnswersForm(), current_customer_id()
    with reading() as work:
        look = _look(work, survey_id)
    if not look.is_open:
        return _say_closed(look)
    form.ask(look.asked.version)
    if not form.is_blank() and form.read_version() != look.asked.version.number:
        return _ask_again(survey_id)
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                sent = form.read_touched(), form.read_made_from()
                changed = service.save_answers(work, me, survey_id, *sent)
        except (SurveyClosedError, StaleError):
            return _ask_again(survey_id)
        say_outcome(SAVED, is_new=bool(changed))
        return redirect(url_for(".answers"), 303)
    if form.is_blank():
        form.fill(look.shown)
        form.note(look.asked.version.number, look.values, look.shown)
    return _draw(look, form)


@bp.get("/answers")
@access(Access.CUSTOMER)
def answers() -> ResponseReturnValue:
    """List every answer, with why it was asked, when it was given and when it is deleted."""
    with reading() as work:
        me = current_customer_id()
        given, own = queries.list_answers(work, me), list_account_numbers(work, me)
        still_open = {one.id for one in queries.list_open(work)}
    texts = {one.id: mask_account_numbers(one.text, own) for one in given}
    facts = {"given": given, "texts": texts, "still_open": still_open}
    facts["backups"] = _spell_backups()
    return render_template("consent/surveys/answers.html", **facts)


@bp.post("/answers/<uuid:answer_id>/delete")
@access(Access.CUSTOMER)
def delete(answer_id: UUID) -> ResponseReturnValue:
    """Delete one answer at once."""
    with unit_of_work() as work:
        is_gone = service.delete_answer(work, current_customer_id(), answer_id)
    say_outcome(GONE, is_new=is_gone, otherwise=GONE_BEFORE)
    return redirect(url_for(".answers"), 303)


@bp.route("/answers/delete", methods=["GET", "POST"])
@access(Access.CUSTOMER)
def delete_all() -> ResponseReturnValue:
    """Say what deleting every answer does, and on a press delete them at once."""
    form = ButtonForm()
    if not form.is_valid_post():
        with reading() as work:
            number = len(queries.list_answers(work, current_customer_id()))
        if not number:
            return redirect(url_for(".answers"), 303)
        facts = {"form": form, "number": number, "backups": _spell_backups()}
        return render_template("consent/surveys/delete_all.html", **facts)
    with unit_of_work() as work:
        gone = service.delete_answers(work, current_customer_id())
    words = _n("We’ve deleted your answer.", "We’ve deleted all {number} of your answers.", gone)
    say_outcome(words, is_new=bool(gone), otherwise=NONE_LEFT)
    return redirect(url_for(".answers"), 303)


def _spell_backups() -> str:
    """Spell how long backups may have what is deleted today."""
    return spell_length(runtime().context.copies_kept + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class SurveyLook:
    """What the page of a survey shows, as of one moment."""

    asked: Survey
    values: Filling
    shown: Filling
    """The same with billing account numbers masked: they take fresh proof to be seen."""
    at: datetime

    @property
    def is_open(self) -> bool:
        """Whether answers are taken."""
        return self.asked.is_open_at(self.at)


def _look(work: Work, survey_id: UUID) -> SurveyLook:
    asked = queries.get_survey(work, survey_id)
    if asked.state_on(london_day(work.now)) is SurveyState.WAITING:
        raise NotFoundError
    answered = queries.list_answered(work, me := current_customer_id(), asked)
    values = values_of(answered, asked.version)
    has_digits = any(sign.isdigit() for those in values.values() for one in those for sign in one)
    own = list_account_numbers(work, me) if has_digits else ()
    shown = {
        at: tuple(mask_account_numbers(one, own) for one in those)
        if asked.version.questions[at].kind is AnswerKind.TEXT
        else those
        for at, those in values.items()
    }
    return SurveyLook(asked, values, shown, work.now)


def _ask_again(survey_id: UUID) -> ResponseReturnValue:
    """Show what was typed on a page of today: questions or answers were changed, or it closed."""
    then, form = AnswersForm(), AnswersForm()
    made_from, more = then.read_made_from(), dict[str, Any]()
    with reading() as work:
        look = _look(work, survey_id)
        older = queries.find_version(work, survey_id, made_from.version)
    if not look.is_open:
        return _say_closed(look)
    now, values = look.asked.version, dict(look.shown)
    then.ask(older or now)
    sent = then.read_touched()
    if made_from.version != now.number:
        brought, more["left"] = carry_over(sent, made_from, older or now, now)
        values |= brought
    else:
        settled, more["clashes"] = settle_answers(look.values, sent, made_from)
        values |= {at: one for at, one in settled.items() if one != look.values[at]}
    form.ask(now)
    form.fill(values)
    form.note(now.number, look.values, look.shown)
    return _draw(look, form, is_stale=True, **more), 409


def _draw(look: SurveyLook, form: AnswersForm | None, **more: Any) -> str:  # noqa: ANN401  # facts of a page
    facts = {"left": (), "clashes": (), "is_stale": False, "was_sent": False, **more}
    facts |= {"asked": look.asked, "saved": look.shown, "kinds": KINDS, "form": form}
    facts["end"] = look.asked.version.end_of(london_day(look.at))
    return render_template("consent/surveys/answer.html", **facts)


def _say_closed(look: SurveyLook) -> ResponseReturnValue:
    """Say that no answers are taken any more; what was sent is not saved."""
    was_sent = request.method == "POST"
    return _draw(look, None, was_sent=was_sent), 409 if was_sent else 200
