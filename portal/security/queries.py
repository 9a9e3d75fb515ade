"""Reading how somebody signs in, and where they have."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from portal.account.queries import get_customer
from portal.audit.trail import list_entries
from portal.credentials.queries import find_secrets
from portal.credentials.rules import Secrets
from portal.factors.queries import find_pending_secret, get_factors
from portal.kernel.errors import NotFoundError
from portal.kernel.ids import CustomerId, SessionId
from portal.kernel.sealing import place
from portal.kernel.visit import CUSTOMER, Device, Visit
from portal.kernel.work import Work
from portal.links.queries import find_token_subject
from portal.links.rules import Purpose
from portal.security.models import EmailChange
from portal.security.rules import (
    CONFIRM_EMAIL_WITHIN,
    LISTED,
    MOST_REFUSED,
    PAGE,
    REFUSED,
    AddressChange,
    Entrance,
    Overview,
    Refusal,
    Standing,
)
from portal.sessions.models import SignInRecord, SignInSession
from portal.sessions.queries import list_remembered
from portal.sessions.rules import SIGN_INS_KEPT, Stage


def get_overview(work: Work, customer_id: CustomerId, idle: timedelta) -> Overview:
    """Return everything that the page shows; raises `NotFoundError`."""
    past = list_entrances(work, customer_id, LISTED + 1)
    return Overview(
        mine=get_standing(work, customer_id),
        open=tuple(list_open(work, customer_id, idle)),
        browsers=tuple(list_remembered(work, customer_id)),
        past=tuple(past[:LISTED]),
        refused=tuple(list_refused(work, customer_id)),
        has_more=len(past) > LISTED,
    )


def get_standing(work: Work, customer_id: CustomerId) -> Standing:
    """Return how somebody signs in; raises `NotFoundError`."""
    customer, secrets = get_customer(work, customer_id), get_secrets(work, customer_id)
    return Standing(
        customer.details,
        secrets.question,
        secrets.password_set_at,
        get_factors(work, customer_id),
        find_pending_secret(work, customer_id) or "",
    )


def get_secrets(work: Work, customer_id: CustomerId) -> Secrets:
    """Return what somebody signs in with; raises `NotFoundError`."""
    secrets = find_secrets(work, customer_id)
    if secrets is None:
        raise NotFoundError
    return secrets


def list_open(work: Work, customer_id: CustomerId, idle: timedelta) -> list[Entrance]:
    """Return where somebody is signed in now, what was used last coming first."""
    rows = work.session.execute(
        select(SignInRecord, SignInSession)
        .join(SignInSession, SignInSession.id == SignInRecord.session_id)
        .where(SignInRecord.owner_id == customer_id, SignInSession.stage == Stage.FULL)
        .order_by(SignInSession.last_seen_at.desc(), SignInRecord.id)
    ).all()
    return [
        entrance
        for record, row in rows
        if not row.read().is_idle(work.now, idle)
        and not row.read().is_over(CUSTOMER, work.now)
        and (entrance := _read(work, record, row)) is not None
    ]


def list_entrances(
    work: Work, customer_id: CustomerId, most: int, after: UUID | None = None
) -> list[Entrance]:
    """Return the sign-ins of the last ninety days, newest first, perhaps only those before one."""
    own = _recent(work, customer_id)
    last = work.session.get(SignInRecord, after) if after else None
    if after and (last is None or last.owner_id != customer_id):
        raise NotFoundError
    if last is not None:
        same = and_(SignInRecord.happened_at == last.happened_at, SignInRecord.id > last.id)
        own &= or_(SignInRecord.happened_at < last.happened_at, same)
    rows = work.session.scalars(
        select(SignInRecord)
        .where(own)
        .order_by(SignInRecord.happened_at.desc(), SignInRecord.id)
        .limit(most)
    )
    read = (_read(work, record) for record in rows)
    return [one for one in read if one is not None]


def list_page(
    work: Work, customer_id: CustomerId, after: UUID | None
) -> tuple[list[Entrance], UUID | None]:
    """Return one page of sign-ins, and after which one the next page begins, if there is more."""
    found = list_entrances(work, customer_id, PAGE + 1, after)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def get_entrance(work: Work, customer_id: CustomerId, record_id: UUID) -> Entrance:
    """Return one sign-in of the last ninety days; raises `NotFoundError`, also for another's."""
    query = select(SignInRecord).where(_recent(work, customer_id), SignInRecord.id == record_id)
    row = work.session.scalars(query).first()
    found = _read(work, row) if row is not None else None
    if found is None:
        raise NotFoundError
    return found


def get_strange_entrance(work: Work, visit: Visit, record_id: UUID) -> Entrance:
    """Return a sign-in of this customer's that is not this very visit; raises `NotFoundError`."""
    found = get_entrance(work, CustomerId(visit.person_id), record_id)
    if found.session_id == visit.session_id:
        raise NotFoundError
    return found


def list_refused(work: Work, customer_id: CustomerId) -> list[Refusal]:
    """Return the newest failed tries to sign in of the last ninety days."""
    entries = list_entries(work, customer_id, ["entrance:sign-in:refused"], MOST_REFUSED)
    return [
        Refusal(one.at, REFUSED.get(one.facts["step"], "A try failed"), one.facts["blocked"])
        for one in entries
        if one.at > work.now - SIGN_INS_KEPT
    ]


def find_waiting(work: Work, customer_id: CustomerId) -> AddressChange | None:
    """Return the change of address that waits to be confirmed."""
    query = select(EmailChange).where(
        EmailChange.customer_id == customer_id,
        EmailChange.confirmed_at.is_(None),
        EmailChange.undone_at.is_(None),
        EmailChange.asked_at > work.now - CONFIRM_EMAIL_WITHIN,
    )
    row = work.session.scalars(query).first()
    return _read_change(work, row) if row is not None else None


def find_change(work: Work, purpose: Purpose, token: str) -> AddressChange | None:
    """Return the change of address that a link would confirm or undo; None for a dead link."""
    row_id = find_token_subject(work, purpose, token)
    row = work.session.get(EmailChange, row_id) if row_id else None
    return _read_change(work, row) if row is not None else None


def _recent(work: Work, customer_id: CustomerId) -> ColumnElement[bool]:
    return and_(
        SignInRecord.owner_id == customer_id,
        SignInRecord.happened_at > work.now - SIGN_INS_KEPT,
    )


def _read(work: Work, record: SignInRecord, row: SignInSession | None = None) -> Entrance | None:
    words = work.vault.find(record.owner_id, place("sign_in_record", record.id), record.sealed)
    if words is None:
        return None
    return Entrance(
        record.id,
        record.happened_at,
        Device.from_words(words),
        words["means"],
        cast(SessionId, record.session_id),
        row.last_seen_at if row is not None else None,
    )


def _read_change(work: Work, row: EmailChange) -> AddressChange | None:
    words = work.vault.find(row.customer_id, place("email_change", row.id), row.sealed)
    return AddressChange(words["old"], words["new"], row.asked_at) if words is not None else None
