"""Reading cases: a customer's own, and any single one; the desk's queue is beside this."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, bindparam, exists, or_, select

from portal.desk.case_records.models import (
    CaseEntry,
    CaseRow,
    are_shown,
    is_open,
    owner_of,
)
from portal.desk.case_records.queries import find_is_kept_from, find_words
from portal.desk.case_records.rules import (
    ASKED_ABOUT,
    EVERYTHING,
    CaseOutcome,
    RequestChannel,
    RequesterKind,
    Topic,
    kind_of,
    read_reference,
)
from portal.desk.cases.models import DEADLINE_STEPS, stands_still
from portal.desk.cases.rules import FROM_US, Case, Status, Step, TimelineEntry
from portal.governance.deadline_events.rules import DeadlineEvent, read_segments
from portal.governance.deadlines.rules import Segments
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import list_registrations
from portal.identity.accounts.rules import Customer, Details, read_details
from portal.identity.profile_changes.queries import list_account_numbers
from portal.identity.staff_accounts.queries import list_colleagues
from portal.identity.staff_accounts.rules import ROLES, Role
from portal.platform.core.addresses import is_same_mailbox
from portal.platform.core.clock import london_day
from portal.platform.core.errors import NotAllowedError, NotFoundError
from portal.platform.core.ids import CaseId, CustomerId
from portal.platform.core.masking import HIDDEN, mask_account_numbers
from portal.platform.core.prepared import prepared
from portal.platform.core.sealing import place
from portal.platform.core.work import Work

OWN_PAGE = 30
"""Messages on one page of the customer who sent them."""
MOST = bindparam("most", type_=Integer())
CaseSelect = Select[CaseRow, UUID | None, bytes | None, bool]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of a customer's messages, and the references between it and its neighbours.

    `newer` is the reference above which the page before it ends, `older` the one below which the
    next page begins; either is empty where there is no such page.
    """

    cases: list[Case]
    newer: str = ""
    older: str = ""


def list_own_cases(work: Work, customer_id: CustomerId, limit: int, after: str = "") -> list[Case]:
    """Return a customer's messages, newest first; `NotFoundError` if `after` is not theirs."""
    if not after:
        found = list_cases(work, *_newest(customer_id, work.now, most=limit))
        return _with_replies(work, found)
    last = _get_own_row(work, customer_id, after)
    same = and_(CaseRow.received_at == last.received_at, CaseRow.id > last.id)
    is_older = or_(CaseRow.received_at < last.received_at, same)
    older = _newest_first(are_shown(customer_id, work.now) & is_older)
    return _with_replies(work, list_cases(work, older.limit(limit)))


def list_news(work: Work, customer_id: CustomerId, limit: int) -> list[Case]:
    """Return a customer's messages with unread entries of ours, newest first.

    And those in which we wait for their answer, read or not.
    """
    return _with_replies(work, list_cases(work, *_news(customer_id, work.now, most=limit)))


def list_owed(work: Work, customer_id: CustomerId, limit: int) -> list[Case]:
    """Return a customer's messages that we have to answer, the first due first."""
    return list_cases(work, *_owed(customer_id, work.now, most=limit))


def _newest_first(wanted: ColumnElement[bool]) -> CaseSelect:
    return CASES.where(wanted).order_by(CaseRow.received_at.desc(), CaseRow.id)


@prepared
def _newest(customer_id: CustomerId, now: datetime) -> CaseSelect:
    return _newest_first(are_shown(customer_id, now)).limit(MOST)


@prepared
def _news(customer_id: CustomerId, now: datetime) -> CaseSelect:
    is_news = exists().where(_is_unseen()).correlate(CaseRow)
    wanted = are_shown(customer_id, now) & (is_news | (CaseRow.status == Status.WAITING))
    return _newest_first(wanted).limit(MOST)


@prepared
def _owed(customer_id: CustomerId, now: datetime) -> CaseSelect:
    runs = (CaseRow.status != Status.WAITING) & ~stands_still()
    wanted = are_shown(customer_id, now) & is_open() & runs
    return CASES.where(wanted).order_by(CaseRow.due_on, CaseRow.id).limit(MOST)


def _is_unseen() -> ColumnElement[bool]:
    """Return the SQL condition: an entry of ours, newer than the customer's last look."""
    return and_(
        CaseEntry.case_id == CaseRow.id,
        CaseEntry.step.in_(FROM_US),
        CaseEntry.number > CaseRow.seen_number,
    )


