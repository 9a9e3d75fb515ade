"""Reading drafts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.identity.form_drafts.models import Draft
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.sealing import place
from portal.platform.core.work import Work

UNSEEN = frozenset({"version", "made_from", "shown"})
"""Fields that a page carries and nobody typed."""


def find_draft(work: Work, owner_id: UUID, path: str) -> dict[str, list[str]] | None:
    """Return the draft of a page; None where there is none."""
    row = work.session.scalars(
        select(Draft).where(Draft.owner_id == owner_id, Draft.path == path)
    ).first()
    words = row and work.vault.find(owner_id, place("draft", row.id), row.sealed)
    return {name: list(values) for name, values in words.items()} if words else None


def find_visitors_draft(work: Work, token: str | None, path: str) -> dict[str, list[str]] | None:
    """Return a visitor's draft of a page; None where their token opens none."""
    owner_id = find_token_subject(work, TokenPurpose.VISITORS_DRAFT, token) if token else None
    return find_draft(work, owner_id, path) if owner_id else None


def list_drafts(work: Work, owner_id: UUID) -> list[tuple[str, str, datetime]]:
    """Return the drafts of a person: page, fields, and when they were kept."""
    rows = work.session.scalars(select(Draft).where(Draft.owner_id == owner_id))
    return [(row.path, "; ".join(_words(work, row)), row.kept_at) for row in rows]


def _words(work: Work, row: Draft) -> list[str]:
    fields = work.vault.find(row.owner_id, place("draft", row.id), row.sealed) or {}
    return [
        value for name in sorted(fields) if name not in UNSEEN for value in fields[name] if value
    ]


def find_newest_path(work: Work, owner_id: UUID) -> str | None:
    """Return the page of a person's newest draft."""
    return work.session.scalar(
        select(Draft.path)
        .where(Draft.owner_id == owner_id)
        .order_by(Draft.kept_at.desc(), Draft.id)
        .limit(1)
    )
