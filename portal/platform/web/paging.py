"""Pages of a long list, each beginning after a row of the one before."""

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
