"""Tables of sessions and of links that work once."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import Base
from portal.kernel.ids import SessionId
from portal.sessions.rules import Session, Stage


class SignInSession(Base):
    """One sign-in of a customer or a member of staff; the cookie holds a token, this its hash."""

    __tablename__ = "sign_in_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[UUID] = mapped_column(index=True)
    stage: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    signed_in_before_at: Mapped[datetime | None]

    def read(self) -> Session:
        """Return what the row says."""
        return Session(
            SessionId(self.id),
            self.owner_id,
            Stage(self.stage),
            self.created_at,
            self.last_seen_at,
            self.signed_in_before_at,
        )


class OneUseToken(Base):
    """A link in a letter: what it opens, until when, and whether it was used."""

    __tablename__ = "one_use_token"
    __table_args__ = (Index("ix_one_use_token_subject_id", "subject_id", "purpose"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    purpose: Mapped[str] = mapped_column(String(30))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    subject_id: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
