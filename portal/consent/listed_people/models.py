"""The table of entries that other operators gave us."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from portal.consent.listed_people.rules import KEPT
from portal.platform.core.database import Base
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import doom_keys

LOCK = 18_360_714
"""PostgreSQL's advisory lock of what changes entries; an arbitrary number that is ours."""


class ListedRow(Base):
    """One entry: a number, by its keyed hash, and what is said with it, sealed with its own key."""

    __tablename__ = "listed_person"
    __table_args__ = (Index("ix_listed_person_operator", "operator", "received_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number_hash: Mapped[bytes] = mapped_column(unique=True)
    """A keyed hash of a kind of its own: it says nothing of whose number it is elsewhere here."""
    operator: Mapped[str] = mapped_column(String(100))
    received_at: Mapped[datetime] = mapped_column(index=True)
    """When the operator's list had it last."""
    first_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]
    version: Mapped[int]
    sealed: Mapped[bytes]


def is_past(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for entries that no list of their operator had for too long."""
    return ListedRow.received_at < now - KEPT


def delete_entries(work: Work, ids: Sequence[UUID]) -> int:
    """Delete entries whose rows are locked, and their keys; return how many."""
    if ids:
        doom_keys(work, ids)
        work.session.execute(delete(ListedRow).where(ListedRow.id.in_(ids)))
    return len(ids)
