"""Open cases, answer them, see a cancellation through."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.account.queries import find_customer, find_customer_by_email, list_registrations
from portal.account.rules import EMAIL, Customer
from portal.account.service import prove_again
from portal.audit.trail import record
from portal.cancellation.rules import Leaving, When
from portal.cancellation.service import cancel_registration, leave
from portal.cases import letters, queries
from portal.cases.events import CaseAssigned, CaseMoved, CaseOpened, CaseSearched, CaseViewed
from portal.cases.models import CaseEntry, CaseRow
from portal.cases.rules import (
    CANCELLABLE,
    EVERYTHING,
    LINK_LIFE,
    AlreadySentError,
    Case,
    Message,
    Status,
    Step,
    due_date,
    get_reference,
    new_reference,
)
from portal.credentials.rules import Proof
from portal.kernel.clock import london_day
from portal.kernel.constraints import unless_taken
from portal.kernel.errors import NotFoundError, StaleError
from portal.kernel.ids import CaseId, CustomerId, RegistrationId, StaffId
from portal.kernel.sealing import place
from portal.kernel.work import Work, Works
from portal.mail.outbox import queue
from portal.runtime import Means
from portal.sessions.queries import find_token_subject
from portal.sessions.rules import Purpose, hash_token
from portal.sessions.service import issue_token, use_token
from portal.vault.hashing import Hasher


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What a confirmation link would do."""

    case: Case
    customer_id: CustomerId
    registration_id: RegistrationId | None
    deletes_account: bool


def open_case(work: Work, message: Message, customer_id: CustomerId | None) -> str:
    """Keep a message as a case, acknowledge it, and return its reference.

    The same copy of the form sent twice makes one case; sent twice at once, the second raises
    `AlreadySentError`, and asked again gets the reference of the first.

    A visitor's case has a key of its own, and costs the same whether or not its address belongs
    to a customer.
    """
    once_hash = hash_token(message.once) if message.once else None
    if once_hash:
        query = select(CaseRow.reference).where(CaseRow.once_hash == once_hash)
        known = work.session.scalar(query)
        if known:
            return known
    case_id = CaseId(uuid4())
    person_id = customer_id or case_id
    if customer_id is None:
        work.vault.create_key(case_id)
    words = {"name": message.name, "email": message.email}
    received_on = london_day(work.now)
    row = CaseRow(
        id=case_id,
        reference=new_reference(),
        person_id=person_id,
        customer_id=customer_id,
        email_hash=work.vault.lookup_hash(EMAIL, message.email),
        sealed=work.vault.seal(person_id, place("case_file", case_id), words),
        once_hash=once_hash,
        topic=message.topic,
        service=message.service,
        status=Status.NEW,
        received_at=work.now,
        due_on=due_date(received_on),
        version=1,
    )
    with unless_taken(work, CaseRow, "once_hash", AlreadySentError()):
        work.session.add(row)
    _enter(work, row, Step.RECEIVED, message.text)
    due = f"{row.due_on.day} {row.due_on:%B %Y}"
    letter = letters.acknowledgement(message.email, message.name, row.reference, due)
    queue(work, person_id, letter)
    record(work, CaseOpened(case_id, message.topic))
    return row.reference


def view_case(work: Work, reference: str) -> Case:
    """Return a case to somebody at the desk, and record that they looked at it."""
    found = queries.get_case(work, reference)
    record(work, CaseViewed(found.id))
    return found


def search_cases(work: Work, typed: str) -> list[Case]:
    """Return the cases of a reference or an address, and record that somebody searched."""
    found = queries.list_found(work, typed)
    record(work, CaseSearched(work.actor.id or UUID(int=0), len(found)))
    return found


def answer_case(work: Work, reference: str, text: str, step: Step, version: int) -> None:
    """Answer and close, ask a question, or add a private note.

    Raises `StaleError` when somebody else did something since the page was made.
    """
    row = _lock(work, reference, version)
    found = queries.get_case(work, reference)
    _enter(work, row, step, text)
    if step is not Step.NOTED:
        is_question = step is Step.ASKED
        letter = letters.reply(
            found.email, found.name, found.reference, text, is_question=is_question
        )
        if row.person_id is not None:
            queue(work, row.person_id, letter)
        row.status = Status.WAITING if is_question else Status.CLOSED
        row.closed_at = None if is_question else work.now
    _note_move(work, row, step)


def close_case(work: Work, reference: str, version: int) -> None:
    """Close a case without a letter."""
    row = _lock(work, reference, version)
    row.status, row.closed_at = Status.CLOSED, work.now
    _enter(work, row, Step.CLOSED)
    _note_move(work, row, Step.CLOSED)


def assign_case(work: Work, reference: str, staff_id: StaffId, version: int) -> None:
    """Give a case to somebody at the desk."""
    row = _lock(work, reference, version)
    row.assigned_to = staff_id
    if row.status == Status.NEW:
        row.status = Status.IN_PROGRESS
    _enter(work, row, Step.ASSIGNED)
    record(work, CaseAssigned(row.id, staff_id))


