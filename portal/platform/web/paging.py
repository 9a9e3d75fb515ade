"""Pages of a long list, each beginning after a row of the one before."""

from datetime import datetime
from uuid import UUID

from portal.platform.core.errors import NotFoundError


def read_after(text: str) -> UUID | None:
    """Return the row that a page begins after; None for the first page.

    Raises `NotFoundError` for what is no identifier.
    """
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFoundError from None


def read_before(text: str) -> datetime | None:
    """Return the moment (ISO 8601) before which a page begins; None for the first page.

    Raises `NotFoundError` for what is no moment with its offset.
    """
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise NotFoundError from None
    if found is not None and found.tzinfo is None:
        raise NotFoundError
    return found
