"""The outbox."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class EmailState(StrEnum):
    """Where an email is."""

    HELD = "held"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class OutboxEmail(Base):
    """One email. Its words are sealed with the key of whoever it is to, and go when it is sent.

    `case_id` is the case that it belongs to, if any. `reason` and `code` say why the last try was
    in vain, `refused_since` since when this email, and not all emails, is refused for now; the
    words of one that failed stay for a while, so that it can be sent again. While a worker is
    sending it, `claimed_until` says how long at most.
    """

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_state", "state", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    refused_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(30))
    code: Mapped[int | None]
