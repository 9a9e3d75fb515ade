"""Reading staff."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select

from portal.identity.credentials.queries import find_secrets
from portal.identity.mfa.models import Authenticator, Passkey
from portal.identity.mfa.queries import find_pending_secret, get_factors
from portal.identity.mfa.rules import Way
from portal.identity.sessions.models import SignInSession
from portal.identity.sessions.queries import list_open
from portal.identity.sessions.rules import SessionStage
from portal.identity.staff_accounts.models import StaffRow
from portal.identity.staff_accounts.rules import (
    ROLES,
    SECOND_STEPS,
    STAFF_EMAIL,
    Colleague,
    Role,
    StaffSecurityOverview,
    Task,
    may,
    spell_staff_email,
)
from portal.platform.core.errors import NotAllowedError, NotFoundError
from portal.platform.core.ids import StaffId
from portal.platform.core.sealing import place
from portal.platform.core.tokens import hash_token
from portal.platform.core.visit import STAFF, Ended, Visit
from portal.platform.core.work import Work

_JOINED = (
    select(Authenticator.owner_id)
    .where(Authenticator.confirmed_at.is_not(None))
    .union(select(Passkey.owner_id))
)
"""Who has a second step."""


def find_visit(work: Work, token: str, idle: timedelta) -> Visit | None:
    """Return the visit of a member of staff by their session's token; None for leavers.

    The role is read here at every visit, so that another one counts at the next click.
    """
    found = work.session.execute(
        select(SignInSession, StaffRow)
        .join(StaffRow, StaffRow.id == SignInSession.owner_id)
        .where(
            SignInSession.token_hash == hash_token(token),
            SignInSession.kind == STAFF,
            StaffRow.closed_at.is_(None),
        )
    ).first()
    if found is None:
        return None
    session, row = found[0].read(), found[1]
    is_idle = session.is_idle(work.now, idle)
    over = Ended.TOO_LONG if session.is_over(STAFF, work.now) else None
    return Visit(
        kind=STAFF,
        person_id=row.id,
        session_id=session.id,
        name=_read(work, row).name,
        role=row.role,
        role_title=ROLES[Role(row.role)],
        is_half=session.stage is not SessionStage.FULL,
        is_enrolling=session.stage is SessionStage.ENROLLING,
        is_stale=session.is_stale(work.now, idle),
        ended=Ended.IDLE if is_idle else over,
        signed_in_before_at=session.signed_in_before_at,
        proved_at=session.proved_at,
    )


def list_colleagues(work: Work, staff_ids: Iterable[UUID] | None = None) -> list[Colleague]:
    """Return some members of staff, or everybody who works at the desk today, by name."""
    query = select(StaffRow)
    if staff_ids is None:
        query = query.where(StaffRow.closed_at.is_(None))
    else:
        query = query.where(StaffRow.id.in_(list(staff_ids)))
    return _read_all(work, query)


def _read_all(work: Work, query: Select[StaffRow]) -> list[Colleague]:
    rows = list(work.session.scalars(query))
    work.vault.fetch(row.id for row in rows)
    return sorted((_read(work, row) for row in rows), key=lambda one: one.name.casefold())


def get_colleague(work: Work, staff_id: UUID) -> Colleague:
    """Return somebody who works at the desk today; raises `NotFoundError`, also for leavers."""
    row = work.session.get(StaffRow, staff_id)
    if row is None or row.closed_at is not None:
        raise NotFoundError
    return _read(work, row)


def get_at_work(work: Work, staff_id: UUID) -> StaffId:
    """Return a colleague who does not leave before the commit (`FOR SHARE`: others may ask too).

    It comes before any customer or case is locked. Raises `NotFoundError` for one who has left, or
    has not joined.
    """
    query = select(StaffRow.id).where(StaffRow.id == staff_id, StaffRow.closed_at.is_(None))
    found = work.session.scalar(query.with_for_update(read=True))
    if found is None or found not in list_joined(work):
        raise NotFoundError
    return StaffId(found)


def get_allowed(work: Work, tasks: Mapping[UUID, Task]) -> dict[UUID, Role]:
    """Look again whether colleagues may do their tasks, and keep their roles until the commit.

    The page has asked before; a role may have changed, or somebody left, since. Comes before any
    customer or case is locked; colleagues are locked in the order of their ids. Raises
    `NotAllowedError`, and returns the roles.
    """
    roles = {}
    if Task.LOOK_AFTER_STAFF in tasks.values():
        list_locked(work)  # as such a task does: two at once must not wait for each other
    for staff_id in sorted(tasks):
        query = select(StaffRow.role).where(StaffRow.id == staff_id, StaffRow.closed_at.is_(None))
        role = work.session.scalar(query.with_for_update(read=True))
        if role is None or not may(role, tasks[staff_id]):
            raise NotAllowedError
        roles[staff_id] = Role(role)
    return roles


def list_locked(work: Work) -> list[StaffRow]:
    """Take all who are at the desk, so that two changes at once come one after the other."""
    rows = work.session.scalars(
        select(StaffRow)
        .where(StaffRow.closed_at.is_(None))
        .order_by(StaffRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(rows)


def list_joined(work: Work) -> set[UUID]:
    """Return everybody who has a second step: whoever has none was invited, and has not joined."""
    return set(work.session.scalars(_JOINED))


def list_at_work(work: Work) -> list[Colleague]:
    """Return whoever can be given something to do, by name: who has joined, and has not left."""
    query = select(StaffRow).where(StaffRow.closed_at.is_(None), StaffRow.id.in_(_JOINED))
    return _read_all(work, query)


def find_role(work: Work, staff_id: UUID) -> Role | None:
    """Return what somebody does at the desk, also of whoever has left."""
    row = work.session.get(StaffRow, staff_id)
    return Role(row.role) if row else None


def find_colleague_by_email(work: Work, email: str) -> Colleague | None:
    """Return the member of staff with an e-mail address, also one who has left."""
    wanted = work.vault.lookup_hash(STAFF_EMAIL, spell_staff_email(email))
    row = work.session.scalars(select(StaffRow).where(StaffRow.email_hash == wanted)).first()
    return _read(work, row) if row else None


def find_owner(work: Work, staff_id: UUID) -> tuple[bytes, UUID | None]:
    """Return the name under which tries at somebody's secrets are counted, and whose it is."""
    query = select(StaffRow.email_hash).where(StaffRow.id == staff_id, StaffRow.closed_at.is_(None))
    email_hash = work.session.scalar(query)
    return email_hash or b"", staff_id if email_hash else None


