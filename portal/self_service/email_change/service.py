"""Change the address somebody signs in with: asked for, confirmed on the new one, undone."""

from collections.abc import Collection
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, select

from portal.consent.directories import service as directories
from portal.consent.marketing import service as choices
from portal.consent.marketing.queries import list_refused
from portal.consent.marketing.rules import title_of
from portal.consent.purposes.queries import get_catalogue
from portal.desk.case_records.service import (
    end_cancellation_requests,
    end_links_to_cases,
    redirect_answers,
)
from portal.governance.audit.trail import record
from portal.identity.account_recovery.service import end_ways_back, send_link
from portal.identity.accounts.queries import find_customer_id, get_customer
from portal.identity.accounts.rules import read_details
from portal.identity.accounts.service import change_email, lock_customer
from portal.identity.contact_index.queries import get_email_hash, list_others, list_unindexed
from portal.identity.contact_index.rules import Channel, Former
from portal.identity.contact_index.service import add_former, forget_former, give_up, index_contacts
from portal.identity.credentials.rules import Guarded, Verification
from portal.identity.credentials.service import count_try, void_password
from portal.identity.mfa.service import forget_factors_since
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import end_tokens, issue_token, use_token
from portal.identity.sessions.service import end_sessions, forget_browsers
from portal.identity.sign_in.service import prove_by_password
from portal.messaging.email.outbox import queue
from portal.platform.core.addresses import is_same_mailbox
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.visit import Visit
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher
from portal.self_service.email_change import emails, events
from portal.self_service.email_change.models import EmailChange
from portal.self_service.email_change.queries import (
    find_change,
    find_closing,
    find_is_overtaken,
    find_waiting,
    list_former_emails,
)
from portal.self_service.email_change.rules import CONFIRM_WITHIN, UNDO_WITHIN
from portal.self_service.profile.queries import list_former_contacts


def ask_for_change(work: Work, visit: Visit, email: str) -> bool:
    """Write to a new address to have it confirmed; False when that was done too often.

    The old address is told at once, so that its owner hears of it while nothing has changed. Free
    and taken addresses cost the same and leave the same rows; only the email differs.
    """
    me = CustomerId(visit.person_id)
    if lock_customer(work, me) is None:
        raise NotFoundError
    to = get_customer(work, me).details
    own_hash = get_email_hash(work, to.email)
    if not count_try(work, Guarded.CUSTOMER_MAILING, own_hash).allowed:
        return False
    new_hash, row_id = get_email_hash(work, email), uuid4()
    is_full = not count_try(work, Guarded.ANY_MAIL, new_hash).allowed
    if is_full and not count_try(work, Guarded.NEW_ADDRESS_MAIL, own_hash).allowed:
        return False  # what others had sent there takes nobody's own one away
    end_waiting(work, me)
    taken = find_customer_id(work, new_hash) not in {None, me}
    words = {"old": to.email, "new": email}
    sealed = work.seal(me, place("email_change", row_id), words)
    row = EmailChange(id=row_id, customer_id=me, sealed=sealed, asked_at=work.now)
    work.session.add(row)
    token = issue_token(work, TokenPurpose.CONFIRM_EMAIL, row_id, CONFIRM_WITHIN)
    path = f"/security/email/confirm/{token}"
    outgoing = emails.confirm_email(email, path)
    queue(work, me, emails.address_is_taken(email) if taken else outgoing)
    queue(work, me, emails.change_asked(to.email, to.given_name))
    record(work, events.ChangeAsked(me))
    return True


def cancel_change(work: Work, visit: Visit) -> bool:
    """End a change that waits to be confirmed, and its link; False where none waits.

    Nobody is emailed: the address in use stays what it is, and that is what it was told.
    """
    me = CustomerId(visit.person_id)
    if lock_customer(work, me) is None:
        raise NotFoundError
    if find_waiting(work, me) is None:
        return False
    end_waiting(work, me)
    record(work, events.ChangeCancelled(me))
    return True


def prove_by_link(works: Works, hasher: Hasher, token: str, password: str) -> Verification | None:
    """Look at the password of whoever asked for a change by its link; None for a dead link."""
    with works() as work:
        found = find_change(work, TokenPurpose.CONFIRM_EMAIL, token)
    return prove_by_password(works, hasher, found.customer_id, password) if found else None


