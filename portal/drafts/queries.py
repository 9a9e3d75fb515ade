"""Reading half-filled forms."""

from uuid import UUID

from sqlalchemy import select

from portal.drafts.models import Draft
from portal.kernel.sealing import place
from portal.kernel.work import Work


def find_draft(work: Work, owner_id: UUID, path: str) -> dict[str, list[str]] | None:
    """Return what somebody had typed into a page; None when nothing is kept."""
    row = work.session.scalars(
        select(Draft).where(Draft.owner_id == owner_id, Draft.path == path)
    ).first()
    words = row and work.vault.find(owner_id, place("draft", row.id), row.sealed)
    return {name: list(values) for name, values in words.items()} if words else None


def find_newest_path(work: Work, owner_id: UUID) -> str | None:
    """Return the page that somebody was filling in last."""
    return work.session.scalar(
        select(Draft.path)
        .where(Draft.owner_id == owner_id)
        .order_by(Draft.kept_at.desc(), Draft.id)
        .limit(1)
    )
