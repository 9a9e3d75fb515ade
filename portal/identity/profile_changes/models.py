"""The table of profile changes."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class ProfileChangeRow(Base):
    """What a profile was changed from and to, sealed with the customer's key."""

    __tablename__ = "profile_change"
    __table_args__ = (Index("ix_profile_change_customer_id", "customer_id", "changed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    changed_at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes]
