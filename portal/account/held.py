"""What the account room holds about a person.

The letters to a person and the secrets they sign in with live in rooms without pages, so
they are declared here, with the account they belong to.
"""

from collections.abc import Iterable

from sqlalchemy import delete, select

from portal.account import queries
from portal.account.models import CustomerRow, RegistrationRow, RememberedBrowser, UnconfirmedRow
from portal.account.rules import KINDS, LABELS
from portal.credentials.queries import find_secrets
from portal.credentials.service import forget_name
from portal.credentials.service import forget_owner as forget_secrets
from portal.kernel.database import deleted
from portal.kernel.held import Fate, Holding, Item
from portal.kernel.ids import CustomerId
from portal.kernel.work import Work
from portal.mail.outbox import forget_person
from portal.sessions.service import forget_owner as forget_sessions
from portal.vault.doomed import doom_keys

UNTIL_CANCELLED = "Until you cancel"


def list_details(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List the profile, field by field; empty fields are not held."""
    words = queries.get_customer(work, customer_id).details.words()
    words["kind"] = KINDS.get(words["kind"], words["kind"])  # type: ignore[call-overload]
    return [Item(LABELS[name], value) for name, value in words.items() if value]


def erase_details(work: Work, customer_id: CustomerId) -> int:
    """Delete the customer, registrations that wait for confirmation, and remembered browsers."""
    email_hash = work.session.scalar(
        select(CustomerRow.email_hash).where(CustomerRow.id == customer_id)
    )
    rows = deleted(
        work.session, delete(RememberedBrowser).where(RememberedBrowser.customer_id == customer_id)
    )
    if email_hash is not None:
        waiting = select(UnconfirmedRow.id).where(UnconfirmedRow.email_hash == email_hash)
        doom_keys(work, work.session.scalars(waiting))
        rows += deleted(
            work.session, delete(UnconfirmedRow).where(UnconfirmedRow.email_hash == email_hash)
        )
        forget_name(work, email_hash)
    return rows + deleted(work.session, delete(CustomerRow).where(CustomerRow.id == customer_id))


def list_registrations(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List the services."""
    found = queries.list_registrations(work, customer_id)
    return [Item("Service", registration.name) for registration in found]


def erase_registrations(work: Work, customer_id: CustomerId) -> int:
    """Delete the registrations."""
    return deleted(
        work.session, delete(RegistrationRow).where(RegistrationRow.customer_id == customer_id)
    )


def list_secrets(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List what they sign in with: the question, and that there are a password and an answer."""
    secrets = find_secrets(work, customer_id)
    if secrets is None:
        return []
    hidden = "Kept as a fingerprint that nobody can read back"
    return [
        Item("Password", hidden),
        Item("Security question", secrets.question),
        Item("Answer", hidden),
    ]


def erase_secrets(work: Work, customer_id: CustomerId) -> int:
    """Delete secrets, sessions and links."""
    return forget_secrets(work, customer_id) + forget_sessions(work, customer_id)


def list_letters(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List nothing: the words of a letter go when it is sent."""
    del work, customer_id
    return []


HELD = (
    Holding(
        category="Letters we have sent you",
        purpose="To deliver them, and to know that they went",
        source="Us",
        recipients="The company that carries our email",
        retention="The words until sent; that one was sent, for 30 days",
        fate=Fate.DELETED,
        tables=frozenset({"letter"}),
        list_items=list_letters,
        erase=forget_person,
    ),
    Holding(
        category="Your sign-in and security question",
        purpose="So that only you can open your account",
        source="You",
        recipients="Nobody",
        retention=UNTIL_CANCELLED,
        fate=Fate.DELETED,
        tables=frozenset({"credential", "sign_in_session", "one_use_token", "try_count"}),
        list_items=list_secrets,
        erase=erase_secrets,
    ),
    Holding(
        category="Your registrations",
        purpose="To know which services you use",
        source="You",
        recipients="Nobody",
        retention=UNTIL_CANCELLED,
        fate=Fate.DELETED,
        tables=frozenset({"registration"}),
        list_items=list_registrations,
        erase=erase_registrations,
    ),
    Holding(
        category="Your profile and contact details",
        purpose="To know who you are and to reach you about your services",
        source="You",
        recipients="Nobody",
        retention=UNTIL_CANCELLED,
        fate=Fate.DELETED,
        tables=frozenset({"customer", "remembered_browser", "unconfirmed_registration"}),
        list_items=list_details,
        erase=erase_details,
    ),
)
