"""The steps of signing in, of customers and of staff each, as most tests take them."""

from datetime import timedelta
from uuid import UUID

from portal.identity.mfa.rules import Way
from portal.identity.realms.rules import COLLEAGUES, CUSTOMERS
from portal.identity.sign_in import queries, service
from portal.identity.sign_in.rules import SignIn
from portal.platform.core.visit import Visit
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher


def check_password(works: Works, hasher: Hasher, email: str, password: str) -> SignIn:
    """A customer's password."""
    return service.check_password(works, hasher, CUSTOMERS, email, password)


def check_staff_password(works: Works, hasher: Hasher, email: str, password: str) -> SignIn:
    """A colleague's password."""
    return service.check_password(works, hasher, COLLEAGUES, email, password)


def find_visit(work: Work, token: str, idle: timedelta) -> Visit | None:
    """The visit of a customer."""
    return queries.find_visit(work, CUSTOMERS, token, idle)


def find_staff_visit(work: Work, token: str, idle: timedelta) -> Visit | None:
    """The visit of a colleague."""
    return queries.find_visit(work, COLLEAGUES, token, idle)


def list_open_ways(work: Work, staff_id: UUID) -> tuple[Way, ...]:
    """The second steps that are open to a colleague."""
    return queries.list_open_ways(work, COLLEAGUES, staff_id)


SECOND_STEPS = COLLEAGUES.second_steps
"""The second steps that a colleague may be asked for."""
