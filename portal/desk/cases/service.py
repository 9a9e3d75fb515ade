"""Open cases, answer them, assign them, hold them."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.consent.marketing.service import ask_for_link, turn_all_off
from portal.desk.case_records.models import CaseEntry, CaseRow
from portal.desk.case_records.queries import find_is_strangers_now, find_owner
from portal.desk.case_records.rules import (
    FOLLOW_WITHIN,
    AlreadySentError,
    CaseOutcome,
    CasePart,
    Topic,
    kind_of,
    list_outcomes,
    new_reference,
    path_to_follow,
    spell_answer,
)
from portal.desk.case_records.service import find_locked_owner, lock_case
from portal.desk.cases import emails, queries
from portal.desk.cases.events import (
    CaseAssigned,
    CaseMoved,
    CaseOpened,
    CaseViewed,
)
from portal.desk.cases.rules import FROM_US, Case, Message, Status, Step
from portal.governance.audit.trail import record
from portal.governance.deadline_events.rules import DeadlineEvent, due_after, read_segments
from portal.governance.deadlines.rules import Segments, due_date
from portal.governance.legal_holds.queries import list_holds_of_case
from portal.governance.legal_holds.rules import NewHold
from portal.governance.legal_holds.service import lift_hold, place_hold
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.service import get_locked, lock_owner_of
from portal.identity.contact_index.queries import get_email_hash, get_mailbox
from portal.identity.credentials.rules import Guarded
from portal.identity.credentials.service import count_mail
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_token
from portal.identity.profile_changes.queries import list_account_numbers
from portal.identity.staff_accounts.queries import get_acting_role, get_at_work
from portal.messaging.email.outbox import queue
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.constraints import unless_taken
from portal.platform.core.errors import NotAllowedError, NotFoundError, StaleError
from portal.platform.core.ids import CaseId, CustomerId, StaffId
from portal.platform.core.masking import mask_account_numbers
from portal.platform.core.sealing import place
from portal.platform.core.tokens import hash_copy
from portal.platform.core.visit import STAFF
from portal.platform.core.work import Work


def open_case(work: Work, message: Message, customer_id: CustomerId | None) -> str:
    """Save a message as a case, acknowledge it, and return its reference.

    The same copy of the form sent twice makes one case, and with other words in it a second one;
    sent twice at once, the second raises `AlreadySentError`, and gets the reference of the first
    when retried.

    A visitor's case has a key of its own, and costs the same whether or not its address belongs to
    a customer.
    """
    words: tuple[str, ...] = (message.name, message.email, message.topic, message.service)
    words += (message.text, *message.facts.values())
    once_hash = hash_copy(message.once, *words) if message.once else None
    if once_hash:
        query = select(CaseRow.reference).where(CaseRow.once_hash == once_hash)
        known = work.session.scalar(query)
        if known:
            return known
    case_id, email = CaseId(uuid4()), message.email
    person_id = customer_id or case_id
    if customer_id is None:
        lock_owner_of(work, get_email_hash(work, email))  # before their end, or after
        work.create_key(case_id)
    else:
        get_locked(work, customer_id)
        email = get_customer(work, customer_id).details.email
    typed = {**message.facts, "name": message.name, "email": message.email}
    received_at = message.received_at or work.now
    kind, received_on = kind_of(message.topic), london_day(received_at)
    row = CaseRow(
        id=case_id,
        reference=new_reference(),
        person_id=person_id,
        customer_id=customer_id,
        email_hash=get_email_hash(work, message.email),
        mailbox=get_mailbox(work, message.email),
        sealed=work.seal(person_id, place("case_file", case_id), typed),
        once_hash=once_hash,
        topic=message.topic,
        service=message.service,
        kept_from=message.kept_from,
        status=Status.NEW,
        received_at=received_at,
        due_on=due_date(kind, received_on, work.nation),
        channel=message.channel,
        requester=message.requester,
        version=0,
        seen_number=0,
    )
    with unless_taken(work, CaseRow, "once_hash", AlreadySentError()):
        work.session.add(row)
    enter(work, row, Step.RECEIVED, message.text)
    due = spell_day(row.due_on) if row.due_on >= london_day(work.now) else ""
    if count_mail(work, Guarded.MESSAGE_MAIL, get_email_hash(work, email)):
        path, is_link = _page_for(work, row, has_account=customer_id is not None)
        told = emails.acknowledgement(email, row.reference, due, path, is_link=is_link)
        queue(work, person_id, told, case_id)
    record(work, CaseOpened(case_id, message.topic))
    return row.reference


def take_message(work: Work, message: Message, customer_id: CustomerId | None) -> str | None:
    """Carry out what a message asks for; return the reference of its case, None without one.

    A signed-in customer who wants no marketing gets none from now on; anybody else, known or not,
    is emailed a link to the choices of the typed address. Both make a case only if there is a text.
    """
    if message.topic == Topic.MARKETING:
        if customer_id is not None:
            turn_all_off(work, customer_id)
        else:
            ask_for_link(work, message.email)
        if not message.text:
            return None
    return open_case(work, message, customer_id)


def view_case(
    work: Work, reference: str, part: CasePart = CasePart.MESSAGE, *, in_full: bool = False
) -> Case:
    """Return a case for a colleague, and record that they viewed it, what of it, and how.

    Raises `NotAllowedError` for the colleague whom it asks about.
    """
    found = queries.get_case(work, reference, in_full=in_full)
    seen = in_full, get_acting_role(work), part, found.id
    record(work, CaseViewed(found.customer_id or found.id, *seen))
    return found


def answer_case(  # noqa: PLR0913  # a case as it was seen, and what is said how
    work: Work,
    reference: str,
    text: str,
    step: Step,
    version: int,
    *,
    outcome: CaseOutcome | None = None,
) -> None:
    """Answer and close, ask a question, or add a private note.

    An answer says how the case ended: without an outcome the most usual of its kind; a refusal is
    told its reason, and where to complain (UK GDPR, article 12(4)). Raises `StaleError` when
    somebody else changed the case since the page was made, and for a closed one, and
    `NotAllowedError` for an outcome that its kind does not have.
    """
    row = lock_open(work, reference, version)
    fitting = list_outcomes(kind_of(Topic(row.topic)))
    ended = outcome or fitting[0]
    if ended not in fitting:
        raise NotAllowedError
    if step in FROM_US:
        words = spell_answer(text, ended) if step is Step.REPLIED else text
        write_to_sender(work, row, words, step)
    else:
        enter(work, row, step, text)
    if step is Step.ASKED:
        row.status, row.closed_at = Status.WAITING, None
    elif step in FROM_US:
        close_row(work, row, ended)
    note_move(work, row, step)


def write_to_sender(work: Work, row: CaseRow, text: str, step: Step) -> None:
    """Enter what a colleague writes to the sender of a locked case, and email it to them.

    Raises `StaleError` where the sender has left, and gets no email any more.
    """
    if row.customer_id is None and row.email_hash is None:
        raise StaleError
    found = queries.get_case(work, row.reference)
    enter(work, row, step, text)
    owner = find_owner(work, found.id)
    shown = mask_account_numbers(text, list_account_numbers(work, owner.id) if owner else ())
    has_account = owner is not None and not owner.is_closed
    path, is_link = _page_for(work, row, has_account=has_account)
    email = (
        emails.reply_without_words(found.email, found.reference)
        if path == emails.AGAIN
        else emails.reply(found.email, found.reference, shown, path, step, is_link=is_link)
    )
    if row.person_id is not None:
        queue(work, row.person_id, email, row.id)


def assign_case(work: Work, reference: str, staff_id: StaffId, version: int) -> None:
    """Assign a case to a colleague.

    Raises `NotFoundError` for one who is not at the desk, and `NotAllowedError` for one who may not
    have it.
    """
    get_at_work(work, staff_id)
    row = lock_open(work, reference, version)
    if row.kept_from == staff_id:
        raise NotAllowedError
    row.assigned_to = staff_id
    if row.status == Status.NEW:
        row.status = Status.IN_PROGRESS
    enter(work, row, Step.ASSIGNED)
    record(work, CaseAssigned(row.id, staff_id))


def hold_case(work: Work, staff_id: StaffId, reference: str, version: int, new: NewHold) -> None:
    """Place a legal hold on a case, or on its owner, and note it in the case."""
    row = lock_case(work, reference, version)
    if row.person_id is None:
        raise NotFoundError
    is_customer = new.customer_id is not None
    if is_customer and new.customer_id != row.customer_id:
        raise NotFoundError
    held = new if is_customer else replace(new, case_id=CaseId(row.id))
    place_hold(work, staff_id, row.person_id, held)
    enter(work, row, Step.HELD, new.why)


def lift_hold_of_case(
    work: Work, staff_id: StaffId, reference: str, version: int, hold_id: UUID
) -> None:
    """Lift a legal hold of a case, or of its owner; raises `NotFoundError` for another's."""
    row = lock_case(work, reference, version)
    owner = find_locked_owner(work, CaseId(row.id))
    holds = list_holds_of_case(work, CaseId(row.id), owner.id if owner else None)
    if hold_id not in {hold.id for hold in holds}:
        raise NotFoundError
    lift_hold(work, staff_id, hold_id)
    enter(work, row, Step.HOLD_LIFTED)


