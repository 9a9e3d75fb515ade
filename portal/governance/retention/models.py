"""Tables of the retention room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class PurgeRun(Base):
    """One run of the purge: when, and how many records each rule took."""

    __tablename__ = "purge_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
