"""Tables of credentials, and of tries at them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class Credential(Base):
    """Password and answer of one person; the hashes themselves are sealed with the person's key."""

    __tablename__ = "credential"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    changed_at: Mapped[datetime]


class TryCount(Base):
    """Tries at one secret, by the keyed hash of the name typed, whether it is known or not."""

    __tablename__ = "try_count"

    guarded: Mapped[str] = mapped_column(String(30), primary_key=True)
    name_hash: Mapped[bytes] = mapped_column(primary_key=True, index=True)
    tries: Mapped[int]
    allowed: Mapped[bool]
    blocked_until: Mapped[int] = mapped_column(BigInteger, index=True)
    last_at: Mapped[int] = mapped_column(BigInteger)
    told: Mapped[bool] = mapped_column(default=False)
