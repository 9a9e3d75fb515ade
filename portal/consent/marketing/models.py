"""Tables of the marketing room."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.consent.marketing.rules import Choices
from portal.platform.core.database import Base


class MarketingChoices(Base):
    """A customer's current choices, and when each was last made; no row means no to all."""

    __tablename__ = "marketing_choices"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    version: Mapped[int]
    agreed: Mapped[list[str]] = mapped_column(JSON)
    made: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    """Of each choice that was ever made: the moment, and how."""
    saved_at: Mapped[datetime]
    refused: Mapped[list[str] | None] = mapped_column(JSON)
    """Marketing that they said no to, also where it was off already; what only ended because they
    leave is not among it. None: saved before this was kept (see `refused_by`)."""
    noted: Mapped[list[list[Any]] | None] = mapped_column(JSON)
    """Each time that somebody said no to what was off: the moment, how, the version of the words,
    and to what. It is no line of `choice_change`, for nothing changed."""
    lifted: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """Choices by email that the address was suppressed for until a yes, and when that was said: if
    the yes is undone, the no stands again."""
    lift_at: Mapped[datetime | None] = mapped_column(index=True)
    """When a yes was said whose address is to come off the suppressions; the worker sees to it."""


class ChoiceChange(Base):
    """One yes or no, as it was given; never changed.

    `wording` is the number of the catalogue version that was shown.
    """

    __tablename__ = "choice_change"
    __table_args__ = (Index("ix_choice_change_customer_id", "customer_id", "changed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    purpose: Mapped[str] = mapped_column(String(30))
    channel: Mapped[str] = mapped_column(String(20))
    agreed: Mapped[bool]
    changed_at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(20))
    via: Mapped[str] = mapped_column(String(20))
    wording: Mapped[int]


def words_of(choices: Choices, now: datetime) -> dict[str, Any]:
    """Return the document under which new choices are stored, made from the earlier ones."""
    noted = [
        [one.made.at.isoformat(), one.made.via, one.wording, sorted(x.value for x in one.choices)]
        for one in choices.noted
    ]
    return {
        "version": choices.version + 1,
        "agreed": sorted(one.value for one in choices.agreed),
        "made": {one.value: [made.at.isoformat(), made.via] for one, made in choices.made.items()},
        "saved_at": now,
        "refused": sorted(one.value for one in choices.refused or ()),
        "noted": noted,
        "lifted": {one.value: at.isoformat() for one, at in choices.lifted.items()},
    }
