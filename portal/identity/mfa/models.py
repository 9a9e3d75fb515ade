"""Tables of second factors: authenticators, passkeys, recovery codes."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class Authenticator(Base):
    """An app that shows a code every thirty seconds (RFC 6238); its secret is sealed."""

    __tablename__ = "authenticator"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    added_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """None until a first code was right; it opens nothing before."""
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The time step of the last code that was taken; that one and older ones open nothing."""
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair of the person's device (WebAuthn); found by the hash of its public id."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    credential_hash: Mapped[bytes] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes on paper; it works once."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
