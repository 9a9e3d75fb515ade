"""Lock cases, each after its owner."""

from collections.abc import Collection
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update

from portal.desk.case_records.models import CaseEntry, CaseRow, are_theirs
from portal.desk.case_records.queries import (
    find_is_kept_from,
    find_is_there,
    find_owner,
    list_owners,
)
from portal.desk.case_records.rules import ASKED_ABOUT, SKIP_ENDED, read_reference
from portal.identity.accounts.rules import Customer
from portal.identity.accounts.service import lock_customer
from portal.identity.one_time_tokens.rules import TO_CASES, TokenPurpose
from portal.identity.one_time_tokens.service import end_tokens, end_tokens_of
from portal.identity.sessions.service import lock_row
from portal.messaging.email.models import OutboxEmail
from portal.messaging.email.outbox import redirect_unsent
from portal.platform.core.errors import NotAllowedError, NotFoundError, StaleError
from portal.platform.core.ids import CaseId, CustomerId
from portal.platform.core.work import Work


def lock_case(work: Work, reference: str, version: int) -> CaseRow:
    """Lock a case for a change, after its owner.

    Raises `StaleError` when it is not the version that was read, or its owner is being erased, and
    `NotAllowedError` for the colleague whom it asks about.
    """
    named = CaseRow.reference == read_reference(reference)
    row = _lock(work, named)
    if row is None and not find_is_there(work, named):
        raise NotFoundError
    if row is not None:
        refuse_asked_about(work, row.kept_from)
    if row is None or row.version != version:
        raise StaleError
    return row


def note_seen(work: Work, customer_id: CustomerId, reference: str, version: int) -> None:
    """Note that a customer has seen their case up to an entry; a later note stays."""
    theirs = are_theirs(customer_id) & (CaseRow.reference == read_reference(reference))
    older = CaseRow.seen_number.is_(None) | (CaseRow.seen_number < version)
    work.session.execute(update(CaseRow).where(theirs, older).values(seen_number=version))


def refuse_asked_about(work: Work, kept_from: UUID | None) -> None:
    """Raise `NotAllowedError` for the colleague whom a case asks about."""
    if find_is_kept_from(work, kept_from):
        raise NotAllowedError(ASKED_ABOUT)


def lock_person_of(work: Work, reference: str) -> UUID | None:
    """Lock a case, after its owner; return the number of the key that seals it.

    None where there is none, its words are gone, or its owner is being erased.
    """
    row = _lock(work, CaseRow.reference == read_reference(reference))
    return row.person_id if row is not None else None


def lock_case_by_id(work: Work, case_id: CaseId) -> CaseRow | None:
    """Lock a case for a change, whatever its version, after its owner."""
    return _lock(work, CaseRow.id == case_id)


def find_locked_owner(work: Work, case_id: CaseId) -> Customer | None:
    """Return and lock the owner of a locked case, as `find_owner` finds them.

    Raises `StaleError` when its address became somebody's while this waited for the lock.
    """
    owner = find_owner(work, case_id)
    if owner is not None and not work.has_locked(owner.id):
        raise StaleError
    return owner


def lock_cases(work: Work, wanted: ColumnElement[bool]) -> list[CaseRow]:
    """Lock several cases for a change, after all their owners.

    Without those of customers who are being erased: the erasure closes them.
    """
    _lock_owners(work, wanted)
    query = select(CaseRow).where(wanted).order_by(CaseRow.id).with_for_update(key_share=True)
    found = work.session.scalars(query.execution_options(populate_existing=True)).all()
    return [row for row in found if _note_locked(work, row)]


def end_cancellation_requests(work: Work, customer_id: CustomerId) -> None:
    """End what would cancel something for a customer; the customer is locked.

    That is links that would confirm it: the worker gives their cases back to the desk, like those
    of expired links. And requests to a second colleague: their cases say so, and move on.
    """
    has_link, is_asked = CaseRow.link_ends_at > work.now, CaseRow.skip_asked_by.is_not(None)
    for row in lock_cases(work, are_theirs(customer_id) & (has_link | is_asked)):
        if row.link_ends_at is not None and row.link_ends_at > work.now:
            end_tokens(work, TokenPurpose.CONFIRM_CANCELLATION, row.id)
            row.link_ends_at = work.now
        if row.skip_asked_by is not None:
            row.skip_asked_by = None
            row.version += 1
            work.session.add(
                CaseEntry(
                    id=uuid4(),
                    case_id=row.id,
                    number=row.version,
                    step=SKIP_ENDED,
                    happened_at=work.now,
                    actor_kind="system",
                )
            )


def end_links_to_cases(work: Work, customer_id: CustomerId) -> None:
    """Have links that open a customer's messages open nothing any more; the customer is locked."""
    end_tokens_of(work, TO_CASES, select(CaseRow.id).where(are_theirs(customer_id)))


def redirect_answers(
    work: Work,
    customer_id: CustomerId,
    addresses: Collection[str],
    to: str,
    *,
    drops_others: bool = False,
) -> None:
    """Have what we wrote in a customer's cases, and did not go yet or failed, go to `to`.

    As far as it is to one of `addresses`, which the customer has no more; the customer is locked.
    `drops_others`: what else waits for them there, about their account, is deleted.
    """
    of_cases = OutboxEmail.case_id.in_(select(CaseRow.id).where(are_theirs(customer_id)))
    of_theirs = OutboxEmail.person_id == customer_id
    redirect_unsent(work, of_cases | of_theirs if drops_others else of_cases, addresses, to)


def _lock(work: Work, wanted: ColumnElement[bool]) -> CaseRow | None:
    _lock_owners(work, wanted)
    row = lock_row(work, CaseRow, wanted)
    return row if row is not None and _note_locked(work, row) else None


def _lock_owners(work: Work, wanted: ColumnElement[bool]) -> None:
    for customer_id in sorted(list_owners(work, wanted)):
        lock_customer(work, customer_id)


def _note_locked(work: Work, row: CaseRow) -> bool:
    """Note that a visitor's case is locked; tell whether it may be added to."""
    if row.person_id == row.id:
        work.note_locked(row.id)
    return row.customer_id is None or work.has_locked(row.customer_id)
