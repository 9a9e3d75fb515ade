"""Save credentials, count tries at them, and verify them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Table, bindparam, case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import ReturningInsert

from portal.identity.credentials import queries
from portal.identity.credentials.models import Credential, TryCount
from portal.identity.credentials.rules import (
    FIRST_PAUSE,
    LINK_PAUSE,
    LINKS,
    LONGEST_PAUSE,
    MAILS_WITHIN,
    MOST_MAILS,
    SPARE,
    TRIES,
    TRIES_FORGOTTEN_AFTER,
    Guarded,
    Secrets,
    Try,
    Verification,
    normalise_answer,
    normalise_password,
)
from portal.platform.core.database import deleted
from portal.platform.core.errors import StaleError
from portal.platform.core.rows import count_of, count_where, erasure_of, spans_of, take_where
from portal.platform.core.sealing import place
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher

ANSWERS = frozenset({Guarded.CUSTOMER_ANSWER})

_TRIES: Table = TryCount.__table__  # type: ignore[assignment]  # declared as a wider type
"""Every sign-in counts and forgets: as a table, without the ORM's looking for loaded rows."""
TRIES_KEPT = 2 * TRIES_FORGOTTEN_AFTER

count_owned = count_of(Credential.owner_id)
"""Count what someone signs in with."""
forget_owner = erasure_of(Credential.owner_id)
"""Delete what someone signs in with; return how many rows."""
list_spans = spans_of((Credential.owner_id, Credential.changed_at))
"""Return what finds from when what someone signs in with is."""

Owner = tuple[bytes, UUID | None]
"""The keyed hash of the name that was typed, and whose it is, if anybody's."""


def prove(
    works: Works, hasher: Hasher, guarded: Guarded, find: Callable[[Work], Owner], typed: str
) -> Verification:
    """Count a try, then compare outside any transaction; at the same cost for unknown names."""
    with works() as work:
        name_hash, owner_id = find(work)
        counted = count_try(work, guarded, name_hash)
        secrets = queries.find_secrets_evenly(work, owner_id)
    if not counted.allowed:
        return Verification(owner_id, right=False, blocked=True)
    if guarded in ANSWERS:
        hashed, spelled = secrets.answer_hash if secrets else None, normalise_answer(typed)
    else:
        hashed, spelled = secrets.password_hash if secrets else None, normalise_password(typed)
    right = hasher.verify(spelled, hashed)
    outdated = bool(right and hashed and hasher.is_outdated(hashed))
    return Verification(owner_id, right, blocked=False, outdated=outdated, compared=hashed or "")


def still_holds(work: Work, proof: Verification) -> bool:
    """Tell whether a verified secret is still the saved one; the owner's row is locked."""
    if not proof.right or proof.owner_id is None:
        return False
    secrets = queries.find_secrets(work, proof.owner_id)
    return secrets is not None and proof.compared in {secrets.password_hash, secrets.answer_hash}


def still_lets_in(work: Work, proof: Verification) -> bool:
    """Tell the same of a password at sign-in, where one disowned by its owner does not count."""
    if not still_holds(work, proof) or proof.owner_id is None:
        return False
    secrets = queries.find_secrets(work, proof.owner_id)
    return secrets is not None and not secrets.password_is_disowned


def renew_password_hash(work: Work, owner_id: UUID, password_hash: str) -> None:
    """Rehash a password with today's parameters."""
    secrets = queries.find_secrets(work, owner_id)
    if secrets is not None:
        keep_secrets(work, owner_id, replace(secrets, password_hash=password_hash))


def void_password(work: Work, owner_id: UUID) -> None:
    """Invalidate the password; a link to a new one, or a passkey, still works."""
    renew_password_hash(work, owner_id, "")


def disown_password(work: Work, owner_id: UUID) -> None:
    """Refuse the password at sign-in; it still counts as fresh proof in an open session."""
    secrets = queries.find_secrets(work, owner_id)
    if secrets is not None:
        keep_secrets(work, owner_id, replace(secrets, password_is_disowned=True))


def keep_secrets(work: Work, owner_id: UUID, secrets: Secrets) -> None:
    """Save the credentials of a person, in place of earlier ones."""
    sealed = work.seal(owner_id, place("credential", owner_id), secrets.words())
    work.session.merge(Credential(owner_id=owner_id, sealed=sealed, changed_at=work.now))


def replace_secrets(work: Work, owner_id: UUID, before: Secrets, after: Secrets) -> None:
    """Save credentials in place of those that were compared; the owner is locked.

    Raises `StaleError` when another password was chosen meanwhile.
    """
    now = queries.find_secrets(work, owner_id)
    if now is None or now.password_hash != before.password_hash:
        raise StaleError
    keep_secrets(work, owner_id, after)


def count_try(work: Work, guarded: Guarded, name_hash: bytes) -> Try:
    """Count a try in one statement, before anything is compared.

    After six the name is blocked for 15 minutes, after each six more for twice as long, two hours
    at most; while it is blocked nothing is counted or compared. Names without an account are
    counted alike. Whoever counts several tries at one name does so in the order of `guarded`, in
    which several are also changed.
    """
    now = int(work.now.timestamp())
    first_until = now + int(SPARE[guarded].total_seconds()) if guarded in SPARE else 0
    asked = {"asked_guarded": guarded, "asked_name": name_hash, "now": now}
    asked["first_until"] = first_until
    statement = _counting(work.session.get_bind().dialect.name)
    row = work.session.execute(statement, asked).one()
    until = datetime.fromtimestamp(row.blocked_until, UTC) if row.blocked_until else None
    return Try(row.allowed, until)


