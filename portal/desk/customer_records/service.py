"""Open a part of a customer's record: recorded, and told to whom it is about."""

from portal.desk.cases.rules import Case
from portal.desk.customer_records import emails
from portal.desk.customer_records.events import CustomerFound, RecordOpened
from portal.desk.customer_records.queries import get_case_at_hand, get_opened_part
from portal.desk.customer_records.rules import (
    LookReason,
    LookWords,
    OpenedPart,
    RecordRequest,
    find_part,
    record_words,
    spell_look,
)
from portal.desk.queue.staff_queries import find_subject
from portal.governance.audit.trail import record
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.service import get_locked
from portal.identity.staff_accounts.queries import (
    get_acting_role,
    get_allowed,
    get_colleague,
    list_at_work,
)
from portal.identity.staff_accounts.rules import Role, Task, may
from portal.messaging.email.outbox import queue, queue_alone
from portal.platform.core.errors import NotAllowedError, NotFoundError, StaleError
from portal.platform.core.holdings import Holding, Register
from portal.platform.core.ids import CustomerId, StaffId
from portal.platform.core.work import Work


def seek_customer(work: Work, typed: str) -> CustomerId | None:
    """Return the customer with an address, or the owner of a case, and record the search."""
    found = find_subject(work, typed)
    if found is None:
        return None
    record(work, CustomerFound(found.id, get_acting_role(work)))
    return found.id


def foretell(
    work: Work, register: Register, customer_id: CustomerId, wanted: RecordRequest
) -> LookWords:
    """Return what the customer will read of a look, if the colleague who acts opens it now.

    Raises `NotFoundError` for nobody and for what is none of the customer's, and `NotAllowedError`
    for whoever may not open it, such as the colleague whom the case at hand asks about.
    """
    role = get_acting_role(work)
    if not may(role, _needed_for(wanted)):
        raise NotAllowedError
    get_customer(work, customer_id)
    return _prepare(work, register, customer_id, wanted, role)[2]


def open_record(  # noqa: PLR0913, PLR0917  # who opens what of whom, why, and what they were told
    work: Work,
    register: Register,
    staff_id: StaffId,
    customer_id: CustomerId,
    wanted: RecordRequest,
    told: LookWords,
) -> OpenedPart:
    """Return a part of a customer's record, and record the look.

    `told` is what the colleague read that the customer will read; raises `StaleError` when that is
    no longer so, and `NotAllowedError` when their role no longer allows it. A look without a case
    is told at once, by email, to the customer and to every privacy officer but whoever looks.
    """
    role = get_allowed(work, {staff_id: _needed_for(wanted)})[staff_id]
    get_locked(work, customer_id)
    part, case, words = _prepare(work, register, customer_id, wanted, role)
    if words != told:
        raise StaleError
    facts = wanted.part, wanted.reason, role, case.id if case else None
    record(work, RecordOpened(customer_id, *facts))
    if case is None:
        _tell(work, staff_id, customer_id, told)
    return get_opened_part(work, part, customer_id)


def _needed_for(wanted: RecordRequest) -> Task:
    has_case = wanted.reason is LookReason.CASE
    return Task.OPEN_RECORD if has_case else Task.OPEN_WITHOUT_CASE


def _prepare(
    work: Work, register: Register, customer_id: CustomerId, wanted: RecordRequest, role: str
) -> tuple[Holding, Case | None, LookWords]:
    """Return what is asked for, the case at hand, and what the customer will read of the look.

    Raises `NotFoundError` for no such part, and for a case that is not this customer's.
    """
    part, case = find_part(register, wanted.part), None
    if wanted.reason is LookReason.CASE:
        owner_id, case = get_case_at_hand(work, wanted.reference)
        if owner_id != customer_id:
            raise NotFoundError
    if part is None:
        raise NotFoundError
    reference = case.reference if case else None
    return part, case, spell_look(record_words(wanted.reason), role, reference, part.category)


def _tell(work: Work, staff_id: StaffId, customer_id: CustomerId, told: LookWords) -> None:
    customer, words = get_customer(work, customer_id), (told.title, told.text)
    to = customer.details
    email = emails.record_was_opened(to.email, to.given_name, *words, is_leaving=customer.is_closed)
    queue(work, customer_id, email.warn(is_leaving=customer.is_closed))
    name = get_colleague(work, staff_id).name
    for one in list_at_work(work):
        if one.role is Role.PRIVACY_OFFICER and one.id != staff_id:
            queue_alone(work, emails.colleague_opened(one.email, name, *words))