def lock_open(work: Work, reference: str, version: int) -> CaseRow:
    """Lock a case for a change, as `lock_case` does; raises `StaleError` for a closed one.

    Only whoever sent it opens it again: a colleague would make a case at hand by it, and its words
    would be kept for another year.
    """
    row = lock_case(work, reference, version)
    if row.status == Status.CLOSED:
        raise StaleError
    return row


def add_answer(work: Work, customer_id: CustomerId, reference: str, text: str) -> date | None:
    """Save a customer's addition to their own case; return a day as `add_to_case` does."""
    get_locked(work, customer_id)
    found = queries.get_own_case(work, customer_id, reference)
    return add_to_case(work, lock_case(work, reference, found.version), text)


def add_to_case(work: Work, row: CaseRow, text: str, step: Step = Step.ANSWERED) -> date | None:
    """Save what its sender added or did to a locked case; return the day by which we answer.

    None while they have not shown who they are, as we asked. A closed one is reopened.
    """
    segments = move_deadline(work, row, DeadlineEvent.WROTE)
    row.status, row.closed_at, row.outcome = Status.IN_PROGRESS, None, None
    enter(work, row, step, text)
    note_move(work, row, step)
    return None if segments.waits_for_identity else row.due_on


def move_deadline(work: Work, row: CaseRow, event: DeadlineEvent) -> Segments:
    """Move the last day to answer a locked case by what happens now; return all that happened."""
    events = [*queries.list_deadline_events(work, row.id), (event, london_day(work.now))]
    kind, received_on = kind_of(Topic(row.topic)), london_day(row.received_at)
    row.due_on = due_after(kind, received_on, events, work.nation)
    return read_segments(kind, received_on, events, work.nation)


