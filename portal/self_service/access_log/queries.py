"""Reading who looked at a customer's data."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, or_, select, union_all

from portal.desk.case_records.models import CaseRow, are_theirs
from portal.desk.case_records.queries import list_references
from portal.governance.audit.models import AuditEntry
from portal.governance.audit.trail import list_entries_where
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId
from portal.platform.core.visit import STAFF
from portal.platform.core.work import Work
from portal.self_service.access_log.rules import (
    LOOKS,
    MOVED,
    MOVING,
    AccessLine,
    AccessLog,
    tell_looks,
)


def get_access_log(
    work: Work, customer_id: CustomerId, limit: int, after: UUID | None = None
) -> AccessLog:
    """Return the looks of colleagues at a customer's data and messages, newest first.

    At most `limit` entries of the trail; with `after`, those older than that one. Raises
    `NotFoundError` where that is no look at theirs. Two statements.
    """
    found = list_entries_where(work, _are_looks(customer_id), limit + 1, after)
    page = found[:limit]
    references = list_references(work, {one.subject_id for one in page})
    last = page[-1].id if len(found) > limit else None
    return AccessLog(tell_looks(page, references), last)


def get_look(work: Work, customer_id: CustomerId, entry_id: UUID) -> tuple[AccessLine, UUID | None]:
    """Return a look at a customer's data, and the colleague who looked.

    Raises `NotFoundError` for what is none, or another customer's.
    """
    found = list_entries_where(work, _are_looks(customer_id) & (AuditEntry.id == entry_id), 1)
    if not found:
        raise NotFoundError
    months = tell_looks(found, list_references(work, {found[0].subject_id}))
    return months[0].looks[0], found[0].actor_id


def _are_looks(customer_id: CustomerId) -> ColumnElement[bool]:
    messages = select(CaseRow.id).where(are_theirs(customer_id))
    about = AuditEntry.subject_id.in_(union_all(select(literal(customer_id)), messages))
    is_look = (AuditEntry.actor_kind == STAFF) & AuditEntry.name.in_(list(LOOKS))
    is_told = AuditEntry.facts["step"].as_string().in_(list(MOVED))
    return and_(about, is_look, or_(AuditEntry.name != MOVING, is_told))
