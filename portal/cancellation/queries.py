"""Reading who is on the way out."""

from datetime import timedelta

from sqlalchemy import select

from portal.cancellation.models import CancellationUnderway
from portal.kernel.ids import CustomerId
from portal.kernel.work import Work

UNHURRIED = timedelta(seconds=10)
"""How long the request that began a cancellation may take before the worker finishes it."""


def list_unfinished(work: Work, limit: int = 50) -> list[CustomerId]:
    """Return customers whose cancellation was begun a while ago and not finished."""
    rows = work.session.scalars(
        select(CancellationUnderway.customer_id)
        .where(CancellationUnderway.decided_at < work.now - UNHURRIED)
        .limit(limit)
    )
    return [CustomerId(row) for row in rows]
