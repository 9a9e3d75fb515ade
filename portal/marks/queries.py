"""Reading who is marked, and who waits for it."""

from sqlalchemy import func, select

from portal.kernel.ids import CustomerId
from portal.kernel.work import Work
from portal.marks.models import UnmarkedCustomer


def list_unmarked(work: Work, limit: int) -> list[CustomerId]:
    """Return some customers without marks."""
    query = select(UnmarkedCustomer.customer_id).limit(limit)
    return [CustomerId(row) for row in work.session.scalars(query)]


def count_unmarked(work: Work) -> int:
    """Return how many customers wait for their marks."""
    return work.session.scalar(select(func.count()).select_from(UnmarkedCustomer)) or 0
