"""Save drafts for a while, and delete them."""

from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete

from portal.identity.contact_index.queries import get_email_hash
from portal.identity.form_drafts.models import Draft, is_of_page, is_past
from portal.identity.form_drafts.queries import PATH, get_path_hash
from portal.identity.form_drafts.rules import (
    REGISTER,
    VISITORS_DRAFTS_KEPT,
    VISITORS_PAGES,
)
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_token, use_token
from portal.platform.core.holdings import Traces
from portal.platform.core.rows import (
    count_of,
    count_where,
    delete_where,
    erasure_of,
    named_by,
    spans_of,
    take_where,
)
from portal.platform.core.sealing import place
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import doom_keys

count_owned = count_of(Draft.owner_id)
"""Count the half-filled forms of a person."""
forget_owner = erasure_of(Draft.owner_id)
"""Delete the half-filled forms of a person; return how many."""
count_about = count_of(Draft.about_id)
"""Count the half-filled forms of colleagues about a customer, or about a visitor's case."""
forget_about = erasure_of(Draft.about_id)
"""Delete the half-filled forms of colleagues about somebody; return how many."""
list_spans = spans_of((Draft.owner_id, Draft.kept_at))
"""Return what finds from when the half-filled forms of a person are."""


def keep_draft(  # noqa: PLR0913, PLR0917  # what of which page, by whom, and whom it names
    work: Work,
    owner_id: UUID,
    path: str,
    fields: dict[str, list[str]],
    email_hash: bytes | None = None,
    about_id: UUID | None = None,
) -> None:
    """Save a draft of a page, in place of an earlier one: a colleague's of a page about somebody.

    Its owner is locked, and so is whoever it is about.
    """
    forget_draft(work, owner_id, path)
    row_id, kept_at_path = uuid4(), path
    if about_id is not None:
        fields, kept_at_path = {**fields, PATH: [path]}, get_path_hash(work, path)
    sealed = work.seal(about_id or owner_id, place("draft", row_id), fields)
    work.session.add(
        Draft(
            id=row_id,
            owner_id=owner_id,
            about_id=about_id,
            path=kept_at_path,
            sealed=sealed,
            email_hash=email_hash,
            kept_at=work.now,
        )
    )


def forget_draft(work: Work, owner_id: UUID, path: str) -> None:
    """Delete the draft of a page."""
    work.session.execute(delete(Draft).where(is_of_page(owner_id, path, get_path_hash(work, path))))


def keep_visitors_draft(
    work: Work, token: str | None, path: str, fields: dict[str, list[str]]
) -> str:
    """Save a visitor's draft of one of `VISITORS_PAGES`; return the token that opens it.

    It has a key of its own, and replaces the draft of the browser's earlier token. Two tabs at once
    cannot write to one row; the draft that is answered last is found.
    """
    forget_visitors_draft(work, token)
    owner_id = uuid4()
    work.create_key(owner_id)
    (email,) = fields.get("email") or [""]
    keep_draft(work, owner_id, path, fields, get_email_hash(work, email) if email else None)
    return issue_token(work, TokenPurpose.VISITORS_DRAFT, owner_id, VISITORS_DRAFTS_KEPT)


def forget_visitors_draft(work: Work, token: str | None) -> None:
    """Delete the draft of a visitor's token, and its key; does nothing for an unknown token."""
    owner_id = use_token(work, TokenPurpose.VISITORS_DRAFT, token) if token else None
    if owner_id is not None and forget_owner(work, owner_id):
        doom_keys(work, [owner_id])


def forget_drafts_naming(work: Work, traces: Traces) -> None:
    """Delete visitors' drafts that name an address of somebody from while it was theirs."""
    _forget_of_visitors(work, named_by(traces, Draft.email_hash, Draft.kept_at))


def forget_registering(work: Work, email_hash: bytes) -> None:
    """Delete what was typed, in any browser, to register an address that is confirmed now."""
    _forget_of_visitors(work, (Draft.email_hash == email_hash) & (Draft.path == REGISTER))


def _forget_of_visitors(work: Work, wanted: ColumnElement[bool]) -> None:
    gone = work.session.scalars(delete(Draft).where(wanted).returning(Draft.owner_id)).all()
    doom_keys(work, gone)


def count_old(work: Work) -> int:
    """Count the expired drafts of people who were signed in, but for those about somebody else."""
    return count_where(work, Draft.id, is_past(work.now) & Draft.about_id.is_(None))


def forget_old(work: Work, most: int) -> int:
    """Delete the expired drafts of people who were signed in, but for those; return how many."""
    return delete_where(work, Draft.id, is_past(work.now) & Draft.about_id.is_(None), most)


def count_old_about(work: Work) -> int:
    """Count the expired drafts of colleagues about somebody."""
    return count_where(work, Draft.id, is_past(work.now) & Draft.about_id.is_not(None))


def forget_old_about(work: Work, most: int) -> int:
    """Delete the expired drafts of colleagues about somebody; return how many."""
    return delete_where(work, Draft.id, is_past(work.now) & Draft.about_id.is_not(None), most)


def count_old_of_visitors(work: Work) -> int:
    """Count the expired drafts of visitors."""
    return count_where(work, Draft.id, _old_of_visitors(work))


def forget_old_of_visitors(work: Work, most: int) -> int:
    """Delete the expired drafts of visitors, and their keys; return how many."""
    owners = take_where(work, Draft.owner_id, _old_of_visitors(work), most)
    if owners:
        work.session.execute(delete(Draft).where(Draft.owner_id.in_(owners)))
        doom_keys(work, owners)
    return len(owners)


def _old_of_visitors(work: Work) -> ColumnElement[bool]:
    is_visitors = Draft.path.in_(VISITORS_PAGES)
    return (Draft.kept_at < work.now - VISITORS_DRAFTS_KEPT) & is_visitors
