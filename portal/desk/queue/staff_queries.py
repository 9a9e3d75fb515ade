"""Reading the queue of the desk, its counts, and what a search finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.desk.case_records.models import (
    CaseEntry,
    CaseRow,
    is_closed,
    is_open,
    is_ours,
    select_theirs,
)
from portal.desk.case_records.queries import count_up_to, find_owner
from portal.desk.case_records.rules import TOPICS, read_reference
from portal.desk.cases.models import stands_still
from portal.desk.cases.queries import CASES, get_case, list_cases
from portal.desk.cases.rules import Case, Status, Step
from portal.desk.queue.models import SavedViewRow
from portal.desk.queue.rules import (
    MOST_COUNTED,
    NOBODY,
    PAGE,
    Queue,
    QueueFilters,
    QueuePlace,
    QueueSort,
    SavedView,
    View,
    find_soon_until,
    read_saved,
)
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
from portal.platform.core.work import Work

LOOKED_AT = 100
"""Cases that wait and are past their day: of so many it is looked up whether they were late."""
TOGETHER = 40
"""Streams that one statement reads: SQLite takes 500 selects in one."""
_Column = ColumnElement[Any] | InstrumentedAttribute[Any]
Streams = list[tuple[str, ColumnElement[bool]]]
"""Names and conditions: the cases of the first come before those of the second, and so on."""


def list_queue(work: Work, staff_id: StaffId, filters: QueueFilters) -> Queue:
    """Return one page of the queue, and the counts of all lanes.

    Nobody reads in it who sent a case: that is not needed to choose the next.
    """
    lanes, today = _list_lanes(work, staff_id), london_day(work.now)
    wanted = _narrow(lanes[filters.view], filters)
    lanes[View.OVERDUE] = _is_overdue(today)
    others = [_was_late(today), *([wanted] if filters.narrows else [])]
    counts = count_up_to(work, [*lanes.values(), *others], MOST_COUNTED + 1)
    numbers = dict(zip(lanes, counts, strict=False))
    numbers[View.OVERDUE] += counts[len(lanes)]
    matching = counts[-1] if filters.narrows else numbers[filters.view]
    names = _list_names(work)
    rows, is_more = _list_page(work, wanted, filters, _list_streams(filters, names))
    cases = _list_in_order(work, [row.id for row in rows])
    is_before = is_more if filters.before else filters.after is not None
    is_after = True if filters.before else is_more
    return Queue(
        cases=cases,
        late=_list_late(work, cases),
        counts=numbers,
        matching=matching,
        names=names,
        soon_until=find_soon_until(today, work.nation),
        first=_read_place(rows[0]) if rows and is_before else None,
        last=_read_place(rows[-1]) if rows and is_after else None,
    )


def list_shown(work: Work, staff_id: StaffId, filters: QueueFilters, limit: int) -> list[Case]:
    """Return the first cases of a lane as it is narrowed and sorted, whatever the page."""
    wanted = _narrow(_list_lanes(work, staff_id)[filters.view], filters)
    names = _list_names(work)
    rows = _list_rows(work, wanted, filters, _list_streams(filters, names), limit)
    return list(_list_in_order(work, [row.id for row in rows[:limit]]))


def list_views(work: Work, staff_id: StaffId) -> list[SavedView]:
    """Return the saved views of a colleague, by name."""
    query = select(SavedViewRow).where(SavedViewRow.staff_id == staff_id)
    rows = work.session.scalars(query.order_by(SavedViewRow.name))
    return [SavedView(row.id, row.name, read_saved(row.said)) for row in rows]


def get_view(work: Work, staff_id: StaffId, view_id: UUID) -> SavedView:
    """Return a view of a colleague; raises `NotFoundError` for another's."""
    found = next((one for one in list_views(work, staff_id) if one.id == view_id), None)
    if found is None:
        raise NotFoundError
    return found


def _list_page(
    work: Work, wanted: ColumnElement[bool], filters: QueueFilters, streams: Streams
) -> tuple[list[Row[UUID, str, date]], bool]:
    """Return the rows of a page in their order, and whether more lie in the direction read."""
    rows = _list_rows(work, wanted, filters, streams, PAGE + 1)
    shown = rows[:PAGE]
    return (shown[::-1] if filters.before else shown), len(rows) > PAGE


def _list_rows(
    work: Work,
    wanted: ColumnElement[bool],
    filters: QueueFilters,
    streams: Streams,
    most: int,
) -> list[Row[UUID, str, date]]:
    """Return id, stream and day of the first cases after a place, or of those before it.

    Each stream is read by an index and no further than needed, however many cases there are.
    """
    place = filters.after or filters.before
    is_down = filters.is_down != (filters.before is not None)
    if is_down:
        streams = streams[::-1]
    at = next((n for n, (name, _) in enumerate(streams) if place and name == place.stream), None)
    reading = _Reading(filters.sort, most, is_down)
    rest = [
        reading.select_from(name, wanted & stream, place if number == at else None)
        for number, (name, stream) in enumerate(streams)
        if number >= (at or 0)
    ]
    found: list[Row[UUID, str, date]] = []
    while rest and len(found) < most:
        parts, rest = rest[:TOGETHER], rest[TOGETHER:]
        several = [select(literal(n).label("turn"), one.subquery()) for n, one in enumerate(parts)]
        together = union_all(*several).subquery().c
        query = select(together.id, together.stream, together.day)
        order = together.turn, *reading.order(together.day, together.id)
        found += work.session.execute(query.order_by(*order).limit(most))
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """By what the rows of a stream are read, which way, and how many at most."""

    sort: QueueSort
    most: int
    is_down: bool

    def order(self, *columns: _Column) -> list[_Column]:
        """Return columns in the direction."""
        return [one.desc() if self.is_down else one for one in columns]

    def select_from(
        self, name: str, wanted: ColumnElement[bool], begins: QueuePlace | None
    ) -> Select[UUID, str, date]:
        """Return the query for the first rows, or for those after a place."""
        day = CaseRow.received_at if self.sort is QueueSort.RECEIVED else CaseRow.due_on
        if begins is not None:
            place, there = tuple_(day, CaseRow.id), (begins.day, begins.id)
            wanted &= place < there if self.is_down else place > there
        columns = CaseRow.id.label("id"), literal(name).label("stream"), day.label("day")
        query = select(*columns).where(wanted)
        return query.order_by(*self.order(day, CaseRow.id)).limit(self.most)


