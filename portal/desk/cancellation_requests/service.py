"""Carry out requests to cancel one service, or everything, that came by the feedback form.

The form itself cancels nothing. A link to the address on file does, with the password, and takes
the same steps as the website. Where the customer cannot, two colleagues can, with a reason.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.desk.cancellation_requests import emails
from portal.desk.cancellation_requests.rules import (
    LINK_LIFE,
    REMINDED_BEFORE,
    Cancellation,
    CancellationEmailContext,
    SecondColleagueError,
)
from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.queries import find_owner
from portal.desk.case_records.rules import CANCELLABLE, EVERYTHING, CaseOutcome
from portal.desk.case_records.service import find_locked_owner, lock_case, lock_case_by_id
from portal.desk.cases.queries import find_case_by_id, get_case
from portal.desk.cases.rules import Case, Status, Step
from portal.desk.cases.service import close_row, enter, note_move
from portal.erasure.cancellation.rules import Leaving, When
from portal.erasure.cancellation.service import begin_leaving, finish_leaving
from portal.identity.accounts.queries import list_registrations
from portal.identity.accounts.rules import Customer
from portal.identity.credentials.rules import Verification
from portal.identity.credentials.service import still_holds
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_token, use_token
from portal.identity.registrations.service import cancel_registration
from portal.identity.sign_in.service import prove_by_password
from portal.identity.staff_accounts.queries import get_allowed
from portal.identity.staff_accounts.rules import Task
from portal.messaging.email.message import Email
from portal.messaging.email.outbox import queue
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.ids import CaseId, StaffId
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher
from portal.platform.runtime import ErasureContext

Words = Callable[[str, CancellationEmailContext], Email]


def send_link(work: Work, reference: str, version: int) -> bool:
    """Email the confirmation link to the address on file.

    Returns False when no account has the address that was typed, or it is closed already. Raises
    `NotFoundError` when the case asks for no cancellation.
    """
    row = lock_case(work, reference, version)
    found = get_case(work, reference)
    if not found.is_cancelling:
        raise NotFoundError
    customer = find_locked_owner(work, found.id)
    if customer is None or customer.is_closed:
        return False
    row.link_ends_at, row.reminded_at = work.now + LINK_LIFE, None
    _write(work, row, found, customer, emails.confirm_cancellation)
    row.status = Status.WAITING
    enter(work, row, Step.LINK_SENT)
    note_move(work, row, Step.LINK_SENT)
    return True


def find_cancellation(work: Work, token: str) -> Cancellation | None:
    """Return what a confirmation link would cancel; None for a dead link.

    The account goes with everything, and with the only registration there is.
    """
    case_id = find_token_subject(work, TokenPurpose.CONFIRM_CANCELLATION, token)
    found = find_case_by_id(work, CaseId(case_id)) if case_id else None
    return _find_cancellation(work, found) if found else None


def prove_by_link(works: Works, hasher: Hasher, token: str, password: str) -> Verification | None:
    """Verify the password of the link's customer; None for a dead link."""
    with works() as work:
        found = find_cancellation(work, token)
    return prove_by_password(works, hasher, found.customer_id, password) if found else None


def confirm_cancellation(  # noqa: PLR0913, PLR0917  # what, when, and what was shown and proved
    works: Works,
    context: ErasureContext,
    token: str,
    when: When,
    proof: Verification,
    shown: Cancellation,
) -> Leaving | None:
    """Carry out a case's cancellation, by the link that went to the address on file.

    The same steps as on the customer's own page; the caller has verified the password. Returns None
    for a dead link. Raises `StaleError` when the password has been changed meanwhile, or when it
    would cancel something else by now than what was `shown`.
    """
    with works() as work:
        case_id = find_token_subject(work, TokenPurpose.CONFIRM_CANCELLATION, token)
        row = lock_case_by_id(work, CaseId(case_id)) if case_id else None  # one link at a time
        wanted = find_cancellation(work, token)
        if row is None or wanted is None:
            return None
        if proof.owner_id != wanted.customer_id or not still_holds(work, proof):
            raise StaleError
        if wanted.effect != shown.effect:
            raise StaleError
        use_token(work, TokenPurpose.CONFIRM_CANCELLATION, token)
        leaves_at = _carry_out(work, context, row, wanted, (Step.CONFIRMED, when))
    if not wanted.deletes_account:
        return Leaving()
    return finish_leaving(works, context, wanted.customer_id, leaves_at)


def list_to_remind(work: Work, most: int = 50) -> list[CaseId]:
    """Return the cases whose link has been waiting for a week and has a week left."""
    is_open = CaseRow.status != Status.CLOSED
    waits = is_open & CaseRow.reminded_at.is_(None) & (CaseRow.link_ends_at > work.now)
    soon = CaseRow.link_ends_at <= work.now + REMINDED_BEFORE
    query = select(CaseRow.id).where(waits, soon).order_by(CaseRow.link_ends_at).limit(most)
    return [CaseId(row) for row in work.session.scalars(query)]


def list_ended(work: Work, most: int = 50) -> list[CaseId]:
    """Return the cases whose link has expired unconfirmed."""
    query = select(CaseRow.id).where(CaseRow.link_ends_at <= work.now)
    return [CaseId(row) for row in work.session.scalars(query.limit(most))]


def remind(work: Work, case_id: CaseId) -> None:
    """Email the link's customer once more; both links work, and expire at the same time."""
    row = lock_case_by_id(work, case_id)
    found = find_case_by_id(work, case_id)
    if row is None or found is None or row.reminded_at is not None or not found.is_cancelling:
        return
    ends_at = row.link_ends_at
    if ends_at is None or not work.now < ends_at <= work.now + REMINDED_BEFORE:
        return  # another link was sent just now, or this one has ended with the address
    row.reminded_at = work.now
    customer = find_locked_owner(work, case_id)
    if customer is not None and not customer.is_closed:
        _write(work, row, found, customer, emails.remind_of_cancellation)
        enter(work, row, Step.REMINDED)


