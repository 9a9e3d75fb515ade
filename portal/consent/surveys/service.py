"""Publish what is asked; save, change and delete answers.

An answer keeps the version that it was given to. It counts as the answer to a question of today
only where question, purpose and time are those of then; changed, it is given anew, to today's.
"""

from dataclasses import fields
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from portal.consent.surveys import queries
from portal.consent.surveys.events import (
    AnswersDeleted,
    AnswersGiven,
    SurveyClosed,
    SurveyPublished,
)
from portal.consent.surveys.models import SurveyAnswerRow, SurveyRow, SurveyVersionRow, is_past
from portal.consent.surveys.rules import (
    Filling,
    NewSurvey,
    Survey,
    SurveyClosedError,
    SurveyKind,
    Values,
    settle_answers,
    values_of,
)
from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.identity.accounts.service import get_locked
from portal.identity.sessions.service import lock_session
from portal.platform.core.clock import london_day
from portal.platform.core.constraints import unless_taken
from portal.platform.core.database import deleted
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.ids import CustomerId, StaffId
from portal.platform.core.merging import MadeFrom
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def save_answers(
    work: Work, customer_id: CustomerId, survey_id: UUID, sent: Filling, made_from: MadeFrom
) -> int:
    """Save what a form changed of somebody's answers; return how many. An emptied one is deleted.

    Raises `SurveyClosedError`, and `StaleError` where the form was made from another version or
    the same was answered otherwise meanwhile.
    """
    get_locked(work, customer_id)
    asked = _get_locked_survey(work, survey_id, read=True)
    if not asked.is_open_at(work.now):
        raise SurveyClosedError
    version = asked.version
    fits = all(version.questions[at].takes(one) for at, one in sent.items())
    if made_from.version != version.number or not fits:
        raise StaleError
    before = queries.list_answered(work, customer_id, asked)
    settled, clashes = settle_answers(values_of(before, version), sent, made_from)
    if clashes:
        raise StaleError
    given = gone = 0
    for at, values in settled.items():
        known = before.get(at)
        if values == (known.values if known else ()):
            continue
        if known:
            work.session.execute(delete(SurveyAnswerRow).where(SurveyAnswerRow.id == known.id))
        if values:
            _add(work, customer_id, asked, at, values)
        given, gone = given + bool(values), gone + (not values)
    _note(work, customer_id, given, gone)
    return given + gone


def delete_answer(work: Work, customer_id: CustomerId, answer_id: UUID) -> bool:
    """Delete one answer at once; tell whether there was one of theirs."""
    get_locked(work, customer_id)
    return _delete(work, customer_id, answer_id) > 0


def delete_answers(work: Work, customer_id: CustomerId) -> int:
    """Delete every answer of somebody's at once; return how many."""
    get_locked(work, customer_id)
    return _delete(work, customer_id)


def add_survey(
    work: Work, staff_id: StaffId, survey_id: UUID, kind: SurveyKind, new: NewSurvey
) -> None:
    """Publish something new to answer, under an id that its form was given.

    Raises `UnfitSurveyError`, and `StaleError` where the same form was sent before; with other
    words in it, it is another survey.
    """
    lock_session(work)
    new.check(kind, london_day(work.now))
    known = queries.find_version(work, survey_id, 1)
    if known is not None:
        if _says_same(known, new) and queries.get_survey(work, survey_id).kind is kind:
            raise StaleError
        survey_id = uuid4()
    with unless_taken(work, SurveyRow, "id", StaleError()):
        work.session.add(SurveyRow(id=survey_id, kind=kind, newest=1))
    _publish(work, staff_id, survey_id, new, 1)


def change_survey(
    work: Work, staff_id: StaffId, survey_id: UUID, new: NewSurvey, version: int
) -> None:
    """Publish another version; earlier answers keep the version that they were given to.

    Raises `SurveyClosedError` for one that was closed by hand, `UnfitSurveyError`, and `StaleError`
    where a colleague has published another version since.
    """
    lock_session(work)
    before = _get_locked_survey(work, survey_id)
    if before.closed_at is not None:
        raise SurveyClosedError
    if before.version.number != version:
        raise StaleError
    new.check(before.kind, london_day(work.now))
    number = version + 1
    work.session.get_one(SurveyRow, survey_id).newest = number
    _publish(work, staff_id, survey_id, new, number)


def close_survey(work: Work, staff_id: StaffId, survey_id: UUID) -> bool:
    """Take no answers any more, for good; tell whether it was open until now."""
    lock_session(work)
    if _get_locked_survey(work, survey_id).closed_at is not None:
        return False
    row = work.session.get_one(SurveyRow, survey_id)
    row.closed_at, row.closed_by = work.now, staff_id
    record(work, SurveyClosed(NOBODY, survey_id))
    return True


def _says_same(one: NewSurvey, other: NewSurvey) -> bool:
    return all(getattr(one, part.name) == getattr(other, part.name) for part in fields(NewSurvey))


def _get_locked_survey(work: Work, survey_id: UUID, *, read: bool = False) -> Survey:
    """Lock a survey: against its closing and its next version alone where it is only read."""
    query = select(SurveyRow.id).where(SurveyRow.id == survey_id).with_for_update(read=read)
    if work.session.scalar(query) is None:
        raise NotFoundError
    work.take_moment()
    return queries.get_survey(work, survey_id)


def _publish(work: Work, staff_id: StaffId, survey_id: UUID, new: NewSurvey, number: int) -> None:
    work.session.add(
        SurveyVersionRow(
            survey_id=survey_id,
            number=number,
            title=new.title,
            purpose=new.purpose,
            kept_months=new.kept_months,
            opens_on=new.opens_on,
            closes_on=new.closes_on,
            questions=[one.words() for one in new.questions],
            note=new.note,
            published_at=work.now,
            published_by=staff_id,
        )
    )
    record(work, SurveyPublished(NOBODY, survey_id, number))


def _add(work: Work, customer_id: CustomerId, asked: Survey, at: int, values: Values) -> None:
    row_id = uuid4()
    sealed = work.seal(customer_id, place("survey_answer", row_id), {"values": list(values)})
    work.session.add(
        SurveyAnswerRow(
            id=row_id,
            customer_id=customer_id,
            survey=asked.id,
            version=asked.version.number,
            place=at,
            sealed=sealed,
            given_at=work.now,
            ends_on=asked.version.end_of(london_day(work.now)),
        )
    )


def _delete(work: Work, customer_id: CustomerId, answer_id: UUID | None = None) -> int:
    """Delete what its giver sees: what only a legal hold keeps past its day is gone for them."""
    theirs = delete(SurveyAnswerRow).where(
        SurveyAnswerRow.customer_id == customer_id, ~is_past(work.now)
    )
    if answer_id is not None:
        theirs = theirs.where(SurveyAnswerRow.id == answer_id)
    gone = deleted(work.session, theirs)
    _note(work, customer_id, 0, gone)
    return gone


def _note(work: Work, customer_id: CustomerId, given: int, gone: int) -> None:
    if given:
        record(work, AnswersGiven(customer_id, given))
    if gone:
        record(work, AnswersDeleted(customer_id, gone))
