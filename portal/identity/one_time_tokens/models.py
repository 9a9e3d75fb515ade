"""The table of one-time tokens."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


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