def end_link(work: Work, case_id: CaseId) -> None:
    """Give a case back to the desk after its link expired unconfirmed."""
    row = lock_case_by_id(work, case_id)
    if row is None or row.link_ends_at is None or row.link_ends_at > work.now:
        return
    row.link_ends_at = None
    if row.status != Status.CLOSED:
        row.status = Status.IN_PROGRESS
        enter(work, row, Step.LINK_ENDED)
        note_move(work, row, Step.LINK_ENDED)


def ask_to_skip(work: Work, staff_id: StaffId, reference: str, version: int, reason: str) -> None:
    """Ask a second colleague to approve a cancellation without the customer's confirmation.

    Raises `NotFoundError` where there is nothing to cancel.
    """
    row = lock_case(work, reference, version)
    if find_wanted(work, get_case(work, reference)) is None:
        raise NotFoundError
    row.skip_asked_by = staff_id
    enter(work, row, Step.SKIP_ASKED, reason)
    note_move(work, row, Step.SKIP_ASKED)


def refuse_skip(work: Work, reference: str, version: int) -> None:
    """Refuse to go on without the customer; the colleague who asked may withdraw it this way too.

    Raises `NotFoundError` when nobody asked.
    """
    row = lock_case(work, reference, version)
    if row.skip_asked_by is None:
        raise NotFoundError
    row.skip_asked_by = None
    enter(work, row, Step.SKIP_REFUSED)
    note_move(work, row, Step.SKIP_REFUSED)


def agree_to_skip(  # noqa: PLR0913, PLR0917  # who agrees to what, and what they were shown
    works: Works,
    context: ErasureContext,
    staff_id: StaffId,
    reference: str,
    version: int,
    shown: str,
) -> None:
    """Carry out a case's cancellation, as the second colleague.

    `shown` is the effect that the page told them of; raises `StaleError` where it is another by
    now. Raises `SecondColleagueError` for the colleague who asked, `NotFoundError` when nobody did,
    and `NotAllowedError` where either of the two is no longer allowed.
    """
    with works() as work:
        asker = get_case(work, reference).skip_asked_by
        get_allowed(work, _tasks(staff_id, asker))
        row = lock_case(work, reference, version)
        wanted = _find_cancellation(work, get_case(work, reference))
        if wanted is None or row.skip_asked_by is None:
            raise NotFoundError
        if row.skip_asked_by != asker:
            raise StaleError
        if row.skip_asked_by == staff_id:
            raise SecondColleagueError
        if wanted.effect != shown:
            raise StaleError
        leaves_at = _carry_out(work, context, row, wanted, (Step.SKIPPED, When.NOW))
    if wanted.deletes_account:
        finish_leaving(works, context, wanted.customer_id, leaves_at)


def _tasks(staff_id: StaffId, asker: UUID | None) -> dict[UUID, Task]:
    """Return the task that each of the two colleagues must be allowed: asking, and approving."""
    asks = {asker: Task.ASK_TO_CANCEL} if asker is not None else {}
    return {**asks, staff_id: Task.AGREE_TO_CANCEL}


def find_wanted(work: Work, found: Case) -> Cancellation | None:
    """Return what a case would cancel; None where there is no such account or registration."""
    wanted = _find_cancellation(work, found)
    is_there = wanted is not None and (wanted.deletes_account or wanted.registration_id)
    return wanted if is_there else None


def _find_cancellation(work: Work, found: Case) -> Cancellation | None:
    """Return the cancellation an open case asks for; None without an open account."""
    if not found.is_cancelling or not found.email:
        return None
    customer = find_owner(work, found.id)
    if customer is None or customer.is_closed:
        return None
    registrations = list_registrations(work, customer.id)
    wanted = [one.id for one in registrations if one.service == found.service]
    is_everything = found.service == EVERYTHING or (bool(wanted) and len(registrations) == 1)
    return Cancellation(found, customer.id, wanted[0] if wanted else None, is_everything)


def _carry_out(
    work: Work, context: ErasureContext, row: CaseRow, wanted: Cancellation, how: tuple[Step, When]
) -> datetime | None:
    """Close the case, and in the same unit of work cancel the registration, or start an erasure.

    Returns when the account will be deleted; None where that is now, or where it stays.
    """
    step, when = how
    if wanted.registration_id and not wanted.deletes_account:
        cancel_registration(work, wanted.customer_id, wanted.registration_id)
    close_row(work, row, CaseOutcome.DONE)
    enter(work, row, step)
    note_move(work, row, step)
    if wanted.deletes_account:
        return begin_leaving(work, context, wanted.customer_id, when)
    return None


def _write(work: Work, row: CaseRow, found: Case, customer: Customer, words: Words) -> None:
    """Email a link that expires when the case stops waiting for it."""
    ends_at = row.link_ends_at or work.now
    is_first = row.reminded_at is None
    token = issue_token(
        work,
        TokenPurpose.CONFIRM_CANCELLATION,
        row.id,
        ends_at - work.now,
        keep_others=not is_first,
    )
    request = CancellationEmailContext(
        given_name=customer.details.given_name,
        reference=found.reference,
        what=CANCELLABLE[found.service].lower(),
        path=f"/contact/confirm/{token}",
        ends_at=ends_at,
    )
    queue(work, customer.id, words(customer.details.email, request), row.id)
