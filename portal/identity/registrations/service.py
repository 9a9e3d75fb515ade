"""Register a customer for one more service, and cancel one registration."""

from sqlalchemy import delete

from portal.governance.audit.trail import record
from portal.identity.accounts.models import RegistrationRow
from portal.identity.accounts.queries import get_customer, get_registration
from portal.identity.accounts.rules import SERVICES, AlreadyHasServiceError, Service
from portal.identity.accounts.service import get_locked, lock_customer
from portal.identity.registrations import emails
from portal.identity.registrations.events import RegistrationCancelled, ServiceRegistered
from portal.messaging.email.outbox import queue
from portal.platform.core.constraints import unless_taken
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId, RegistrationId
from portal.platform.core.work import Work


def register_service(work: Work, customer_id: CustomerId, service: Service) -> str:
    """Register a customer for one more service and tell them; return its name.

    It may be one that they cancelled. Raises `AlreadyHasServiceError`, and `NotFoundError` for a
    customer who has left or is leaving.
    """
    row = lock_customer(work, customer_id)
    if row is None or row.leaves_at is not None:
        raise NotFoundError
    with unless_taken(work, RegistrationRow, "service", AlreadyHasServiceError()):
        work.session.add(
            RegistrationRow(customer_id=customer_id, service=service, registered_at=work.now)
        )
    to, name = get_customer(work, customer_id).details, SERVICES[service]
    queue(work, customer_id, emails.service_registered(to.email, to.given_name, name))
    record(work, ServiceRegistered(customer_id, service))
    return name


def cancel_registration(
    work: Work, customer_id: CustomerId, registration_id: RegistrationId
) -> str:
    """Delete one registration and tell the customer; return the service's name.

    Raises `NotFoundError`, also when it is another's or was cancelled before.
    """
    get_locked(work, customer_id)
    registration = get_registration(work, customer_id, registration_id)
    work.session.execute(delete(RegistrationRow).where(RegistrationRow.id == registration.id))
    to = get_customer(work, customer_id).details
    email = emails.registration_cancelled(to.email, to.given_name, registration.name)
    queue(work, customer_id, email)
    record(work, RegistrationCancelled(customer_id, registration.service))
    return registration.name
