"""The table of changes of an e-mail address."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base
from portal.self_service.email_change.rules import UNDO_WITHIN


class EmailChange(Base):
    """One change of address: asked for, confirmed on the new one, undone from the old one."""

    __tablename__ = "email_change"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID] = mapped_column(index=True)
    sealed: Mapped[bytes]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


def is_past(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for changes that nothing can undo any more, held or not."""
    return EmailChange.asked_at < now - 2 * UNDO_WITHIN
