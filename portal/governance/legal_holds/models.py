"""Tables of the holds room, and asking in SQL whether something is under a hold."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.clock import day_begins, london_day
from portal.platform.core.database import Base
from portal.platform.core.rows import Owner
from portal.platform.core.work import Work


class LegalHold(Base):
    """Nothing of a customer, or of one case, is deleted before a day; the reason is sealed.

    `person_id` is whose key seals the reason: the customer's, or the case's own.
    """

    __tablename__ = "legal_hold"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID | None] = mapped_column(index=True)
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    sealed: Mapped[bytes]
    until: Mapped[date]
    placed_at: Mapped[datetime]
    placed_by: Mapped[UUID]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]

    @property
    def ends_at(self) -> datetime:
        """When it was lifted, or else the end of its last day in London."""
        return self.lifted_at or day_begins(self.until + timedelta(days=1))


def is_active(today: date) -> ColumnElement[bool]:
    """Return the condition that a hold holds."""
    return LegalHold.lifted_at.is_(None) & (LegalHold.until >= today)


def person_is_free(work: Work, person: Owner | ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that nothing holds the details of whoever a column says.

    A hold on one case of a customer holds the customer: their key seals the case.
    """
    held = (LegalHold.person_id == person) & is_active(london_day(work.now))
    return ~exists().where(held)


def case_is_free(work: Work, case: Owner, customer: Owner) -> ColumnElement[bool]:
    """Return the condition that nothing holds a case, nor the customer whose case it is."""
    theirs = or_(LegalHold.case_id == case, LegalHold.customer_id == customer)
    return ~exists().where(theirs & is_active(london_day(work.now)))
