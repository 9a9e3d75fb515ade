"""Tables of the cancellation room."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, LargeBinary, Table, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import Base

NOT_LOOKED_AT = frozenset({"audit_entry", "audit_link", "audit_waiting", "cancellation_underway"})
"""The trail speaks of ids on purpose, and nothing leads back from them; the row that says that
somebody is being erased is struck off last."""


class CancellationUnderway(Base):
    """Somebody is being erased; the row goes when they are gone.

    It has no foreign key: it is what finds its way after a crash half-way. `traces` are keyed
    hashes of the values that the tables are searched for afterwards, `suppressed` those that
    are not to be contacted again, `kept` what stays, as the receipt will say it, and `counts`
    how many records of each category went.
    """

    __tablename__ = "cancellation_underway"

    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_letter_id: Mapped[UUID]
    decided_at: Mapped[datetime]
    traces: Mapped[list[str]] = mapped_column(JSON, default=list)
    suppressed: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    kept: Mapped[list[str]] = mapped_column(JSON, default=list)
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class AppliedErasure(Base):
    """A line of the erasure ledger that this database has carried out.

    One that is in the ledger and not here means that this is an old copy put back.
    """

    __tablename__ = "erasure_applied"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    applied_at: Mapped[datetime]


def looked_at() -> list[tuple[Table, str]]:
    """Return every column that could speak of a customer."""
    return [
        (table, column.name)
        for table in Base.metadata.sorted_tables
        if table.name not in NOT_LOOKED_AT
        for column in table.columns
        if _could_speak(column.name, column.type)
    ]


def _could_speak(name: str, kind: object) -> bool:
    if isinstance(kind, Uuid):
        return name == "id" or name.endswith("_id")
    return isinstance(kind, LargeBinary) and name.endswith("_hash")
