"""Reading the owners of sessions and addresses, and their second steps, in either realm."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Uuid, bindparam, literal, null, select

from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import find_customer, find_customer_id
from portal.identity.accounts.rules import read_details
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.credentials.models import Credential
from portal.identity.credentials.rules import Secrets
from portal.identity.mfa.queries import get_factors
from portal.identity.mfa.rules import Way
from portal.identity.realms.rules import Realm
from portal.identity.sessions.models import SignInSession
from portal.identity.sessions.rules import SessionStage
from portal.identity.staff_accounts.models import StaffRow
from portal.identity.staff_accounts.queries import (
    find_staff_id,
    get_colleague,
    get_staff_email_hash,
)
from portal.identity.staff_accounts.rules import ROLES, Role
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.tokens import hash_token
from portal.platform.core.visit import CUSTOMER, STAFF, Ended, Visit
from portal.platform.core.work import Work


def find_visit(work: Work, realm: Realm, token: str, idle: timedelta) -> Visit | None:
    """Return the visit of a session's token: one query, one key.

    None if its owner is gone. A colleague's role is read at every visit, so a new role applies from
    the next click.
    """
    found = work.session.execute(_VISITING[realm.kind], {"token_hash": hash_token(token)}).first()
    if found is None:
        return None
    session = found[0].read()
    me = session.person_id
    words = work.vault.find(me, place(_SEALED_IN[realm.kind], me), found.sealed)
    if words is None:
        return None
    is_idle = session.is_idle(work.now, idle)
    over = Ended.TOO_LONG if session.is_over(realm.longest_session, work.now) else None
    return Visit(
        kind=realm.kind,
        person_id=me,
        session_id=session.id,
        name=words["name"] if realm.has_roles else read_details(words).full_name,
        role=found.role,
        role_title=ROLES[Role(found.role)] if realm.has_roles else "",
        is_half=session.stage is not SessionStage.FULL,
        is_setting_up=session.stage is SessionStage.SETTING_UP,
        is_stale=session.is_stale(work.now, idle),
        ended=Ended.IDLE if is_idle else over,
        signed_in_before_at=session.signed_in_before_at,
        proved_at=session.proved_at,
        must_choose=bool(found.secrets) and _is_disowned(work, me, found.secrets),
    )


def find_account(work: Work, realm: Realm, email: str) -> tuple[bytes, UUID | None]:
    """Return the keyed hash of a typed address, and the id of its account, if any."""
    if realm.kind == STAFF:
        staff_hash = get_staff_email_hash(work, email)
        return staff_hash, find_staff_id(work, staff_hash)
    email_hash = get_email_hash(work, email)
    return email_hash, find_customer_id(work, email_hash)


def find_owner(work: Work, realm: Realm, person_id: UUID) -> tuple[bytes, UUID | None]:
    """Return the name under which tries at somebody's secrets are counted, and its owner."""
    email_hash = work.session.scalar(_NAMED[realm.kind], {"person": person_id})
    return email_hash or b"", person_id if email_hash else None


def find_recipient(work: Work, realm: Realm, person_id: UUID) -> tuple[str, str] | None:
    """Return the email address of a person, and the name to greet them by."""
    if realm.kind == STAFF:
        colleague = get_colleague(work, person_id)
        return colleague.email, colleague.name
    customer = find_customer(work, CustomerId(person_id))
    return (customer.details.email, customer.details.given_name) if customer else None


def list_open_ways(work: Work, realm: Realm, person_id: UUID) -> tuple[Way, ...]:
    """Return the second steps that are open to somebody, the first one first."""
    return realm.list_open(get_factors(work, person_id))


def _is_disowned(work: Work, person_id: UUID, sealed: bytes) -> bool:
    words = work.vault.find(person_id, place("credential", person_id), sealed)
    return words is not None and Secrets.from_words(words).password_is_disowned


_SEALED_IN = {CUSTOMER: "customer", STAFF: "staff_member"}
"""The table whose row is sealed with somebody's name."""
_SESSION = SignInSession.token_hash == bindparam("token_hash")
_VISITING = {
    CUSTOMER: select(
        SignInSession,
        CustomerRow.sealed,
        literal("").label("role"),
        Credential.sealed.label("secrets"),
    )
    .join(CustomerRow, CustomerRow.id == SignInSession.owner_id)
    .outerjoin(Credential, Credential.owner_id == SignInSession.owner_id)
    .where(_SESSION, SignInSession.kind == CUSTOMER),
    STAFF: select(SignInSession, StaffRow.sealed, StaffRow.role, null().label("secrets"))
    .join(StaffRow, StaffRow.id == SignInSession.owner_id)
    .where(_SESSION, SignInSession.kind == STAFF, StaffRow.closed_at.is_(None)),
}
_PERSON = bindparam("person", type_=Uuid())
_NAMED = {
    CUSTOMER: select(CustomerRow.email_hash).where(
        CustomerRow.id == _PERSON, CustomerRow.decided_at.is_(None)
    ),
    STAFF: select(StaffRow.email_hash).where(StaffRow.id == _PERSON, StaffRow.closed_at.is_(None)),
}
