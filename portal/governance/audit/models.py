"""The audit tables: append-only, no foreign key, so that they outlive whoever they speak of."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class AuditEntry(Base):
    """One line of the audit trail."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject_id", "subject_id", "occurred_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    occurred_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(80))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[UUID | None]
    subject_id: Mapped[UUID]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class AuditWaiting(Base):
    """A line that is not sealed yet; written with it, struck off when it is."""

    __tablename__ = "audit_waiting"

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)


class AuditGap(Base):
    """A time of which lines are missing from the trail, and why; without a start, all of before."""

    __tablename__ = "audit_gap"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    why: Mapped[str] = mapped_column(String(20))
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime]


class AuditLink(Base):
    """One link of the chain: the line at a position, sealed together with all before it."""

    __tablename__ = "audit_link"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(unique=True)
    digest: Mapped[bytes]
