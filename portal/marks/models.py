"""Tables of the marks room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import Base


class ContactMark(Base):
    """That a customer can be reached by a channel at something: its keyed hash, never itself.

    One with `ended_at` reached them until then. `agreed` is everything that they say yes to today,
    so that a million are read in one scan.
    """

    __tablename__ = "contact_mark"
    __table_args__ = (Index("ix_contact_mark_value_hash", "value_hash"),)

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    value_hash: Mapped[bytes] = mapped_column(primary_key=True)
    agreed: Mapped[list[str]] = mapped_column(JSON)
    ended_at: Mapped[datetime | None]


class UnmarkedCustomer(Base):
    """A customer from before there were marks, who waits for theirs."""

    __tablename__ = "unmarked_customer"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    agreed: Mapped[list[str]] = mapped_column(JSON)
