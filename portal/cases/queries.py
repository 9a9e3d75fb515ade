"""Reading cases: a customer's own, and the desk's queue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_

from portal.account.rules import EMAIL, spell_email
from portal.cases.models import CaseEntry, CaseRow
from portal.cases.rules import (
    PAGE,
    Case,
    Entry,
    Status,
    Step,
    Topic,
    View,
    read_reference,
)
from portal.kernel.clock import london_day
from portal.kernel.errors import NotFoundError
from portal.kernel.ids import CaseId, CustomerId, StaffId
from portal.kernel.sealing import place
from portal.kernel.work import Work
from portal.staff.queries import list_colleagues


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


def list_own_cases(work: Work, customer_id: CustomerId, limit: int = 100) -> list[Case]:
    """Return the messages a customer sent while signed in, newest first."""
    rows = work.session.scalars(
        select(CaseRow)
        .where(CaseRow.customer_id == customer_id)
        .order_by(CaseRow.received_at.desc(), CaseRow.id)
        .limit(limit)
    )
    return [_read(work, row) for row in rows]


def list_own_words(work: Work, customer_id: CustomerId) -> list[tuple[str, str, datetime]]:
    """Return what was said in a customer's messages, oldest first: reference, words and when."""
    rows = work.session.execute(
        select(CaseRow, CaseEntry)
        .join(CaseEntry, CaseEntry.case_id == CaseRow.id)
        .where(CaseRow.customer_id == customer_id)
        .order_by(CaseRow.received_at, CaseEntry.number)
    )
    found = (
        (row, entry, _open(work, row, place("case_entry", entry.id), entry.sealed).get("text"))
        for row, entry in rows
    )
    return [(row.reference, text, entry.happened_at) for row, entry, text in found if text]


def get_own_case(work: Work, customer_id: CustomerId, reference: str) -> Case:
    """Return a customer's case with what they may see of it; raises `NotFoundError`."""
    row = work.session.scalars(
        select(CaseRow).where(
            CaseRow.reference == read_reference(reference), CaseRow.customer_id == customer_id
        )
    ).first()
    if row is None:
        raise NotFoundError
    return _read(work, row, _list_entries(work, row))


def get_case(work: Work, reference: str) -> Case:
    """Return a case as the desk sees it; raises `NotFoundError`."""
    wanted = read_reference(reference)
    row = work.session.scalars(select(CaseRow).where(CaseRow.reference == wanted)).first()
    if row is None:
        raise NotFoundError
    return _read(work, row, _list_entries(work, row))


def find_case_by_id(work: Work, case_id: CaseId) -> Case | None:
    """Return a case, without its entries."""
    row = work.session.get(CaseRow, case_id)
    return _read(work, row) if row else None


def list_queue(work: Work, staff_id: StaffId, filters: Filters) -> Queue:
    """Return one page of the queue by due date, the counts of every view and who has what."""
    today = london_day(work.now)
    query = select(CaseRow).where(_in_view(filters.view, staff_id, today))
    if filters.topics:
        query = query.where(CaseRow.topic.in_(filters.topics))
    if filters.statuses:
        query = query.where(CaseRow.status.in_(filters.statuses))
    if filters.after:
        query = query.where(tuple_(CaseRow.due_on, CaseRow.id) > filters.after)
    rows = list(work.session.scalars(query.order_by(CaseRow.due_on, CaseRow.id).limit(PAGE + 1)))
    cases = tuple(_read_all(work, rows[:PAGE]))
    more = (rows[PAGE - 1].due_on, rows[PAGE - 1].id) if len(rows) > PAGE else None
    counts = count_views(work, staff_id)
    return Queue(cases=cases, counts=counts, names=_list_names(work, cases), next=more)


def list_found(work: Work, typed: str, limit: int = 50) -> list[Case]:
    """Return the cases with a reference, or from an e-mail address, newest first."""
    reference = read_reference(typed)
    wanted = (
        CaseRow.reference == reference
        if reference
        else CaseRow.email_hash == work.vault.lookup_hash(EMAIL, spell_email(typed))
    )
    query = select(CaseRow).where(wanted).order_by(CaseRow.received_at.desc()).limit(limit)
    return _read_all(work, list(work.session.scalars(query)))


def count_views(work: Work, staff_id: StaffId) -> dict[View, int]:
    """Return how many cases each view of the queue holds, in one query."""
    today = london_day(work.now)
    sums = [
        func.sum(case((_in_view(view, staff_id, today), 1), else_=0)).label(view.name)
        for view in View
    ]
    row = work.session.execute(select(*sums)).one()
    return {view: int(number or 0) for view, number in zip(View, row, strict=True)}


def _in_view(view: View, staff_id: StaffId, today: date) -> ColumnElement[bool]:
    is_open = CaseRow.status != Status.CLOSED
    match view:
        case View.OPEN:
            return is_open
        case View.MINE:
            return and_(is_open, CaseRow.assigned_to == staff_id)
        case View.UNASSIGNED:
            return and_(is_open, CaseRow.assigned_to.is_(None))
        case View.OVERDUE:
            return and_(is_open, CaseRow.due_on < today)
        case View.CLOSED:
            return or_(CaseRow.status == Status.CLOSED)


def _list_names(work: Work, cases: Iterable[Case]) -> dict[UUID, str]:
    staff_ids = {one.assigned_to for one in cases if one.assigned_to}
    colleagues = list_colleagues(work, staff_ids) if staff_ids else []
    return {colleague.id: colleague.name for colleague in colleagues}


def _list_entries(work: Work, row: CaseRow) -> tuple[Entry, ...]:
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
            text=_open(work, row, place("case_entry", entry.id), entry.sealed).get("text", ""),
        )
        for entry in entries
    )


def _read_all(work: Work, rows: list[CaseRow]) -> list[Case]:
    work.vault.fetch(row.person_id for row in rows if row.person_id)
    return [_read(work, row) for row in rows]


def _read(work: Work, row: CaseRow, entries: tuple[Entry, ...] = ()) -> Case:
    words = _open(work, row, place("case_file", row.id), row.sealed)
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
        name=words.get("name", ""),
        email=words.get("email", ""),
        link_ends_at=row.link_ends_at,
        skip_asked_by=row.skip_asked_by,
        entries=entries,
    )


def _open(work: Work, row: CaseRow, place: str, sealed: bytes | None) -> dict[str, str]:
    if sealed is None or row.person_id is None:
        return {}
    return work.vault.find(row.person_id, place, sealed) or {}
