"""Cancel one registration, or everything.

Cancelling everything takes three steps, each durable before the next, so that a crash between
any two is finished by the worker and nothing is done by halves:

1. the decision: a row that says so, and the last letter, held back, sealed with its own key;
2. the erasure, in the keyring alone: the ledger line and the person's destroyed key. From here
   on nothing of theirs can be read, wherever it was ever copied;
3. the rows: deleted category by category, the last letter let go, the decision struck off.
"""

from sqlalchemy import delete, select

from portal.account.models import CustomerRow, RegistrationRow
from portal.account.queries import find_customer, get_customer, get_registration
from portal.audit.trail import record
from portal.cancellation import letters
from portal.cancellation.events import CancellationDecided, CustomerErased, RegistrationCancelled
from portal.cancellation.models import CancellationUnderway
from portal.kernel.held import Register
from portal.kernel.ids import CustomerId, RegistrationId
from portal.kernel.work import Work, Works
from portal.mail.outbox import hold_last, queue, release
from portal.sessions.service import end_sessions


def cancel_registration(
    work: Work, customer_id: CustomerId, registration_id: RegistrationId
) -> str:
    """Delete one registration and tell the customer; return the service's name.

    Raises `NotFoundError`, also when it is another's or was cancelled before.
    """
    registration = get_registration(work, customer_id, registration_id)
    work.session.execute(delete(RegistrationRow).where(RegistrationRow.id == registration.id))
    to = get_customer(work, customer_id).details
    letter = letters.registration_cancelled(to.email, to.given_name, registration.name)
    queue(work, customer_id, letter)
    record(work, RegistrationCancelled(customer_id, registration.service))
    return registration.name


def cancel_everything(works: Works, register: Register, customer_id: CustomerId) -> None:
    """Erase a customer; asked for twice, it is done once."""
    with works() as work:
        decide(work, customer_id)
    finish(works, register, customer_id)


def decide(work: Work, customer_id: CustomerId) -> None:
    """Take the first step: from its commit on, the cancellation will be finished."""
    customer = find_customer(work, customer_id)
    if customer is None or work.session.get(CancellationUnderway, customer_id) is not None:
        return
    to = customer.details
    letter_id = hold_last(work, letters.account_erased(to.email, to.given_name))
    work.session.add(
        CancellationUnderway(customer_id=customer_id, last_letter_id=letter_id, decided_at=work.now)
    )
    end_sessions(work, customer_id)
    record(work, CancellationDecided(customer_id))


def finish(works: Works, register: Register, customer_id: CustomerId) -> None:
    """Take the second and the third step, from wherever they were left."""
    with works() as work:
        if work.session.get(CancellationUnderway, customer_id) is None:
            return
    work.vault.erase_person(customer_id)
    with works() as work:
        underway = work.session.scalars(
            select(CancellationUnderway)
            .where(CancellationUnderway.customer_id == customer_id)
            .with_for_update()
        ).first()
        if underway is None:
            return
        _lock(work, customer_id)
        rows = sum(holding.erase(work, customer_id) for holding in register)
        release(work, underway.last_letter_id)
        work.session.delete(underway)
        record(work, CustomerErased(customer_id, rows))


def _lock(work: Work, customer_id: CustomerId) -> None:
    """Keep others from adding rows to a customer who is being erased (PostgreSQL)."""
    work.session.scalars(
        select(CustomerRow.id).where(CustomerRow.id == customer_id).with_for_update()
    ).all()
