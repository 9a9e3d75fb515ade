"""Tables of the staff room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class StaffRow(Base):
    """A colleague; closed when they leave, never deleted."""

    __tablename__ = "staff_member"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email_hash: Mapped[bytes] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    role: Mapped[str] = mapped_column(String(30))
    added_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]
