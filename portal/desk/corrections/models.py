"""The table of corrections."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, String, exists
from sqlalchemy.orm import Mapped, mapped_column

from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import KEPT_AFTER_CLOSING
from portal.platform.core.database import Base


class CorrectionRow(Base):
    """One correction that a case asks for; its words are sealed with its customer's key."""

    __tablename__ = "correction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(unique=True)
    customer_id: Mapped[UUID] = mapped_column(index=True)
    sealed: Mapped[bytes]
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str | None] = mapped_column(String(20))


def is_past(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for corrections that are past their end, held or not.

    Where nobody decided, the time runs from the closing of the message that asks for it.
    """
    past = now - KEPT_AFTER_CLOSING
    stays = CaseRow.closed_at.is_(None) | (CaseRow.closed_at >= past)
    asked = exists().where(CaseRow.id == CorrectionRow.case_id, stays)
    is_undecided = CorrectionRow.decided_at.is_(None)
    return (CorrectionRow.decided_at < past) | (is_undecided & ~asked)