def count_mail(work: Work, guarded: Guarded, name_hash: bytes) -> bool:
    """Count an email that somebody requests to an address; tell whether it may be sent.

    It counts for its kind, and for all kinds that anybody can request to that address. Beyond these
    limits a link to a new password is sent once while one works, so that requests by others lock
    nobody out.
    """
    _lock_tries(work, name_hash)
    if not count_try(work, guarded, name_hash).allowed:
        return False
    if count_try(work, Guarded.ANY_MAIL, name_hash).allowed:
        return True
    is_link = guarded is Guarded.CUSTOMER_LINK
    return is_link and count_try(work, Guarded.SPARE_LINK, name_hash).allowed


@cache
def _counting(dialect: str) -> ReturningInsert[bool, int]:
    """Return the statement of `count_try`, built once for each kind of database."""
    guarded = TryCount.guarded
    most = case((guarded == Guarded.ANY_MAIL, MOST_MAILS), (guarded.in_(SPARE), 1), else_=TRIES)
    now = bindparam("now", type_=BigInteger)
    blocked = TryCount.blocked_until > now
    fresh = TryCount.last_at < now - int(TRIES_FORGOTTEN_AFTER.total_seconds())
    reached = case((fresh, 1), else_=TryCount.tries + 1)
    pauses = _pauses()
    steps = [(reached == TRIES * (step + 1), pause) for step, pause in enumerate(pauses[:-1])]
    pause = case(*steps, else_=pauses[-1])
    own = {Guarded.ANY_MAIL: MAILS_WITHIN, **dict.fromkeys(LINKS, LINK_PAUSE), **SPARE}
    other = [(guarded == kind, int(length.total_seconds())) for kind, length in own.items()]
    pause = case(*other, else_=pause)
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    statement = insert(_TRIES).values(
        guarded=bindparam("asked_guarded"),
        name_hash=bindparam("asked_name"),
        tries=1,
        allowed=True,
        blocked_until=bindparam("first_until", type_=BigInteger),
        last_at=now,
        told=False,
    )
    return statement.on_conflict_do_update(
        index_elements=[TryCount.guarded, TryCount.name_hash],
        set_={
            "tries": case((blocked, TryCount.tries), else_=reached),
            "allowed": case((blocked, False), else_=True),
            "blocked_until": case(
                (blocked, TryCount.blocked_until),
                (reached % most == 0, now + pause),
                else_=0,
            ),
            "last_at": case((blocked, TryCount.last_at), else_=now),
            "told": case((blocked, TryCount.told), else_=False),
        },
    ).returning(TryCount.allowed, TryCount.blocked_until)


def _lock_tries(work: Work, name_hash: bytes) -> None:
    """Lock every count of a name, in the order in which they are counted, before several change."""
    named = select(_TRIES.c.guarded).where(_TRIES.c.name_hash == name_hash)
    work.session.execute(named.order_by(_TRIES.c.guarded).with_for_update())


def forget_tries(work: Work, name_hash: bytes, *guarded: Guarded) -> None:
    """Reset the count: somebody has signed in."""
    _lock_tries(work, name_hash)
    named = _TRIES.c.name_hash == name_hash
    work.session.execute(delete(_TRIES).where(named, _TRIES.c.guarded.in_(guarded)))


def mark_told(work: Work, name_hash: bytes) -> bool:
    """Note that the owner of a name has been told of the tries; False where they had been."""
    _lock_tries(work, name_hash)
    untold = (TryCount.name_hash == name_hash) & TryCount.told.is_(False)
    told = update(TryCount).where(untold).values(told=True).returning(TryCount.guarded)
    return bool(work.session.execute(told).all())


def forget_name(work: Work, name_hash: bytes) -> None:
    """Delete the counts of tries at a name."""
    _lock_tries(work, name_hash)
    work.session.execute(delete(TryCount).where(TryCount.name_hash == name_hash))


def count_old_tries(work: Work) -> int:
    """Count the expired counts of tries."""
    return count_where(work, TryCount.name_hash, _is_old(work))


def forget_old_tries(work: Work, most: int) -> int:
    """Delete the expired counts of tries; return how many."""
    names = take_where(work, TryCount.name_hash, _is_old(work), most)
    old = TryCount.name_hash.in_(names) & _is_old(work)
    return deleted(work.session, delete(TryCount).where(old)) if names else 0


def _is_old(work: Work) -> ColumnElement[bool]:
    return TryCount.last_at < int((work.now - TRIES_KEPT).timestamp())


def _pauses() -> list[int]:
    pauses = [FIRST_PAUSE]
    while pauses[-1] < LONGEST_PAUSE:
        pauses.append(min(pauses[-1] * 2, LONGEST_PAUSE))
    return [int(pause.total_seconds()) for pause in pauses]
