"""Reading who looked at a customer's data."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, or_, select, union_all

from portal.desk.case_records.models import CaseRow, are_shown
from portal.desk.case_records.queries import list_hold_times, list_references
from portal.desk.customer_records.rules import name_parts
from portal.desk.disclosures.queries import list_untold_times
from portal.governance.audit.models import AuditEntry
from portal.governance.audit.trail import list_entries_where
from portal.platform.core.clock import day_begins, london_day
from portal.platform.core.errors import NotFoundError
from portal.platform.core.holdings import Register
from portal.platform.core.ids import CustomerId
from portal.platform.core.visit import STAFF
from portal.platform.core.work import Work
from portal.self_service.access_log.rules import (
    LEGAL,
    LOOKS,
    MOVED,
    MOVING,
    AccessLine,
    AccessLog,
    case_of,
    find_told_until,
    tell_looks,
)

MOST_A_DAY = 1_000
"""Looks of one day at one person's data that are counted: more than anybody takes."""


def get_access_log(
    work: Work, register: Register, customer_id: CustomerId, limit: int, after: UUID | None = None
) -> AccessLog:
    """Return the looks of colleagues at a customer's data and messages, newest first.

    About `limit` entries of the trail, to the end of a day, so that a day's looks are counted on
    one page; with `after`, those older than that one. Raises `NotFoundError` where that is no look
    at theirs.
    """
    looks = _are_looks(work, customer_id)
    page = list_entries_where(work, looks, limit, after)
    if len(page) == limit:
        began = day_begins(london_day(page[-1].at))
        same_day = looks & (AuditEntry.occurred_at >= began)
        page += list_entries_where(work, same_day, MOST_A_DAY, page[-1].id)
    is_more = page and list_entries_where(work, looks, 1, page[-1].id)
    references = list_references(work, set(map(case_of, page)))
    months = tell_looks(page, references, name_parts(register))
    return AccessLog(months, page[-1].id if is_more else None)


def get_look(
    work: Work, register: Register, customer_id: CustomerId, entry_id: UUID
) -> tuple[AccessLine, UUID | None]:
    """Return a look at a customer's data, and the colleague who looked.

    Raises `NotFoundError` for what is none, or another customer's.
    """
    looks = _are_looks(work, customer_id)
    found = list_entries_where(work, looks & (AuditEntry.id == entry_id), 1)
    if not found:
        raise NotFoundError
    references = list_references(work, {case_of(found[0])})
    months = tell_looks(found, references, name_parts(register))
    return months[0].looks[0], found[0].actor_id


def _are_looks(work: Work, customer_id: CustomerId) -> ColumnElement[bool]:
    """Return the condition for looks that a customer is told.

    One that tells of a legal matter is told once nothing can follow it, and nothing of theirs has
    to be kept quiet; and then for good, whatever comes later.
    """
    messages = select(CaseRow.id).where(are_shown(customer_id, work.now))
    about = AuditEntry.subject_id.in_(union_all(select(literal(customer_id)), messages))
    is_look = (AuditEntry.actor_kind == STAFF) & AuditEntry.name.in_(list(LOOKS))
    is_told = AuditEntry.facts["step"].as_string().in_(list(MOVED))
    quiet = list_hold_times(work, customer_id) + list_untold_times(work, customer_id)
    was_told = AuditEntry.occurred_at < find_told_until(work.now, quiet)
    return and_(
        about,
        is_look,
        or_(AuditEntry.name != MOVING, is_told),
        or_(AuditEntry.name.not_in(list(LEGAL)), was_told),
    )