def _with_replies(work: Work, found: list[Case]) -> list[Case]:
    """Return cases with whether they are answered, and whether that is unread. One statement."""
    if not found:
        return []
    rows = work.session.execute(
        select(CaseEntry.case_id, CaseEntry.step, CaseEntry.number > CaseRow.seen_number)
        .join(CaseRow, CaseRow.id == CaseEntry.case_id)
        .where(CaseEntry.case_id.in_([one.id for one in found]), CaseEntry.step.in_(FROM_US))
    ).all()
    answered = {case_id for case_id, step, _ in rows if step == Step.REPLIED}
    news = {case_id for case_id, _, is_new in rows if is_new}
    return [replace(one, is_answered=one.id in answered, is_news=one.id in news) for one in found]


def list_own_page(
    work: Work, customer_id: CustomerId, after: str = "", before: str = ""
) -> OwnPage:
    """Return a page of a customer's messages, newest first: older or newer than a given one."""
    if before:
        found = _list_own_above(work, customer_id, before)
        if len(found) > OWN_PAGE:
            shown = found[-OWN_PAGE:]
            return OwnPage(shown, shown[0].reference, shown[-1].reference)
    found = list_own_cases(work, customer_id, OWN_PAGE + 1, after)
    shown = found[:OWN_PAGE]
    is_more = len(found) > OWN_PAGE
    newer = shown[0].reference if after and shown else ""
    return OwnPage(shown, newer, shown[-1].reference if is_more else "")


def _list_own_above(work: Work, customer_id: CustomerId, before: str) -> list[Case]:
    """Return the messages next newer than a given one: one more than a page holds."""
    first = _get_own_row(work, customer_id, before)
    same = and_(CaseRow.received_at == first.received_at, CaseRow.id < first.id)
    wanted = are_shown(customer_id, work.now) & or_(CaseRow.received_at > first.received_at, same)
    upwards = CASES.where(wanted).order_by(CaseRow.received_at, CaseRow.id.desc())
    return _with_replies(work, list_cases(work, upwards.limit(OWN_PAGE + 1))[::-1])


def _get_own_row(work: Work, customer_id: CustomerId, reference: str) -> CaseRow:
    named = CaseRow.reference == read_reference(reference)
    row = work.session.scalars(
        select(CaseRow).where(are_shown(customer_id, work.now), named)
    ).first()
    if row is None:
        raise NotFoundError
    return row


def get_own_case(
    work: Work, customer_id: CustomerId, reference: str, *, in_full: bool = False
) -> Case:
    """Return a customer's case with the entries they may see, as `get_case` does."""
    named = CaseRow.reference == read_reference(reference)
    return get_told(work, _get(work, named & are_shown(customer_id, work.now), in_full=in_full))


def get_told(work: Work, found: Case) -> Case:
    """Return a case with what its sender is told of its state: nothing that is among colleagues."""
    told = [one.as_told() for one in found.entries]
    hides = any(HIDDEN in one.text for one in told if one is not None)
    return replace(_with_replies(work, [found])[0], hides_numbers=hides)


def get_case(work: Work, reference: str, *, in_full: bool = False) -> Case:
    """Return a case as the desk sees it; raises `NotFoundError`.

    Raises `NotAllowedError` for the colleague whom it asks about.
    Anything like a billing account number is masked, unless `in_full`, which takes fresh proof.
    """
    return _get(work, CaseRow.reference == read_reference(reference), in_full=in_full)


def list_deadline_events(work: Work, case_id: UUID) -> list[tuple[DeadlineEvent, date]]:
    """Return the events that moved a case's deadline, oldest first."""
    query = select(CaseEntry.step, CaseEntry.happened_at).where(CaseEntry.case_id == case_id)
    rows = work.session.execute(query.order_by(CaseEntry.number)).all()
    return [
        (DEADLINE_STEPS[Step(step)], london_day(at)) for step, at in rows if step in DEADLINE_STEPS
    ]


def get_segments(work: Work, found: Case | CaseRow) -> Segments:
    """Return what happened with a case, as far as it moves the last day to answer."""
    events, kind = list_deadline_events(work, found.id), kind_of(Topic(found.topic))
    return read_segments(kind, london_day(found.received_at), events, work.nation)


def _get(work: Work, wanted: ColumnElement[bool], *, in_full: bool) -> Case:
    found = work.session.execute(CASES.where(wanted)).first()
    if found is None:
        raise NotFoundError
    if find_is_kept_from(work, found.CaseRow.kept_from):
        raise NotAllowedError(ASKED_ABOUT)
    return _read(work, found, _list_entries(work, found, in_full=in_full))


