"""Tables of the directories room. They hold no number, and no hash of one: it could be guessed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class DirectoryEntries(Base):
    """The listings of a customer's numbers; the numbers are sealed with the customer's key."""

    __tablename__ = "directory_entries"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    version: Mapped[int]
    sealed: Mapped[bytes]


class DirectoryChange(Base):
    """One yes or no, as it was given; never changed. The last digits of the number are sealed."""

    __tablename__ = "directory_change"
    __table_args__ = (Index("ix_directory_change_customer_id", "customer_id", "changed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    listing: Mapped[str] = mapped_column(String(20))
    agreed: Mapped[bool]
    changed_at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(20))
    via: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes]


class EnrolmentRow(Base):
    """A customer's registration with a preference service, as they told us.

    Sealed with their key: the day, and keyed hashes of what they registered.
    """

    __tablename__ = "preference_enrolment"
    __table_args__ = (UniqueConstraint("customer_id", "service"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    service: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes]
