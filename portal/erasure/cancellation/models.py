"""Tables of the cancellation room."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, LargeBinary, Table, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base
from portal.platform.core.holdings import Trace, Traces

NOT_LOOKED_AT = frozenset(
    {"audit_entry", "audit_link", "audit_waiting", "cancellation_underway", "installation"}
)
"""The trail speaks of ids on purpose, and nothing leads back from them; the row that says that
somebody is being erased is struck off last; the number of the installation is nobody's."""


class CancellationUnderway(Base):
    """Somebody is being erased; the row goes when they are gone.

    It has no foreign key: it is what finds its way after a crash half-way. `traces` are keyed
    hashes of the addresses that the tables are searched for afterwards, each with the moment until
    which it was theirs, `suppressed` those that
    are not to be contacted again, `kept` what stays, as the receipt will say it, and `counts`
    how many records of each category went, the first time. `next_look_at` is when the worker sees
    to it again. `told_systems` finds what other systems were told.
    """

    __tablename__ = "cancellation_underway"

    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_letter_id: Mapped[UUID]
    decided_at: Mapped[datetime]
    next_look_at: Mapped[datetime]
    looks: Mapped[int] = mapped_column(default=0)
    traces: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    suppressed: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    kept: Mapped[list[str]] = mapped_column(JSON, default=list)
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    told_systems: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")

    def read_traces(self) -> Traces:
        """Return what the tables are searched for."""
        return tuple(
            Trace(
                bytes.fromhex(code),
                datetime.fromisoformat(since),
                datetime.fromisoformat(until),
                bytes.fromhex(mailbox[0]) if mailbox else None,
            )
            for code, since, until, *mailbox in self.traces
        )

    def keep_traces(self, traces: Traces) -> None:
        """Note what the tables are to be searched for."""
        self.traces = [
            [one.value_hash.hex(), one.since.isoformat(), one.until.isoformat()]
            + ([one.mailbox.hex()] if one.mailbox else [])
            for one in traces
        ]


class AppliedErasure(Base):
    """A line of the erasure ledger that this database has carried out.

    One that is in the ledger and not here means that this is an old copy put back.
    """

    __tablename__ = "erasure_applied"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    applied_at: Mapped[datetime]


BORN_AT = {
    "case_file": "received_at",
    "draft": "kept_at",
    "try_count": "last_at",
    "unconfirmed_registration": "created_at",
}
"""When a row came to be that anybody can make by typing an address: one that is younger than the
decision to erase only names the address, which is nobody's by then."""


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