def find_is_possible(work: Work, found: Case, customer: Customer | None) -> bool:
    """Tell whether an open account has what a case wants to cancel or get back in to."""
    if found.topic not in {Topic.CANCEL, Topic.SIGN_IN} or customer is None:
        return False
    if found.topic is not Topic.CANCEL or found.service == EVERYTHING:
        return True
    return found.service in {one.service for one in list_registrations(work, customer.id)}


def find_case_by_id(work: Work, case_id: CaseId) -> Case | None:
    """Return a case, without its entries."""
    found = work.session.execute(CASES.where(CaseRow.id == case_id)).first()
    return _read(work, found) if found is not None else None


Found = Row[CaseRow, UUID | None, bytes | None, bool]
"""A case, the customer whose it is, their sealed details, and whether its month stands still."""
CASES = select(
    CaseRow,
    CustomerRow.id.label("owner_id"),
    CustomerRow.sealed.label("details"),
    stands_still().label("stands_still"),
).outerjoin(CustomerRow, CustomerRow.id == owner_of())
"""What is read of cases; to be narrowed and ordered, then given to `list_cases`."""


def _list_entries(work: Work, found: Found, *, in_full: bool) -> tuple[TimelineEntry, ...]:
    row: CaseRow = found.CaseRow
    own = list_account_numbers(work, found.owner_id) if found.owner_id and not in_full else ()
    show = str if in_full else partial(mask_account_numbers, own=own)
    entries = list(
        work.session.scalars(
            select(CaseEntry).where(CaseEntry.case_id == row.id).order_by(CaseEntry.number.desc())
        )
    )
    staff = {entry.actor_id for entry in entries if entry.actor_kind == "staff" and entry.actor_id}
    names = {one.id: one.name for one in list_colleagues(work, staff)} if staff else {}
    return tuple(
        TimelineEntry(
            step=Step(entry.step),
            at=entry.happened_at,
            by=names.get(entry.actor_id, "") if entry.actor_id else "",  # type: ignore[call-overload]
            text=show(
                find_words(work, row, place("case_entry", entry.id), entry.sealed).get("text", "")
            ),
            role=ROLES[Role(entry.actor_role)] if entry.actor_role else "",
        )
        for entry in entries
    )


def list_cases(
    work: Work,
    query: CaseSelect,
    values: Mapping[str, object] | None = None,
    *,
    with_people: bool = True,
) -> list[Case]:
    """Return the cases of a query on `CASES`, without their entries; perhaps not who sent them.

    `values` are those of its parameters, if it is a prepared one.
    """
    rows = work.session.execute(query, values).all()
    if not with_people:
        return [_read(work, found, with_people=False) for found in rows]
    keys = {key for found in rows for key in (found.CaseRow.person_id, found.owner_id)}
    work.vault.fetch(key for key in keys if key)
    return [_read(work, found) for found in rows]


def _read(
    work: Work, found: Found, entries: tuple[TimelineEntry, ...] = (), *, with_people: bool = True
) -> Case:
    row: CaseRow = found.CaseRow
    sealed = row.sealed if with_people else None
    words = find_words(work, row, place("case_file", row.id), sealed)
    typed = words.get("name", ""), words.get("email", "")
    is_shown = with_people and not find_is_kept_from(work, row.kept_from)
    owner = _read_owner(work, found) if is_shown else None
    name = owner.full_name if owner and row.customer_id else typed[0]  # anybody may type a name
    email = owner.email if owner else typed[1]
    return Case(
        id=CaseId(row.id),
        reference=row.reference,
        topic=Topic(row.topic),
        service=row.service,
        status=Status(row.status),
        received_at=row.received_at,
        due_on=row.due_on,
        assigned_to=row.assigned_to,
        kept_from=row.kept_from,
        closed_at=row.closed_at,
        version=row.version,
        customer_id=CustomerId(row.customer_id) if row.customer_id else None,
        owner_id=CustomerId(found.owner_id) if found.owner_id else None,
        name=name,
        email=email,
        typed=None if name == typed[0] and is_same_mailbox(email, typed[1]) else typed,
        link_ends_at=row.link_ends_at,
        skip_asked_by=row.skip_asked_by,
        outcome=CaseOutcome(row.outcome) if row.outcome else None,
        channel=RequestChannel(row.channel) if row.channel else None,
        requester=RequesterKind(row.requester) if row.requester else None,
        stands_still=bool(found.stands_still),
        entries=entries,
        hides_numbers=any(HIDDEN in entry.text for entry in entries),
    )


def _read_owner(work: Work, found: Found) -> Details | None:
    owner_id, sealed = found.owner_id, found.details
    if owner_id is None or sealed is None:
        return None
    words = work.vault.find(owner_id, place("customer", owner_id), sealed)
    return read_details(words) if words is not None else None