def add_answer(work: Work, customer_id: CustomerId, reference: str, text: str) -> None:
    """Keep what a customer adds to their own case; a closed one is opened again."""
    found = queries.get_own_case(work, customer_id, reference)
    row = _lock(work, reference, found.version)
    row.status, row.closed_at = Status.IN_PROGRESS, None
    _enter(work, row, Step.ANSWERED, text)
    _note_move(work, row, Step.ANSWERED)


def send_link(work: Work, reference: str, version: int) -> bool:
    """Send the link that confirms a cancellation, to the address on file.

    Returns False when no account has the address that was typed. Raises `NotFoundError` when
    the case asks for no cancellation.
    """
    row = _lock(work, reference, version)
    found = queries.get_case(work, reference)
    if not found.is_cancelling:
        raise NotFoundError
    customer = _find_owner(work, found)
    if customer is None:
        return False
    token = issue_token(work, Purpose.CONFIRM_CANCELLATION, row.id, LINK_LIFE)
    to, what = customer.details, CANCELLABLE[found.service].lower()
    path = f"/contact/confirm/{token}"
    letter = letters.confirm_cancellation(to.email, to.given_name, found.reference, what, path)
    queue(work, customer.id, letter)
    row.status = Status.WAITING
    row.link_ends_at, row.reminded_at = work.now + LINK_LIFE, None
    _enter(work, row, Step.LINK_SENT)
    _note_move(work, row, Step.LINK_SENT)
    return True


def find_cancellation(work: Work, token: str) -> Cancellation | None:
    """Return what a confirmation link would cancel; None for a dead link.

    The account goes with everything, and with the only registration there is.
    """
    case_id = find_token_subject(work, Purpose.CONFIRM_CANCELLATION, token)
    found = queries.find_case_by_id(work, CaseId(case_id)) if case_id else None
    if found is None or not found.is_cancelling or not found.email:
        return None
    return _find_cancellation(work, found)


def prove_by_link(works: Works, hasher: Hasher, token: str, password: str) -> Proof | None:
    """Look at the password of whoever a link was sent to; None for a dead link."""
    with works() as work:
        found = find_cancellation(work, token)
    return prove_again(works, hasher, found.customer_id, password) if found else None


def confirm_cancellation(works: Works, means: Means, token: str, when: When) -> Leaving | None:
    """Cancel what a case asks for, by the link that went to the address on file.

    The same corridor as on the customer's own page; whoever calls has looked at the password.
    Returns None for a dead link.
    """
    with works() as work:
        found = find_cancellation(work, token)
        if found is None or use_token(work, Purpose.CONFIRM_CANCELLATION, token) is None:
            return None
        _carry_out(work, found, Step.CONFIRMED)
    return leave(works, means, found.customer_id, when) if found.deletes_account else Leaving()


def _find_cancellation(work: Work, found: Case) -> Cancellation | None:
    customer = _find_owner(work, found)
    if customer is None or customer.is_closed:
        return None
    registrations = list_registrations(work, customer.id)
    wanted = [one.id for one in registrations if one.service == found.service]
    is_everything = found.service == EVERYTHING or (bool(wanted) and len(registrations) == 1)
    return Cancellation(found, customer.id, wanted[0] if wanted else None, is_everything)


def _carry_out(work: Work, found: Cancellation, step: Step) -> None:
    """Close the case, and cancel the one registration if it is not everything."""
    row = work.session.get_one(CaseRow, found.case.id)
    if found.registration_id and not found.deletes_account:
        cancel_registration(work, found.customer_id, found.registration_id)
    row.status, row.closed_at = Status.CLOSED, work.now
    row.link_ends_at = row.skip_asked_by = None
    row.version += 1
    _enter(work, row, step)
    _note_move(work, row, step)


def _find_owner(work: Work, case: Case) -> Customer | None:
    """Return whose account a case may cancel.

    The account of whoever wrote it signed in, whatever address was typed; for a visitor's case,
    the account with that address.
    """
    if case.customer_id:
        return find_customer(work, case.customer_id)
    return find_customer_by_email(work, case.email)


def _lock(work: Work, reference: str, version: int) -> CaseRow:
    """Take a case to change it; raises `StaleError` when it is not the version that was read."""
    row = work.session.scalars(
        select(CaseRow).where(CaseRow.reference == get_reference(reference)).with_for_update()
    ).first()
    if row is None:
        raise NotFoundError
    if row.version != version:
        raise StaleError
    row.version += 1
    return row


def _enter(work: Work, row: CaseRow, step: Step, text: str = "") -> None:
    """Write what happened; a case's version counts its entries."""
    entry_id = uuid4()
    sealed = None
    if text and row.person_id is not None:
        sealed = work.vault.seal(row.person_id, place("case_entry", entry_id), {"text": text})
    work.session.add(
        CaseEntry(
            id=entry_id,
            case_id=row.id,
            number=row.version,
            step=step,
            happened_at=work.now,
            actor_kind=work.actor.kind,
            actor_id=work.actor.id,
            sealed=sealed,
        )
    )


def _note_move(work: Work, row: CaseRow, step: Step) -> None:
    record(work, CaseMoved(row.id, step, row.status))