def confirm_change(work: Work, token: str, visit: Visit | None) -> bool:
    """Use a new address from now on; False for a dead link.

    The link proves whose mailbox it is, and no more: whoever calls has made sure that it is used
    by the customer who asked, signed in or with their password. Otherwise somebody could have an
    address of others confirmed for an account of which only they know the password. Dead is also
    a link that was asked for before the password was chosen: a thief's, perhaps.
    Raises `AlreadyRegisteredError` when it has become another customer's meanwhile.
    """
    row, words = _take(work, TokenPurpose.CONFIRM_EMAIL, token)
    if row is None:
        return False
    me = CustomerId(row.customer_id)
    to = change_email(work, me, words["new"])
    row.confirmed_at = work.now
    undo = issue_token(work, TokenPurpose.UNDO_EMAIL, row.id, UNDO_WITHIN)
    path = f"/security/email/undo/{undo}"
    queue(work, me, emails.email_changed(words["old"], to.given_name, path))
    queue(work, me, emails.email_is_yours(to.email, to.given_name))
    end_sessions(work, me, but=visit.session_id if visit and visit.person_id == me else None)
    _end_mailed_links(work, me)
    redirect_answers(work, me, [words["old"]], to.email)
    record(work, events.ChangeConfirmed(me))
    return True


def undo_change(work: Work, token: str) -> bool:
    """Bring an old address back, whatever it was changed to since; False for a dead link.

    What its owner was not told of, because emails went elsewhere, is taken back with it: second
    steps set up since, and the password, so that a link to a new one is the way in; and the choices
    that were turned on since the change was asked for. Every session ends, and no younger change
    can be undone or confirmed any more. Of what waits to be sent elsewhere, our answers come to the
    old address, and all else is dropped. A closed account stays closed, for its owner may have
    closed it, and whoever has the old mailbox is perhaps another; the email says when it is
    deleted. Raises `AlreadyRegisteredError` when the old address is another customer's by now.
    """
    row, words = _take(work, TokenPurpose.UNDO_EMAIL, token)
    if row is None or row.confirmed_at is None:
        return False
    me = CustomerId(row.customer_id)
    new = get_customer(work, me).details.email
    end_waiting(work, me)
    went_to = [*_list_since(work, row), new]
    gone = [one for one in went_to if not is_same_mailbox(one, words["old"])]
    to = change_email(work, me, words["old"])
    taken_back = _take_back(work, row)
    _undo_from(work, row)
    redirect_answers(work, me, gone, to.email, drops_others=True)  # of what is theirs from now on
    forget_factors_since(work, me, row.confirmed_at)
    void_password(work, me)
    end_sessions(work, me)
    forget_browsers(work, me)
    _end_mailed_links(work, me)
    closing = find_closing(work, me)
    closed = closing.words if closing else ""
    queue(work, me, emails.email_is_back(to.email, to.given_name, closed, taken_back))
    queue(work, me, emails.email_was_undone(new, to.given_name))
    send_link(work, me)
    record(work, events.ChangeUndone(me))
    return True


def end_waiting(work: Work, customer_id: CustomerId) -> None:
    """Delete the changes of address that nobody has confirmed, and their links."""
    waiting = (EmailChange.customer_id == customer_id) & EmailChange.confirmed_at.is_(None)
    for one in work.session.scalars(delete(EmailChange).where(waiting).returning(EmailChange.id)):
        end_tokens(work, TokenPurpose.CONFIRM_EMAIL, one)


def _take_back(work: Work, row: EmailChange) -> tuple[str, ...]:
    """Turn off all that was turned on since a change was asked for; return it as people read it."""
    me, catalogue = CustomerId(row.customer_id), get_catalogue(work)
    changes = choices.take_back_since(work, me, row.asked_at)
    listings = directories.take_back_since(work, me, row.asked_at)
    return (*(title_of(catalogue, choice, is_on=is_on) for choice, is_on in changes), *listings)