def enter(work: Work, row: CaseRow, step: Step, text: str = "") -> None:
    """Add an entry to a case; a case's version counts its entries.

    Raises `StaleError` for words in a case that was emptied meanwhile.
    """
    entry_id = uuid4()
    sealed = None
    row.version += 1
    if text and row.person_id is None:
        raise StaleError
    if text and row.person_id is not None:
        sealed = work.seal(row.person_id, place("case_entry", entry_id), {"text": text})
    work.session.add(
        CaseEntry(
            id=entry_id,
            case_id=row.id,
            number=row.version,
            step=step,
            happened_at=work.now,
            actor_kind=work.actor.kind,
            actor_id=work.actor.id if work.actor.kind == STAFF else None,
            actor_role=get_acting_role(work) or None,
            sealed=sealed,
        )
    )


def note_move(work: Work, row: CaseRow, step: Step) -> None:
    """Record that an entry was added to the case; by a colleague, as a look is recorded."""
    owner_id = row.customer_id if work.actor.kind == STAFF else None
    role = get_acting_role(work)
    record(work, CaseMoved(owner_id or row.id, step, row.status, role, row.id))


def _page_for(work: Work, row: CaseRow, *, has_account: bool) -> tuple[str, bool]:
    """Return the path on which the sender of a case follows it, and whether it works only once."""
    if has_account:
        return f"/cases/{row.reference}", False
    case_id = CaseId(row.id)
    if find_owner(work, case_id) is None and find_is_strangers_now(work, case_id):
        return emails.AGAIN, False
    purpose = TokenPurpose.FOLLOW_CASE
    token = issue_token(work, purpose, row.id, FOLLOW_WITHIN, keep_others=True)
    return path_to_follow(token), True


def close_row(work: Work, row: CaseRow, outcome: CaseOutcome) -> None:
    """Close a case, whatever it waited for."""
    row.status, row.closed_at, row.outcome = Status.CLOSED, work.now, outcome
    row.link_ends_at = row.skip_asked_by = None
