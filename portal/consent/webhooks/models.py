"""Tables of the webhooks room: the outbox, and the receiver's ids of customers."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class KnownCustomer(Base):
    """A customer and the random id that the receiver knows them by; it is used nowhere else.

    It has no `customer_id` once they have left. `last_number` counts the announcements about them;
    incrementing it makes concurrent announcements about one customer wait for each other.
    """

    __tablename__ = "known_customer"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID | None] = mapped_column(unique=True)
    last_number: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None]


class Announcement(Base):
    """One change to be announced. It waits while it has a next try; then it is delivered or dead.

    `about` names the part of the customer's data it is about: a later announcement of the same part
    overtakes it, and an empty `about` covers everything. `sealed` is either the address of somebody
    who is being erased, under a key of its own that is destroyed with the last try, or the number
    that it is about, under the customer's key.
    """

    __tablename__ = "announcement"
    __table_args__ = (UniqueConstraint("known_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    known_id: Mapped[UUID] = mapped_column(ForeignKey("known_customer.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(60))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed: Mapped[bytes | None]
    occurred_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    last_status: Mapped[int | None]
    delivered_at: Mapped[datetime | None] = mapped_column(index=True)
    dead_at: Mapped[datetime | None] = mapped_column(index=True)