def _undo_from(work: Work, row: EmailChange) -> None:
    """Note that a change is undone, and with it all that came after.

    Nothing undoes those, and no address that became the customer's by them, or by undoing one, is a
    former one of theirs: it was perhaps a thief's.
    """
    me = CustomerId(row.customer_id)
    gone = {get_email_hash(work, one) for one in _list_since(work, row)}
    for one in work.session.scalars(select(EmailChange).where(_since(row))):
        end_tokens(work, TokenPurpose.UNDO_EMAIL, one.id)
        one.undone_at = work.now
    work.session.flush()
    kept = {get_email_hash(work, one.reach.email) for one in list_former_emails(work, me)}
    _keep_noes(work, me, forget_former(work, me, row.asked_at, gone - kept))


def _list_since(work: Work, row: EmailChange) -> list[str]:
    """Return the addresses that a customer got by a change, and by those asked for since."""
    return [
        work.vault.open(row.customer_id, place("email_change", one.id), one.sealed)["new"]
        for one in work.session.scalars(select(EmailChange).where(_since(row)))
    ]


def _since(row: EmailChange) -> ColumnElement[bool]:
    is_theirs = EmailChange.customer_id == row.customer_id
    return is_theirs & (EmailChange.asked_at >= row.asked_at)


def _keep_noes(work: Work, customer_id: CustomerId, forgotten: set[bytes]) -> None:
    """Suppress what a customer said no to at addresses that they are not known by any more.

    It may have been said by whoever has the address. One that is another customer's today is not
    suppressed: there, what that customer says counts.
    """
    hashes = sorted(forgotten - list_others(work, customer_id, sorted(forgotten)))
    channels, single = list_refused(work, customer_id)
    kinds = [Channel.EMAIL.value] if Channel.EMAIL in channels else []
    kinds += [one.value for one in single if one.channel == Channel.EMAIL]
    noes = [(kind, code) for code in hashes for kind in kinds]
    if noes:
        work.vault.suppress(noes)


def _end_mailed_links(work: Work, customer_id: CustomerId) -> None:
    """End the links that were mailed to the address which the customer no longer has.

    Three kinds need no ending here: a link to undo a change is for the former address and stays; a
    link to confirm a change ended when the next change was asked for, and a code with its session.
    """
    end_ways_back(work, customer_id)
    end_tokens(work, TokenPurpose.CHOOSE, customer_id)
    end_cancellation_requests(work, customer_id)
    end_links_to_cases(work, customer_id)


def _take(
    work: Work, purpose: TokenPurpose, token: str
) -> tuple[EmailChange | None, dict[str, str]]:
    """Lock the customer of a link, use it up, and return the change of address it was given for."""
    row_id = find_token_subject(work, purpose, token)
    row = work.session.get(EmailChange, row_id) if row_id else None
    if row is None or lock_customer(work, CustomerId(row.customer_id)) is None:
        return None, {}
    if use_token(work, purpose, token) is None:
        return None, {}
    if purpose is TokenPurpose.CONFIRM_EMAIL and find_is_overtaken(work, row):
        return None, {}
    return row, work.vault.open(row.customer_id, place("email_change", row.id), row.sealed)


def index_waiting(work: Work, most: int, but: Collection[CustomerId] = ()) -> int:
    """Index at most so many customers from before the index or its mailboxes; return how many."""
    waiting = sorted(list_unindexed(work, most, but))
    work.vault.fetch(waiting)
    for customer_id in waiting:
        index_one(work, customer_id)
    return len(waiting)


def index_one(work: Work, customer_id: CustomerId) -> None:
    """Write the contact hashes of one customer who waits for them."""
    row = lock_customer(work, customer_id)
    words = row and work.vault.find(row.id, place("customer", row.id), row.sealed)
    if words:
        index_contacts(work, customer_id, read_details(words).reach)
        add_former(work, customer_id, _list_former(work, customer_id))
    else:  # they are being erased at this moment, and nobody can read them any more
        give_up(work, customer_id)


def _list_former(work: Work, customer_id: CustomerId) -> list[Former]:
    """Return by what a customer could be reached before, as far as it is remembered."""
    return [*list_former_contacts(work, customer_id), *list_former_emails(work, customer_id)]
