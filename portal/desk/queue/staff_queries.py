"""Reading cases for the desk: its queue, its counts and its search."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, true, tuple_, union_all
from sqlalchemy.orm import aliased

from portal.desk.case_records.models import CaseRow, is_closed, is_open, select_theirs
from portal.desk.case_records.queries import count_up_to, find_owner
from portal.desk.case_records.rules import Topic, read_reference
from portal.desk.cases.queries import CASES, get_case, list_cases
from portal.desk.cases.rules import Case, Status
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import find_customer
from portal.identity.accounts.rules import Customer
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.queries import find_owner_ever, get_email_hash
from portal.identity.contact_index.rules import Channel
from portal.identity.staff_accounts.queries import list_colleagues
from portal.platform.core.clock import london_day
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId, StaffId
from portal.platform.core.texts import _
from portal.platform.core.work import Work

PAGE = 20
"""Cases on one page of the queue."""
MOST_COUNTED = 1_000
"""Cases of a view that are counted; of more it is said that there are more."""


class View(StrEnum):
    """A view of the queue."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    CLOSED = "closed"


VIEWS = {
    View.OPEN: _("All open"),
    View.MINE: _("Assigned to me"),
    View.UNASSIGNED: _("Unassigned"),
    View.OVERDUE: _("Overdue"),
    View.CLOSED: _("Closed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The filters of the queue."""

    view: View = View.OPEN
    topics: frozenset[Topic] = frozenset()
    statuses: frozenset[Status] = frozenset()
    after: tuple[date, UUID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One page of the queue, and the start of the next."""

    cases: tuple[Case, ...]
    counts: dict[View, int]
    names: dict[UUID, str]
    next: tuple[date, UUID] | None

    def spell_count(self, view: View) -> str:
        """Return the number of cases in a view, as far as they are counted."""
        number = self.counts[view]
        return f"{number:,}" if number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"


def list_queue(work: Work, staff_id: StaffId, filters: Filters) -> Queue:
    """Return one page of the queue by due date, the counts of all views, and the assignees.

    Nobody reads in it who sent a case: that is not needed to choose the next.
    """
    query = CASES.where(_in_view(filters.view, staff_id, london_day(work.now)))
    if filters.topics:
        query = query.where(CaseRow.topic.in_(filters.topics))
    if filters.statuses:
        query = query.where(CaseRow.status.in_(filters.statuses))
    if filters.after:
        query = query.where(tuple_(CaseRow.due_on, CaseRow.id) > filters.after)
    query = query.order_by(CaseRow.due_on, CaseRow.id).limit(PAGE + 1)
    found = list_cases(work, query, with_people=False)
    cases = tuple(found[:PAGE])
    more = (cases[-1].due_on, cases[-1].id) if len(found) > PAGE else None
    counts, names = count_views(work, staff_id), _list_names(work, cases)
    return Queue(cases=cases, counts=counts, names=names, next=more)


def list_found(work: Work, typed: str, limit: int = 50) -> list[Case]:
    """Return the cases of a reference, or of an address, typed or the owner's; newest first.

    An address leads to no case of somebody who had it before others did. Nor to one that asks about
    whoever searches: it would say who asks.
    """
    reference = read_reference(typed)
    if reference:
        wanted = CaseRow.reference == reference
    else:
        email_hash = get_email_hash(work, typed)
        owner, seen = find_owner_ever(work, email_hash), aliased(CaseRow)
        named = select(seen.id).where(seen.email_hash == email_hash)
        nobodys = select(seen.id).where(seen.nobodys_address == email_hash)
        owned = select_theirs(owner) if owner else ()
        is_theirs_to_see = CaseRow.kept_from.is_(None) | (CaseRow.kept_from != work.actor.id)
        wanted = CaseRow.id.in_(union_all(named, nobodys, *owned)) & is_theirs_to_see
        wanted &= ~_is_of_former_owner(email_hash, owner)
    query = CASES.where(wanted).order_by(CaseRow.received_at.desc()).limit(limit)
    return list_cases(work, query)


def _is_of_former_owner(email_hash: bytes, owner: CustomerId | None) -> ColumnElement[bool]:
    """Return the SQL condition on `CASES`: of a customer who had an address, and is not its owner.

    Who only typed the address never had it: they are found by it.
    """
    had_it = select(ContactHash.customer_id).where(
        ContactHash.channel == Channel.EMAIL,
        ContactHash.value_hash == email_hash,
        ContactHash.customer_id != owner,
    )
    return and_(CustomerRow.id.is_not(None), CustomerRow.id.in_(had_it))


def find_subject(work: Work, typed: str) -> Customer | None:
    """Return the present or last owner of an address, or the owner of a case by its reference.

    Nobody for an address that was passed on to somebody who has been erased (`find_owner_ever`).
    Also one who is leaving. Raises `NotAllowedError` for the colleague whom the case asks about.
    """
    if read_reference(typed):
        try:
            return find_owner(work, get_case(work, typed).id)
        except NotFoundError:
            return None
    owner_id = find_owner_ever(work, get_email_hash(work, typed))
    return find_customer(work, owner_id) if owner_id is not None else None


def count_views(work: Work, staff_id: StaffId) -> dict[View, int]:
    """Return the number of cases in each view of the queue, up to `MOST_COUNTED` and one more."""
    today = london_day(work.now)
    views = [_in_view(view, staff_id, today) for view in View]
    return dict(zip(View, count_up_to(work, views, MOST_COUNTED + 1), strict=True))


def _in_view(view: View, staff_id: StaffId, today: date) -> ColumnElement[bool]:
    if view is View.CLOSED:
        return is_closed()
    narrower = {
        View.MINE: CaseRow.assigned_to == staff_id,
        View.UNASSIGNED: CaseRow.assigned_to.is_(None),
        View.OVERDUE: CaseRow.due_on < today,
    }
    return and_(is_open(), narrower.get(view, true()))


def _list_names(work: Work, cases: Iterable[Case]) -> dict[UUID, str]:
    staff_ids = {one.assigned_to for one in cases if one.assigned_to}
    colleagues = list_colleagues(work, staff_ids) if staff_ids else []
    return {colleague.id: colleague.name for colleague in colleagues}
