"""Tables of the surveys room: what is asked, its versions, and the answers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.clock import london_day
from portal.platform.core.database import Base


class SurveyRow(Base):
    """What customers may answer; `newest` is the number of the version that is asked today."""

    __tablename__ = "survey"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    newest: Mapped[int]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]


class SurveyVersionRow(Base):
    """One version: its questions, and what is told beside them; never changed."""

    __tablename__ = "survey_version"

    survey_id: Mapped[UUID] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(300))
    kept_months: Mapped[int]
    opens_on: Mapped[date]
    closes_on: Mapped[date | None]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(300))
    published_at: Mapped[datetime]
    published_by: Mapped[UUID]


class SurveyAnswerRow(Base):
    """One answer to one question of a version, by its place there; sealed with its giver's key.

    Changed, it is another row. `ends_on` is the London day on which it is deleted; from then on it
    looks deleted, though a legal hold may keep it, and the same may be answered again.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        Index(
            "ix_survey_answer_once",
            "customer_id",
            "survey",
            "version",
            "place",
            "ends_on",
            unique=True,
        ),
        Index("ix_survey_answer_ends_on", "ends_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    survey: Mapped[UUID]
    version: Mapped[int]
    place: Mapped[int]
    sealed: Mapped[bytes]
    given_at: Mapped[datetime]
    ends_on: Mapped[date]


def is_past(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for answers whose day has come, held or not."""
    return SurveyAnswerRow.ends_on <= london_day(now)
