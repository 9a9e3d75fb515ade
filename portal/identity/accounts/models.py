"""Tables of the account room."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class CustomerRow(Base):
    """A customer, whose address is confirmed; the details are sealed with their key."""

    __tablename__ = "customer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email_hash: Mapped[bytes] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column(default=1)
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]
    leaves_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the account is to be deleted; it is closed until then, and signing in brings it back."""
    decided_at: Mapped[datetime | None]
    """When the erasure was decided: from then on nobody finds this customer any more."""


class RegistrationRow(Base):
    """One service that a customer is registered for."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("customer_id", "service"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    service: Mapped[str] = mapped_column(String(30))
    registered_at: Mapped[datetime]


class UnconfirmedRow(Base):
    """A registration that waits for its address to be confirmed; sealed with a key of its own."""

    __tablename__ = "unconfirmed_registration"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email_hash: Mapped[bytes] = mapped_column(index=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(index=True)
