"""Reading drafts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.identity.form_drafts.models import Draft, is_of_page
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.sealing import place
from portal.platform.core.work import Work

PATH = "/"
"""Where the document of a draft about somebody says of which page it is; no field is called so."""
UNSEEN = frozenset({"version", "made_from", "shown", PATH})
"""Fields that a page carries and nobody typed."""


def find_draft(work: Work, owner_id: UUID, path: str) -> dict[str, list[str]] | None:
    """Return the draft of a page; None where there is none."""
    wanted = is_of_page(owner_id, path, get_path_hash(work, path))
    row = work.session.scalars(select(Draft).where(wanted)).first()
    words = _open(work, row) if row is not None else {}
    return {name: list(values) for name, values in words.items() if name != PATH} or None


def get_path_hash(work: Work, path: str) -> str:
    """Return what stands for the path of a page about somebody: nothing in it says about whom."""
    return work.vault.lookup_hash("draft-path", path).hex()


def find_visitors_draft(work: Work, token: str | None, path: str) -> dict[str, list[str]] | None:
    """Return a visitor's draft of a page; None where their token opens none."""
    owner_id = find_token_subject(work, TokenPurpose.VISITORS_DRAFT, token) if token else None
    return find_draft(work, owner_id, path) if owner_id else None


def list_drafts(work: Work, owner_id: UUID) -> list[tuple[str, str, datetime]]:
    """Return the drafts of a person: page, fields, and when they were kept."""
    rows = work.session.scalars(select(Draft).where(Draft.owner_id == owner_id))
    return [(row.path, "; ".join(_words(work, row)), row.kept_at) for row in rows]


def _words(work: Work, row: Draft) -> list[str]:
    fields = _open(work, row)
    return [
        value for name in sorted(fields) if name not in UNSEEN for value in fields[name] if value
    ]


def find_newest_path(work: Work, owner_id: UUID) -> str | None:
    """Return the page of a person's newest draft."""
    row = work.session.scalars(
        select(Draft)
        .where(Draft.owner_id == owner_id)
        .order_by(Draft.kept_at.desc(), Draft.id)
        .limit(1)
    ).first()
    if row is None or row.about_id is None:
        return row.path if row is not None else None
    path: str | None = next(iter(_open(work, row).get(PATH, ())), None)
    return path


def _open(work: Work, row: Draft) -> Mapping[str, Any]:
    """Return the fields of a draft; none if the key of whom they are about is destroyed."""
    key_id = row.about_id or row.owner_id
    return work.vault.find(key_id, place("draft", row.id), row.sealed) or {}
