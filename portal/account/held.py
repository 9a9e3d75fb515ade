"""What the account room holds about a person.

The letters to a person and the secrets they sign in with live in rooms without pages, so
they are declared here, with the account they belong to.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, select

from portal.account import queries
from portal.account.models import CustomerRow, RegistrationRow, RememberedBrowser, UnconfirmedRow
from portal.account.rules import CONFIRM_WITHIN, KINDS, LABELS, REMEMBERED_FOR
from portal.credentials.queries import find_secrets
from portal.credentials.service import TRIES_KEPT, count_old_tries, forget_name, forget_old_tries
from portal.credentials.service import count_owned as count_secrets
from portal.credentials.service import forget_owner as forget_secrets
from portal.kernel.database import deleted
from portal.kernel.holdings import (
    CONTRACT,
    NO_LONGER_THAN_NEEDED,
    SECURITY,
    Fate,
    Holding,
    Item,
    Rule,
)
from portal.kernel.ids import CustomerId
from portal.kernel.rows import count_of, count_where, delete_where, erasure_of, take_where
from portal.kernel.work import Work
from portal.mail import outbox
from portal.mail.models import OutboxLetter
from portal.sessions import service as sessions
from portal.vault.doomed import doom_keys


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
    return forget_secrets(work, customer_id) + sessions.forget_owner(work, customer_id)


def count_sign_in(work: Work, customer_id: CustomerId) -> int:
    """Count secrets, sessions and links."""
    return count_secrets(work, customer_id) + sessions.count_owned(work, customer_id)


def list_letters(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List nothing: the words of a letter go when it is sent."""
    del work, customer_id
    return []


def count_lapsed(work: Work) -> int:
    """Count the registrations that were never confirmed."""
    return count_where(work, UnconfirmedRow.id, _lapsed(work))


def forget_lapsed(work: Work, most: int) -> int:
    """Delete registrations that were never confirmed, and their keys; return how many."""
    taken = take_where(work, UnconfirmedRow.id, _lapsed(work), most)
    if taken:
        work.session.execute(delete(UnconfirmedRow).where(UnconfirmedRow.id.in_(taken)))
        doom_keys(work, taken)
    return len(taken)


def count_old_browsers(work: Work) -> int:
    """Count the browsers that may greet nobody any more."""
    return count_where(work, RememberedBrowser.id, RememberedBrowser.expires_at < work.now)


def forget_old_browsers(work: Work, most: int) -> int:
    """Delete the browsers that may greet nobody any more; return how many."""
    ended = RememberedBrowser.expires_at < work.now
    return delete_where(work, RememberedBrowser.id, ended, most)


def _lapsed(work: Work) -> ColumnElement[bool]:
    return UnconfirmedRow.created_at < work.now - CONFIRM_WITHIN


HELD = (
    Holding(
        category="Letters we have sent you",
        purpose="To deliver them, and to know that they went",
        source="Us",
        recipients="The company that carries our email",
        rules=(
            Rule("letter-words", "The words of a letter", "it is sent", NO_LONGER_THAN_NEEDED),
            Rule(
                "letters",
                "That a letter was sent",
                "it was written",
                NO_LONGER_THAN_NEEDED,
                outbox.KEPT_AFTER_SENDING,
                outbox.count_ended,
                outbox.forget_ended,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"letter"}),
        list_items=list_letters,
        count=count_of(OutboxLetter.person_id),
        erase=outbox.forget_person,
    ),
    Holding(
        category="Your sign-in and security question",
        purpose="So that only you can open your account",
        source="You",
        recipients="Nobody",
        rules=(
            Rule("secrets", "Password, question and answer", "you cancel", CONTRACT),
            Rule(
                "sessions",
                "Where you signed in, and links we sent you",
                "they ended",
                SECURITY,
                sessions.KEPT_AFTER,
                sessions.count_ended,
                sessions.forget_ended,
            ),
            Rule(
                "tries",
                "How often a password was tried",
                "the last try",
                SECURITY,
                TRIES_KEPT,
                count_old_tries,
                forget_old_tries,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"credential", "sign_in_session", "one_use_token", "try_count"}),
        list_items=list_secrets,
        count=count_sign_in,
        erase=erase_secrets,
    ),
    Holding(
        category="Your registrations",
        purpose="To know which services you use",
        source="You",
        recipients="Nobody",
        rules=(Rule("registrations", "Each registration", "you cancel it", CONTRACT),),
        fate=Fate.DELETED,
        tables=frozenset({"registration"}),
        list_items=list_registrations,
        count=count_of(RegistrationRow.customer_id),
        erase=erasure_of(RegistrationRow.customer_id),
    ),
    Holding(
        category="Your profile and contact details",
        purpose="To know who you are and to reach you about your services",
        source="You",
        recipients="Nobody",
        rules=(
            Rule("profile", "Name, addresses and numbers", "you cancel", CONTRACT),
            Rule(
                "browsers",
                "A browser that remembers you",
                "you last signed in with it",
                CONTRACT,
                REMEMBERED_FOR,
                count_old_browsers,
                forget_old_browsers,
            ),
            Rule(
                "unconfirmed",
                "A registration you never confirmed",
                "you sent the form",
                NO_LONGER_THAN_NEEDED,
                CONFIRM_WITHIN,
                count_lapsed,
                forget_lapsed,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"customer", "remembered_browser", "unconfirmed_registration"}),
        list_items=list_details,
        count=count_of(CustomerRow.id, RememberedBrowser.customer_id),
        erase=erase_details,
    ),
)
