"""The table of one-time tokens."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base

KEPT_AFTER = timedelta(days=1)
"""How long the row of a link stays after its end."""


class OneTimeToken(Base):
    """A link or code: what it opens, until when, and whether it was used."""

    __tablename__ = "one_use_token"
    __table_args__ = (Index("ix_one_use_token_subject_id", "subject_id", "purpose"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    purpose: Mapped[str] = mapped_column(String(30))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    subject_id: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    misses: Mapped[int | None]
    """Of a code that dies of wrong tries, how many there were."""


def is_past(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for links whose rows are no longer needed."""
    return OneTimeToken.expires_at < now - KEPT_AFTER
