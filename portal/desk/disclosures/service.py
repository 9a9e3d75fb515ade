"""Enter what is to be given to somebody, agree to it, and note what became of it."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.desk.disclosures.events import (
    DisclosureAbandoned,
    DisclosureAgreed,
    DisclosureAsked,
    DisclosureGiven,
    DisclosureWithdrawn,
    RegisterViewed,
    SubjectFound,
)
from portal.desk.disclosures.models import DisclosureRow
from portal.desk.disclosures.queries import list_of_customer
from portal.desk.disclosures.rules import (
    AgreedMeanwhileError,
    Disclosure,
    NewDisclosure,
    NotAgreedError,
    OwnProposalError,
    TakenBackError,
)
from portal.desk.queue.staff_queries import find_subject
from portal.governance.audit.rules import TrailGap
from portal.governance.audit.trail import list_lost_times, record
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.service import get_locked
from portal.identity.staff_accounts.queries import get_acting_role, get_allowed
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId, StaffId
from portal.platform.core.sealing import place
from portal.platform.core.tokens import hash_copy
from portal.platform.core.work import Work


def seek_subject(work: Work, typed: str) -> CustomerId | None:
    """Return the customer with an address, or the owner of a case, and record the search."""
    found = find_subject(work, typed)
    if found is None:
        return None
    record(work, SubjectFound(found.id, get_acting_role(work)))
    return found.id


def view_disclosures(
    work: Work, customer_id: CustomerId
) -> tuple[list[Disclosure], list[TrailGap]]:
    """Return every disclosure about a customer, the newest first, and record the view.

    And the times of which some may be missing. Raises `NotFoundError` for a customer who does not
    exist.
    """
    since = get_customer(work, customer_id).registered_at
    record(work, RegisterViewed(customer_id, get_acting_role(work)))
    return list_of_customer(work, customer_id), list_lost_times(work, since)


def ask_to_disclose(
    work: Work, staff_id: StaffId, customer_id: CustomerId, new: NewDisclosure
) -> UUID:
    """Enter what is to be given; nothing may be given before a second colleague agrees.

    The same copy of the form with the same words in it makes one entry, whose id is returned.
    Raises `NotFoundError` for a customer who does not exist or is being erased.
    """
    get_allowed(work, {staff_id: Task.DISCLOSE})
    get_locked(work, customer_id)
    row_id, told_from = uuid4(), str(new.told_from or "")
    words = new.kind, told_from, *new.words().values()
    once_digest = hash_copy(new.once, *words) if new.once else None
    is_it = (DisclosureRow.customer_id == customer_id) & (DisclosureRow.once_digest == once_digest)
    known = work.session.scalar(select(DisclosureRow.id).where(is_it)) if once_digest else None
    if known is not None:
        return known
    work.session.add(
        DisclosureRow(
            id=row_id,
            customer_id=customer_id,
            kind=new.kind,
            sealed=work.seal(customer_id, place("disclosure", row_id), new.words()),
            told_from=new.told_from,
            asked_by=staff_id,
            asked_at=work.now,
            once_digest=once_digest,
        )
    )
    record(work, DisclosureAsked(customer_id, new.kind))
    return row_id


def agree_to_disclose(
    work: Work, staff_id: StaffId, customer_id: CustomerId, disclosure_id: UUID
) -> None:
    """Agree as the second colleague: from now on it may be given, and its person is told in time.

    Raises `OwnProposalError` for the colleague who entered it, and `AgreedMeanwhileError` or
    `TakenBackError` where another was quicker.
    """
    get_allowed(work, {staff_id: Task.AGREE_TO_DISCLOSE})
    row = _get_locked(work, customer_id, disclosure_id)
    if row.asked_by == staff_id:
        raise OwnProposalError
    _refuse_decided(row)
    row.agreed_by, row.agreed_at = staff_id, work.now
    record(work, DisclosureAgreed(customer_id, row.kind))


def withdraw_disclosure(
    work: Work, staff_id: StaffId, customer_id: CustomerId, disclosure_id: UUID
) -> None:
    """Refuse what nobody agreed to, or take it back; its words go.

    Raises `AgreedMeanwhileError` or `TakenBackError` where another was quicker.
    """
    get_allowed(work, {staff_id: Task.DISCLOSE})
    row = _get_locked(work, customer_id, disclosure_id)
    _refuse_decided(row)
    row.taken_back_at, row.sealed = work.now, None
    record(work, DisclosureWithdrawn(customer_id, row.kind))


def note_given(
    work: Work, staff_id: StaffId, customer_id: CustomerId, disclosure_id: UUID, given_on: date
) -> None:
    """Note on which London day what was agreed to was given; a later note mends the day.

    Raises `NotAgreedError` for what nobody agreed to, and `TakenBackError` for what was not given
    after all.
    """
    get_allowed(work, {staff_id: Task.DISCLOSE})
    row = _get_agreed(work, customer_id, disclosure_id)
    row.given_on = given_on
    record(work, DisclosureGiven(customer_id, row.kind))


def note_not_given(
    work: Work, staff_id: StaffId, customer_id: CustomerId, disclosure_id: UUID
) -> None:
    """Note that what was agreed to was not given after all: it counts in no number any more.

    Raises `NotAgreedError` for what nobody agreed to, and `TakenBackError` where it is noted.
    """
    get_allowed(work, {staff_id: Task.DISCLOSE})
    row = _get_agreed(work, customer_id, disclosure_id)
    row.taken_back_at, row.given_on = work.now, None
    record(work, DisclosureAbandoned(customer_id, row.kind))


def _get_locked(work: Work, customer_id: CustomerId, disclosure_id: UUID) -> DisclosureRow:
    get_locked(work, customer_id)
    wanted = (DisclosureRow.id == disclosure_id) & (DisclosureRow.customer_id == customer_id)
    row = work.session.scalars(select(DisclosureRow).where(wanted).with_for_update()).first()
    if row is None:
        raise NotFoundError
    return row


def _get_agreed(work: Work, customer_id: CustomerId, disclosure_id: UUID) -> DisclosureRow:
    row = _get_locked(work, customer_id, disclosure_id)
    if row.taken_back_at is not None:
        raise TakenBackError
    if row.agreed_at is None:
        raise NotAgreedError
    return row


def _refuse_decided(row: DisclosureRow) -> None:
    if row.taken_back_at is not None:
        raise TakenBackError
    if row.agreed_at is not None:
        raise AgreedMeanwhileError
