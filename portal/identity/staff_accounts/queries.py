"""Reading staff accounts."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Select, select

from portal.identity.mfa.models import Authenticator, Passkey
from portal.identity.staff_accounts.models import StaffRow
from portal.identity.staff_accounts.rules import (
    STAFF_EMAIL,
    Colleague,
    Role,
    Task,
    may,
    spell_staff_email,
)
from portal.platform.core.errors import NotAllowedError, NotFoundError
from portal.platform.core.ids import StaffId
from portal.platform.core.sealing import place
from portal.platform.core.visit import STAFF
from portal.platform.core.work import Work

_JOINED = (
    select(Authenticator.owner_id)
    .where(Authenticator.confirmed_at.is_not(None))
    .union(select(Passkey.owner_id))
)
"""Who has a second step."""


def list_colleagues(work: Work, staff_ids: Iterable[UUID] | None = None) -> list[Colleague]:
    """Return some colleagues, or all who work at the desk today, by name."""
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
    """Return a colleague who works at the desk today; raises `NotFoundError` otherwise."""
    row = work.session.get(StaffRow, staff_id)
    if row is None or row.closed_at is not None:
        raise NotFoundError
    return _read(work, row)


def get_at_work(work: Work, staff_id: UUID) -> StaffId:
    """Return a colleague, who cannot leave before the commit (`FOR SHARE`: several may hold it).

    It comes before any customer or case is locked. Raises `NotFoundError` for one who has left, or
    has not joined.
    """
    query = select(StaffRow.id).where(StaffRow.id == staff_id, StaffRow.closed_at.is_(None))
    found = work.session.scalar(query.with_for_update(read=True))
    if found is None or found not in list_joined(work):
        raise NotFoundError
    return StaffId(found)


def get_allowed(work: Work, tasks: Mapping[UUID, Task]) -> dict[UUID, Role]:
    """Check again whether colleagues may do their tasks, and keep their roles until the commit.

    The page checked before; since then a role may have changed, or somebody left. Comes before any
    customer or case is locked; colleagues are locked in the order of their ids. Returns the roles;
    raises `NotAllowedError`.
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
    """Lock all who work at the desk, so that two changes at once run one after the other."""
    rows = work.session.scalars(
        select(StaffRow)
        .where(StaffRow.closed_at.is_(None))
        .order_by(StaffRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(rows)


def list_joined(work: Work) -> set[UUID]:
    """Return all colleagues with a second step: one without was invited, and has not joined."""
    return set(work.session.scalars(_JOINED))


def list_at_work(work: Work) -> list[Colleague]:
    """Return all colleagues who can be assigned something, by name: joined, and not left."""
    query = select(StaffRow).where(StaffRow.closed_at.is_(None), StaffRow.id.in_(_JOINED))
    return _read_all(work, query)


def find_role(work: Work, staff_id: UUID) -> Role | None:
    """Return a colleague's role, also of one who has left."""
    row = work.session.get(StaffRow, staff_id)
    return Role(row.role) if row else None


def get_acting_role(work: Work) -> str:
    """Return the role of the colleague who acts; empty for anybody else."""
    actor = work.actor
    role = find_role(work, actor.id) if actor.kind == STAFF and actor.id else None
    return role.value if role else ""


def find_colleague_by_email(work: Work, email: str) -> Colleague | None:
    """Return the member of staff with an e-mail address, also one who has left."""
    wanted = get_staff_email_hash(work, email)
    row = work.session.scalars(select(StaffRow).where(StaffRow.email_hash == wanted)).first()
    return _read(work, row) if row else None


def get_staff_email_hash(work: Work, email: str) -> bytes:
    """Return the keyed hash that a staff address is looked up by, however it was typed."""
    return work.vault.lookup_hash(STAFF_EMAIL, spell_staff_email(email))


def find_staff_id(work: Work, email_hash: bytes) -> StaffId | None:
    """Return the id of the colleague who works at the desk today and has an address."""
    query = select(StaffRow.id).where(
        StaffRow.email_hash == email_hash, StaffRow.closed_at.is_(None)
    )
    found = work.session.scalar(query)
    return StaffId(found) if found is not None else None


def count_staff(work: Work) -> int:
    """Return the number of staff accounts, closed ones included."""
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