def _list_streams(filters: QueueFilters, names: Mapping[UUID, str]) -> Streams:
    """Return the streams of an order: topics and colleagues by their names, those waiting last."""
    if filters.sort is QueueSort.KIND and filters.topic is None:
        return [(one.value, CaseRow.topic == one) for one in sorted(TOPICS, key=TOPICS.__getitem__)]
    if filters.sort is QueueSort.ASSIGNED and filters.assigned is None:
        by_name = sorted(names, key=lambda one: (names[one].casefold(), one))
        return [
            (NOBODY, CaseRow.assigned_to.is_(None)),
            *((str(one), CaseRow.assigned_to == one) for one in by_name),
        ]
    together = {View.OPEN, View.MINE, View.UNASSIGNED, View.OVERDUE}
    is_apart = filters.view in together and not filters.status
    if filters.sort is QueueSort.DUE and is_apart:
        return [("ours", is_ours()), ("theirs", _is_waiting())]
    return [("all", true())]


def _list_names(work: Work) -> dict[UUID, str]:
    return {one.id: one.name for one in list_colleagues(work)}


def _list_in_order(work: Work, ids: Sequence[UUID]) -> tuple[Case, ...]:
    if not ids:
        return ()
    found = list_cases(work, CASES.where(CaseRow.id.in_(ids)), with_people=False)
    by_id: dict[UUID, Case] = {one.id: one for one in found}
    return tuple(by_id[one] for one in ids if one in by_id)


def _read_place(row: Row[UUID, str, date]) -> QueuePlace:
    return QueuePlace(row.stream, row.day, row.id)


def _list_lanes(work: Work, staff_id: StaffId) -> dict[View, ColumnElement[bool]]:
    today = london_day(work.now)
    soon_until = find_soon_until(today, work.nation)
    return {
        View.OPEN: is_open(),
        View.MINE: and_(is_open(), CaseRow.assigned_to == staff_id),
        View.UNASSIGNED: and_(is_open(), CaseRow.assigned_to.is_(None)),
        View.OVERDUE: _is_overdue(today) | _was_late(today),
        View.SOON: and_(is_ours(), CaseRow.due_on.between(today, soon_until)),
        View.WAITING: _is_waiting(),
        View.NEW: and_(is_open(), CaseRow.status == Status.NEW),
        View.CLOSED: is_closed(),
    }


def _is_overdue(today: date) -> ColumnElement[bool]:
    return and_(is_ours(), CaseRow.due_on < today, ~stands_still())


def _is_waiting() -> ColumnElement[bool]:
    return and_(is_open(), CaseRow.status == Status.WAITING)


def _was_late(today: date) -> ColumnElement[bool]:
    """Return the SQL condition: was late already when we asked, and waits for an answer since.

    Of those that wait the first hundred by due date are looked at, however many there are.
    """
    past = _is_waiting() & (CaseRow.due_on < today)
    looked_at = select(CaseRow.id).where(past).order_by(CaseRow.due_on, CaseRow.id)
    first = looked_at.limit(LOOKED_AT).subquery()
    return CaseRow.id.in_(select(first.c.id)) & _asked_late()


def _asked_late() -> ColumnElement[bool]:
    asked = select(CaseEntry.id).where(
        CaseEntry.case_id == CaseRow.id,
        CaseEntry.step.in_((Step.ASKED, Step.IDENTITY_ASKED)),
        func.date(CaseEntry.happened_at) > CaseRow.due_on,
    )
    return asked.correlate(CaseRow).exists()


def _narrow(lane: ColumnElement[bool], filters: QueueFilters) -> ColumnElement[bool]:
    if filters.topic is not None:
        lane &= CaseRow.topic == filters.topic
    if filters.status is not None:
        lane &= CaseRow.status == filters.status
    if filters.assigned == NOBODY:
        lane &= CaseRow.assigned_to.is_(None)
    elif filters.assigned is not None:
        lane &= CaseRow.assigned_to == filters.assigned
    return lane


def _list_late(work: Work, cases: Sequence[Case]) -> frozenset[UUID]:
    """Return those of some cases that are past their last day."""
    today = london_day(work.now)
    past = {one.id: one for one in cases if one.is_open and one.due_on < today}
    waiting = [one.id for one in past.values() if one.status is Status.WAITING]
    late = {one.id for one in past.values() if not one.stands_still} - set(waiting)
    if waiting:
        query = select(CaseRow.id).where(CaseRow.id.in_(waiting), _asked_late())
        late |= set(work.session.scalars(query))
    return frozenset(late)


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
