"""Tables of sessions, past sign-ins and remembered browsers."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.identity.sessions.rules import (
    KEPT_AFTER,
    LONGEST_SESSION,
    SIGN_INS_KEPT,
    Session,
    SessionStage,
)
from portal.platform.core.database import Base
from portal.platform.core.ids import SessionId


class SignInSession(Base):
    """A session of a customer or a member of staff; the cookie holds a token, this its hash."""

    __tablename__ = "sign_in_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[UUID] = mapped_column(index=True)
    stage: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    signed_in_before_at: Mapped[datetime | None]
    proved_at: Mapped[datetime | None]
    """When the person last proved who they are; fresh proof is counted from here."""

    def read(self) -> Session:
        """Return the row as a read model."""
        return Session(
            SessionId(self.id),
            self.owner_id,
            SessionStage(self.stage),
            self.created_at,
            self.last_seen_at,
            self.signed_in_before_at,
            self.proved_at,
        )


class SignInRecord(Base):
    """One past sign-in; how, with which device and where is sealed with the person's key."""

    __tablename__ = "sign_in_record"
    __table_args__ = (
        Index("ix_sign_in_record_owner_id", "owner_id", "happened_at"),
        Index("ix_sign_in_record_happened_at", "happened_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner_id: Mapped[UUID]
    session_id: Mapped[UUID] = mapped_column(unique=True)
    device_hash: Mapped[bytes] = mapped_column("device_mark")
    """Keyed hash of device and network, by which a new one is noticed."""
    sealed: Mapped[bytes]
    happened_at: Mapped[datetime]


class RememberedBrowser(Base):
    """A browser that may greet a customer by name; it skips no step of signing in.

    The cookie holds the name of a series and a token that changes at each use. A known series with
    another token means that somebody has a copy of an old cookie.
    """

    __tablename__ = "remembered_browser"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    series_hash: Mapped[bytes | None] = mapped_column(unique=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    sealed: Mapped[bytes | None]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


def is_past_session(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for sessions whose rows are no longer needed."""
    return SignInSession.last_seen_at < now - LONGEST_SESSION - KEPT_AFTER


def is_past_sign_in(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for sign-ins that are no longer shown, held or not."""
    return SignInRecord.happened_at < now - SIGN_INS_KEPT


def is_past_browser(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for remembered browsers that have expired."""
    return RememberedBrowser.expires_at < now