def get_security_overview(
    work: Work, staff_id: UUID, idle: timedelta | None = None
) -> StaffSecurityOverview:
    """Return how a colleague signs in; with `idle`, also where they are signed in.

    Raises `NotFoundError`.
    """
    secrets = find_secrets(work, staff_id)
    return StaffSecurityOverview(
        get_colleague(work, staff_id),
        secrets.password_set_at if secrets else None,
        get_factors(work, staff_id),
        find_pending_secret(work, staff_id) or "",
        tuple(list_open(work, staff_id, STAFF, idle)) if idle is not None else (),
    )


def list_open_ways(work: Work, staff_id: UUID) -> tuple[Way, ...]:
    """Return the second steps that are open to a colleague, the first one first."""
    return tuple(way for way in get_factors(work, staff_id).ways if way in SECOND_STEPS)


def count_staff(work: Work) -> int:
    """Return how many people there ever were at the desk."""
    return len(list(work.session.scalars(select(StaffRow.id))))


def _read(work: Work, row: StaffRow) -> Colleague:
    words = work.vault.open(row.id, place("staff_member", row.id), row.sealed)
    return Colleague(
        StaffId(row.id),
        words["name"],
        words["email"],
        Role(row.role),
        row.added_at,
        row.signed_in_at,
        row.closed_at is not None,
    )
