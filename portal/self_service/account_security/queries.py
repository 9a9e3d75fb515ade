"""Reading how somebody signs in, and where they have."""

from datetime import timedelta
from uuid import UUID

from portal.governance.audit.trail import list_entries
from portal.identity.accounts.queries import get_customer
from portal.identity.credentials.queries import find_secrets
from portal.identity.credentials.rules import Secrets
from portal.identity.mfa.queries import find_pending_secret, get_factors
from portal.identity.mfa.rules import PasskeyOwner
from portal.identity.realms.rules import CUSTOMERS, Realm
from portal.identity.sessions.queries import get_sign_in, list_open, list_remembered, list_sign_ins
from portal.identity.sessions.rules import SIGN_INS_KEPT, RecentSignIn
from portal.identity.staff_accounts.queries import get_colleague
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.core.visit import STAFF, Visit
from portal.platform.core.work import Work
from portal.self_service.account_security.rules import (
    LISTED,
    MOST_REFUSED,
    PAGE,
    REFUSED,
    Overview,
    Refusal,
    SecurityOverview,
)
from portal.self_service.email_change.queries import find_waiting


def get_overview(work: Work, customer_id: CustomerId, idle: timedelta) -> Overview:
    """Return everything that a customer's page shows; raises `NotFoundError`."""
    past = list_sign_ins(work, customer_id, LISTED + 1)
    return Overview(
        mine=get_security_overview(work, CUSTOMERS, customer_id),
        open=tuple(list_sessions(work, CUSTOMERS, customer_id, idle)),
        browsers=tuple(list_remembered(work, customer_id)),
        past=tuple(past[:LISTED]),
        refused=tuple(list_refused(work, customer_id)),
        has_more=len(past) > LISTED,
        waiting=find_waiting(work, customer_id),
    )


def get_security_overview(work: Work, realm: Realm, person_id: UUID) -> SecurityOverview:
    """Return how somebody signs in; raises `NotFoundError`."""
    email, own_words = _get_own_words(work, realm, person_id)
    secrets = get_secrets(work, person_id)
    return SecurityOverview(
        realm,
        email,
        own_words,
        secrets.question,
        secrets.password_set_at,
        get_factors(work, person_id),
        find_pending_secret(work, person_id) or "",
        secrets.password_is_short,
    )


def get_passkey_owner(work: Work, realm: Realm, person_id: UUID) -> PasskeyOwner:
    """Return what a device is to call somebody's passkey; raises `NotFoundError`."""
    if realm.kind == STAFF:
        colleague = get_colleague(work, person_id)
        return PasskeyOwner(colleague.id, colleague.email, colleague.name)
    details = get_customer(work, CustomerId(person_id)).details
    return PasskeyOwner(person_id, details.email, details.full_name)


def list_sessions(work: Work, realm: Realm, person_id: UUID, idle: timedelta) -> list[RecentSignIn]:
    """Return where somebody is signed in now, what was used last coming first."""
    return list_open(work, person_id, realm.longest_session, idle)


def get_secrets(work: Work, person_id: UUID) -> Secrets:
    """Return what somebody signs in with; raises `NotFoundError`."""
    secrets = find_secrets(work, person_id)
    if secrets is None:
        raise NotFoundError
    return secrets


def list_page(
    work: Work, customer_id: CustomerId, after: UUID | None
) -> tuple[list[RecentSignIn], UUID | None]:
    """Return one page of sign-ins, and after which one the next page begins, if there is more."""
    found = list_sign_ins(work, customer_id, PAGE + 1, after)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def get_strange_sign_in(work: Work, visit: Visit, record_id: UUID) -> RecentSignIn:
    """Return a sign-in of this customer's that is not this very visit; raises `NotFoundError`."""
    found = get_sign_in(work, visit.person_id, record_id)
    if found.session_id == visit.session_id:
        raise NotFoundError
    return found


def list_refused(work: Work, customer_id: CustomerId) -> list[Refusal]:
    """Return the newest failed tries to sign in of the last ninety days."""
    entries = list_entries(work, customer_id, ["entrance:sign-in:refused"], MOST_REFUSED)
    return [
        Refusal(
            one.at, REFUSED.get(one.facts["step"], _("The sign-in failed")), one.facts["blocked"]
        )
        for one in entries
        if one.at > work.now - SIGN_INS_KEPT
    ]


def _get_own_words(work: Work, realm: Realm, person_id: UUID) -> tuple[str, tuple[str, ...]]:
    """Return somebody's address, and everything of theirs that a password must not be made of."""
    if realm.kind == STAFF:
        colleague = get_colleague(work, person_id)
        return colleague.email, colleague.guessable_details
    details = get_customer(work, CustomerId(person_id)).details
    return details.email, details.guessable_details()
