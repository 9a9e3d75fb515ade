"""The table of corrections."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, String
from sqlalchemy.orm import Mapped, mapped_column

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
    """Return the SQL condition for corrections that are past their end, held or not."""
    return CorrectionRow.decided_at < now - KEPT_AFTER_CLOSING
