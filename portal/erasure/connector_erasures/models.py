"""The table of erasures that other systems were told of."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, ColumnElement, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class ConnectorErasure(Base):
    """One other system that is to erase one person; whom, only that system can tell.

    It waits while it has a next try; then it is confirmed or given up. `sealed` is what the system
    finds the person by, under a key of its own that is destroyed with the last try. `erased` is how
    many records went there, and `kept` what the system says it keeps.
    """

    __tablename__ = "connector_erasure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    system: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bytes | None]
    asked_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    given_up_at: Mapped[datetime | None] = mapped_column(index=True)
    erased: Mapped[int] = mapped_column(default=0)
    kept: Mapped[list[str]] = mapped_column(JSON, default=list)


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a system is to be told at this moment."""
    return ConnectorErasure.next_try_at <= now
