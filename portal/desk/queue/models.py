"""The table of saved views."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.desk.queue.rules import LONGEST_VIEW_NAME
from portal.platform.core.database import Base


class SavedViewRow(Base):
    """The filters that a colleague uses often, under a name; nothing of a customer is in them."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_VIEW_NAME))
    said: Mapped[str] = mapped_column(String(300))
    """What an address says of them."""
    saved_at: Mapped[datetime]
