"""Tables of the cancellation room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import Base


class CancellationUnderway(Base):
    """Somebody has decided to leave; the row goes when they are gone.

    It has no foreign key: it is what finds its way after a crash half-way.
    """

    __tablename__ = "cancellation_underway"

    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_letter_id: Mapped[UUID]
    decided_at: Mapped[datetime]
