"""Reading cases: a customer's own, and the desk's queue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, select, true, tuple_, union_all
from sqlalchemy.orm import aliased

from portal.account.models import CustomerRow
from portal.account.queries import list_registrations
from portal.account.rules import Customer, Details, read_details
from portal.casefiles.models import CaseEntry, CaseRow, are_theirs, is_closed, is_open
from portal.casefiles.queries import count_up_to, find_owner
from portal.casefiles.rules import read_reference
from portal.cases.rules import EVERYTHING, TURNS, Case, Entry, Status, Step, Topic, is_told_in_words
from portal.kernel.clock import london_day
from portal.kernel.due import Turn
from portal.kernel.errors import NotFoundError
from portal.kernel.ids import CaseId, CustomerId, StaffId
from portal.kernel.masking import HIDDEN, mask_account_numbers
from portal.kernel.sealing import place
from portal.kernel.work import Work
from portal.marks.queries import find_owner_ever, get_email_hash
from portal.staff.queries import list_colleagues
from portal.staff.rules import ROLES, Role

PAGE = 20
"""Cases on one page of the queue."""
MOST_COUNTED = 1_000
"""Cases of a view that are counted; of more it is said that there are more."""


class View(StrEnum):
    """A way of looking at the queue."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    CLOSED = "closed"


