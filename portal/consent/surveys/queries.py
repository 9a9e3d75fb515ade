"""Reading surveys, their versions, and somebody's answers."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from portal.consent.surveys.models import SurveyAnswerRow, SurveyRow, SurveyVersionRow, is_past
from portal.consent.surveys.rules import (
    GivenAnswer,
    Survey,
    SurveyKind,
    SurveyQuestion,
    SurveyVersion,
    match_answers,
)
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work

NEWEST = (
    select(SurveyRow, SurveyVersionRow)
    .join(SurveyVersionRow, SurveyVersionRow.survey_id == SurveyRow.id)
    .where(SurveyVersionRow.number == SurveyRow.newest)
)


def list_surveys(work: Work) -> list[Survey]:
    """Return all there are as they are asked today, the closed ones too; the newest first."""
    rows = work.session.execute(NEWEST.order_by(SurveyVersionRow.published_at.desc()))
    return [_read_survey(row, version) for row, version in rows]


def list_open(work: Work) -> list[Survey]:
    """Return those that take answers at this moment; the newest first."""
    return [one for one in list_surveys(work) if one.is_open_at(work.now)]


def get_survey(work: Work, survey_id: UUID) -> Survey:
    """Return one as it is asked today; raises `NotFoundError`."""
    found = work.session.execute(NEWEST.where(SurveyRow.id == survey_id)).first()
    if found is None:
        raise NotFoundError
    return _read_survey(*found)


def list_versions(work: Work, survey_id: UUID) -> list[SurveyVersion]:
    """Return every version of one, the newest first."""
    theirs = select(SurveyVersionRow).where(SurveyVersionRow.survey_id == survey_id)
    return [
        _read(row) for row in work.session.scalars(theirs.order_by(SurveyVersionRow.number.desc()))
    ]


def find_version(work: Work, survey_id: UUID, number: int) -> SurveyVersion | None:
    """Return a version of one; None where there is no such version."""
    row = work.session.get(SurveyVersionRow, (survey_id, number))
    return _read(row) if row is not None else None


def list_answers(work: Work, customer_id: CustomerId) -> list[GivenAnswer]:
    """Return a customer's answers, the newest first, each with the version of then.

    Without those whose day has come, which only a legal hold keeps.
    """
    query = (
        select(SurveyAnswerRow, SurveyVersionRow)
        .join(
            SurveyVersionRow,
            (SurveyVersionRow.survey_id == SurveyAnswerRow.survey)
            & (SurveyVersionRow.number == SurveyAnswerRow.version),
        )
        .where(SurveyAnswerRow.customer_id == customer_id, ~is_past(work.now))
        .order_by(SurveyAnswerRow.given_at.desc(), SurveyAnswerRow.survey, SurveyAnswerRow.place)
    )
    return list(_read_answers(work, work.session.execute(query)))


def list_answered(work: Work, customer_id: CustomerId, asked: Survey) -> dict[int, GivenAnswer]:
    """Return a customer's answers to what is asked today, by the places of the questions."""
    return match_answers(list_answers(work, customer_id), asked)


def _read_answers(
    work: Work, rows: Iterable[tuple[SurveyAnswerRow, SurveyVersionRow]]
) -> Iterable[GivenAnswer]:
    versions: dict[tuple[UUID, int], SurveyVersion] = {}
    for row, version in rows:
        words = work.vault.find(row.customer_id, place("survey_answer", row.id), row.sealed)
        if words is None:
            continue
        known = versions.setdefault((row.survey, row.version), _read(version))
        yield GivenAnswer(
            id=row.id,
            survey_id=row.survey,
            version=known,
            place=row.place,
            values=tuple(words["values"]),
            given_at=row.given_at,
            ends_on=row.ends_on,
        )


def _read_survey(row: SurveyRow, version: SurveyVersionRow) -> Survey:
    return Survey(row.id, SurveyKind(row.kind), _read(version), row.closed_at)


def _read(row: SurveyVersionRow) -> SurveyVersion:
    return SurveyVersion(
        number=row.number,
        title=row.title,
        purpose=row.purpose,
        kept_months=row.kept_months,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        questions=tuple(SurveyQuestion.from_words(one) for one in row.questions),
        note=row.note,
        published_at=row.published_at,
    )
