"""Reading who is on the way out, what leaving would do, and whether anything is left."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Table, func, select

from portal.account.models import CustomerRow
from portal.account.queries import get_customer
from portal.cancellation.models import CancellationUnderway, looked_at
from portal.cancellation.rules import (
    Line,
    Preview,
    copies_gone_on,
    read_kept,
)
from portal.holds.models import person_is_free
from portal.holds.queries import list_holds
from portal.kernel.clock import london_day
from portal.kernel.holdings import Fate
from portal.kernel.ids import CustomerId
from portal.kernel.ledger import Suppressed
from portal.kernel.work import Work
from portal.marks.queries import get_email_hash
from portal.marks.service import list_hashes
from portal.preferences.queries import list_refused_channels
from portal.runtime import Means

UNHURRIED = timedelta(seconds=10)
"""How long the request that began a cancellation may take before the worker finishes it."""


def list_unfinished(work: Work, limit: int = 50) -> list[CustomerId]:
    """Return customers whose cancellation was begun a while ago and not finished."""
    rows = work.session.scalars(
        select(CancellationUnderway.customer_id)
        .where(CancellationUnderway.decided_at < work.now - UNHURRIED)
        .order_by(CancellationUnderway.decided_at)
        .limit(limit)
    )
    return [CustomerId(row) for row in rows]


def list_due(work: Work, limit: int = 50) -> list[CustomerId]:
    """Return customers whose seven days have passed and whom no legal hold keeps."""
    rows = work.session.scalars(
        select(CustomerRow.id)
        .where(CustomerRow.leaves_at <= work.now, person_is_free(work, CustomerRow.id))
        .order_by(CustomerRow.leaves_at)
        .limit(limit)
    )
    return [CustomerId(row) for row in rows]


def get_preview(work: Work, means: Means, customer_id: CustomerId) -> Preview:
    """Return what cancelling everything would do to a customer; raises `NotFoundError`."""
    get_customer(work, customer_id)
    counted = {one.category: one.count(work, customer_id) for one in means.register}
    holds = list_holds(work, customer_id)
    held_until = holds[0].until if holds else None
    today = london_day(work.now)
    return Preview(
        deleted=tuple(
            Line(what=one.category, number=counted[one.category])
            for one in means.register
            if one.fate is Fate.DELETED and counted[one.category]
        ),
        kept=read_kept(means.register, counted, max(today, held_until or today)),
        loose_ends=tuple(
            end for one in means.register for end in one.loose_ends(work, customer_id)
        ),
        held_until=held_until,
        copies_gone_on=copies_gone_on(work.now, means.copies_kept),
    )


def list_kept(work: Work, means: Means, customer_id: CustomerId) -> tuple[Line, ...]:
    """Return what stays of a customer who is erased today, and until when."""
    with_stays = tuple(one for one in means.register if one.stays)
    counted = {one.category: one.count(work, customer_id) for one in with_stays}
    return read_kept(with_stays, counted, london_day(work.now))


def list_suppressed(work: Work, customer_id: CustomerId) -> list[Suppressed]:
    """Return the keyed hashes that stay of what somebody said no to marketing for."""
    details = get_customer(work, customer_id).details
    channels = list_refused_channels(work, customer_id)
    return list_hashes(work, details.reach, *channels)


def list_traces(work: Work, customer_id: CustomerId) -> list[bytes]:
    """Return the keyed hashes that the tables are searched for once somebody is erased."""
    details = get_customer(work, customer_id).details
    return [get_email_hash(work, details.email)]


def list_leftovers(work: Work, customer_id: UUID, traces: list[bytes]) -> dict[str, int]:
    """Look through every table, by id and by keyed hash; return what was found, by column.

    One statement; each column that is asked has an index, so that it costs the same however
    many customers there are.
    """
    asked = {
        f"{table.name}.{name}": select(func.count())
        .select_from(table)
        .where(_speaks_of(table, name, customer_id, traces))
        .scalar_subquery()
        for table, name in looked_at()
    }
    row = work.session.execute(select(*(query.label(name) for name, query in asked.items()))).one()
    return {name: number for name, number in zip(asked, row, strict=True) if number}


def _speaks_of(table: Table, name: str, customer_id: UUID, traces: list[bytes]) -> Any:  # noqa: ANN401  # SQLAlchemy's own
    column = table.columns[name]
    return column.in_(traces) if isinstance(column.type, LargeBinary) else column == customer_id