VIEWS = {
    View.OPEN: "All open",
    View.MINE: "Assigned to me",
    View.UNASSIGNED: "Unassigned",
    View.OVERDUE: "Overdue",
    View.CLOSED: "Closed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the queue is to show."""

    view: View = View.OPEN
    topics: frozenset[Topic] = frozenset()
    statuses: frozenset[Status] = frozenset()
    after: tuple[date, UUID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One page of the queue, and where the next begins."""

    cases: tuple[Case, ...]
    counts: dict[View, int]
    names: dict[UUID, str]
    next: tuple[date, UUID] | None

    def spell_count(self, view: View) -> str:
        """Spell how many cases a view holds, as far as they are counted."""
        number = self.counts[view]
        return f"{number:,}" if number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"


def list_own_cases(work: Work, customer_id: CustomerId, limit: int = 100) -> list[Case]:
    """Return a customer's messages, newest first."""
    rows = work.session.execute(
        _CASES.where(are_theirs(customer_id))
        .order_by(CaseRow.received_at.desc(), CaseRow.id)
        .limit(limit)
    )
    return _read_all(work, rows.all())


def list_own_words(work: Work, customer_id: CustomerId) -> list[tuple[str, str, datetime]]:
    """Return what was said to and by a customer in their messages, oldest first.

    Each as reference, words and moment; what is between colleagues is not among it.
    """
    told = [step for step in Step if is_told_in_words(step)]
    rows = work.session.execute(
        select(CaseRow, CaseEntry)
        .join(CaseEntry, CaseEntry.case_id == CaseRow.id)
        .where(are_theirs(customer_id), CaseEntry.step.in_(told))
        .order_by(CaseRow.received_at, CaseEntry.number)
    )
    found = (
        (row, entry, _open(work, row, place("case_entry", entry.id), entry.sealed).get("text"))
        for row, entry in rows
    )
    return [(row.reference, text, entry.happened_at) for row, entry, text in found if text]


def get_own_case(
    work: Work, customer_id: CustomerId, reference: str, *, in_full: bool = False
) -> Case:
    """Return a customer's case with what they may see of it; raises `NotFoundError`.

    What looks like a billing account number is masked but `in_full`, which takes fresh proof.
    """
    named = CaseRow.reference == read_reference(reference)
    found = _get(work, named & are_theirs(customer_id), in_full=in_full)
    told = [one.as_told() for one in found.entries]
    hides = any(HIDDEN in one.text for one in told if one is not None)
    return replace(found, hides_numbers=hides)


def get_case(work: Work, reference: str, *, in_full: bool = False) -> Case:
    """Return a case as the desk sees it; raises `NotFoundError`.

    What looks like a billing account number is masked but `in_full`, which takes fresh proof.
    """
    return _get(work, CaseRow.reference == read_reference(reference), in_full=in_full)


def list_turns(work: Work, case_id: UUID) -> list[tuple[Turn, date]]:
    """Return what moved the day by which a case must be answered, oldest first."""
    query = select(CaseEntry.step, CaseEntry.happened_at).where(CaseEntry.case_id == case_id)
    rows = work.session.execute(query.order_by(CaseEntry.number)).all()
    return [(TURNS[Step(step)], london_day(at)) for step, at in rows if step in TURNS]


def _get(work: Work, wanted: ColumnElement[bool], *, in_full: bool) -> Case:
    found = work.session.execute(_CASES.where(wanted)).first()
    if found is None:
        raise NotFoundError
    return _read(work, found, _list_entries(work, found, in_full=in_full))


def find_open_owner(work: Work, found: Case) -> Customer | None:
    """Return whose open account a case is about; None where there is none."""
    customer = find_owner(work, found.id)
    return customer if customer is not None and not customer.is_closed else None


def find_is_possible(work: Work, found: Case, customer: Customer | None) -> bool:
    """Tell whether an open account has what a case asks for, if it is to cancel or to get in."""
    if found.topic not in {Topic.CANCEL, Topic.SIGN_IN} or customer is None:
        return False
    if found.topic is not Topic.CANCEL or found.service == EVERYTHING:
        return True
    return found.service in {one.service for one in list_registrations(work, customer.id)}


def find_case_by_id(work: Work, case_id: CaseId) -> Case | None:
    """Return a case, without its entries."""
    found = work.session.execute(_CASES.where(CaseRow.id == case_id)).first()
    return _read(work, found) if found is not None else None


def list_queue(work: Work, staff_id: StaffId, filters: Filters) -> Queue:
    """Return one page of the queue by due date, the counts of every view and who has what."""
    query = _CASES.where(_in_view(filters.view, staff_id, london_day(work.now)))
    if filters.topics:
        query = query.where(CaseRow.topic.in_(filters.topics))
    if filters.statuses:
        query = query.where(CaseRow.status.in_(filters.statuses))
    if filters.after:
        query = query.where(tuple_(CaseRow.due_on, CaseRow.id) > filters.after)
    query = query.order_by(CaseRow.due_on, CaseRow.id).limit(PAGE + 1)
    rows = work.session.execute(query).all()
    cases = tuple(_read_all(work, rows[:PAGE]))
    more = (cases[-1].due_on, cases[-1].id) if len(rows) > PAGE else None
    counts, names = count_views(work, staff_id), _list_names(work, cases)
    return Queue(cases=cases, counts=counts, names=names, next=more)


def list_found(work: Work, typed: str, limit: int = 50) -> list[Case]:
    """Return cases by a reference, or an address typed there or of their owner; newest first."""
    reference = read_reference(typed)
    if reference:
        wanted = CaseRow.reference == reference
    else:
        email_hash = get_email_hash(work, typed)
        owner, seen = find_owner_ever(work, email_hash), aliased(CaseRow)
        named = select(seen.id).where(seen.email_hash == email_hash)
        owned = select(seen.id).where(seen.customer_id == owner)
        wanted = CaseRow.id.in_(union_all(named, owned) if owner else named)
    query = _CASES.where(wanted).order_by(CaseRow.received_at.desc()).limit(limit)
    return _read_all(work, work.session.execute(query).all())


def count_views(work: Work, staff_id: StaffId) -> dict[View, int]:
    """Return how many cases each view of the queue holds; beyond `MOST_COUNTED` one more."""
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


Found = Row[CaseRow, bytes | None]
"""A case, and the sealed details of the customer whose it is."""
_CASES = select(CaseRow, CustomerRow.sealed.label("details")).outerjoin(
    CustomerRow, CustomerRow.id == CaseRow.customer_id
)


def _list_entries(work: Work, found: Found, *, in_full: bool) -> tuple[Entry, ...]:
    row: CaseRow = found.CaseRow
    owner = _read_owner(work, row, found.details)
    own = owner.account_number if owner else ""
    show = str if in_full else partial(mask_account_numbers, own=own)
    entries = list(
        work.session.scalars(
            select(CaseEntry).where(CaseEntry.case_id == row.id).order_by(CaseEntry.number.desc())
        )
    )
    staff = {entry.actor_id for entry in entries if entry.actor_kind == "staff" and entry.actor_id}
    names = {one.id: one.name for one in list_colleagues(work, staff)} if staff else {}
    return tuple(
        Entry(
            step=Step(entry.step),
            at=entry.happened_at,
            by=names.get(entry.actor_id, "") if entry.actor_id else "",  # type: ignore[call-overload]
            text=show(
                _open(work, row, place("case_entry", entry.id), entry.sealed).get("text", "")
            ),
            role=ROLES[Role(entry.actor_role)] if entry.actor_role else "",
        )
        for entry in entries
    )


def _read_all(work: Work, rows: Sequence[Found]) -> list[Case]:
    work.vault.fetch(found.CaseRow.person_id for found in rows if found.CaseRow.person_id)
    return [_read(work, found) for found in rows]


def _read(work: Work, found: Found, entries: tuple[Entry, ...] = ()) -> Case:
    row: CaseRow = found.CaseRow
    words = _open(work, row, place("case_file", row.id), row.sealed)
    typed = words.get("name", ""), words.get("email", "")
    owner = _read_owner(work, row, found.details)
    name, email = (owner.full_name, owner.email) if owner else typed
    return Case(
        id=CaseId(row.id),
        reference=row.reference,
        topic=Topic(row.topic),
        service=row.service,
        status=Status(row.status),
        received_at=row.received_at,
        due_on=row.due_on,
        assigned_to=row.assigned_to,
        closed_at=row.closed_at,
        version=row.version,
        customer_id=CustomerId(row.customer_id) if row.customer_id else None,
        name=name,
        email=email,
        typed=typed if typed != (name, email) else None,
        link_ends_at=row.link_ends_at,
        skip_asked_by=row.skip_asked_by,
        entries=entries,
        hides_numbers=any(HIDDEN in entry.text for entry in entries),
    )


def _read_owner(work: Work, row: CaseRow, sealed: bytes | None) -> Details | None:
    if row.customer_id is None or sealed is None:
        return None
    words = work.vault.find(row.customer_id, place("customer", row.customer_id), sealed)
    return read_details(words) if words is not None else None


def _open(work: Work, row: CaseRow, place: str, sealed: bytes | None) -> dict[str, str]:
    if sealed is None or row.person_id is None:
        return {}
    return work.vault.find(row.person_id, place, sealed) or {}
