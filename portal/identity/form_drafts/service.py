"""Keep half-filled forms for a day, and throw them away."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete

from portal.identity.form_drafts.models import Draft
from portal.platform.core.rows import count_of, count_where, delete_where, erasure_of
from portal.platform.core.sealing import place
from portal.platform.core.work import Work

DRAFTS_KEPT = timedelta(hours=24)

count_owned = count_of(Draft.owner_id)
"""Count the half-filled forms of a person."""
forget_owner = erasure_of(Draft.owner_id)
"""Delete the half-filled forms of a person; return how many."""


def keep_draft(work: Work, owner_id: UUID, path: str, fields: dict[str, list[str]]) -> None:
    """Keep what somebody typed into a page, in place of what was kept of it before.

    Its owner is locked.
    """
    forget_draft(work, owner_id, path)
    row_id = uuid4()
    sealed = work.seal(owner_id, place("draft", row_id), fields)
    row = Draft(id=row_id, owner_id=owner_id, path=path, sealed=sealed, kept_at=work.now)
    work.session.add(row)


def forget_draft(work: Work, owner_id: UUID, path: str) -> None:
    """Throw away what was kept of a page."""
    work.session.execute(delete(Draft).where(Draft.owner_id == owner_id, Draft.path == path))


def count_old(work: Work) -> int:
    """Count the forms that nobody came back to."""
    return count_where(work, Draft.id, Draft.kept_at < work.now - DRAFTS_KEPT)


def forget_old(work: Work, most: int) -> int:
    """Delete the forms that nobody came back to; return how many."""
    return delete_where(work, Draft.id, Draft.kept_at < work.now - DRAFTS_KEPT, most)
