"""The ledger of sharing."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.consent.sharing.rules import LONGEST_AGREEMENT
from portal.platform.core.database import Base


class HandoverRow(Base):
    """One disclosure of a customer's details to one company; never changed.

    `wording` is the number of the catalogue version that the customer agreed to. The address that
    the company received is sealed; disclosures made before this was recorded have none.
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index("ix_handover_customer_id", "customer_id", "shared_at"),
        Index("ix_handover_purpose", "purpose"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    purpose: Mapped[str] = mapped_column(String(30))
    agreement: Mapped[str] = mapped_column(String(LONGEST_AGREEMENT))
    wording: Mapped[int]
    shared_at: Mapped[datetime]
    sealed: Mapped[bytes | None]
