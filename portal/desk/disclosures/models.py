"""The table of disclosures."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class DisclosureRow(Base):
    """What was given to somebody else; sealed with the key of whom it is about.

    It counts once a second colleague agreed. When its person leaves, their number and the words go,
    and the kind and the day stay, for the yearly numbers.
    """

    __tablename__ = "disclosure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes | None]
    told_from: Mapped[date | None]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    agreed_by: Mapped[UUID | None]
    agreed_at: Mapped[datetime | None]


def is_told(today: date) -> ColumnElement[bool]:
    """Return the SQL condition: agreed to, and its person may be told."""
    may_be = DisclosureRow.told_from.is_(None) | (DisclosureRow.told_from <= today)
    return DisclosureRow.agreed_at.is_not(None) & may_be
