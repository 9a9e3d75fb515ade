"""Reading the second factors of a person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select

from portal.identity.mfa.models import Authenticator, Passkey, RecoveryCode
from portal.identity.mfa.rules import Factors, PasskeyInfo, read_credential
from portal.identity.sessions.rules import HALF_OPEN_FOR
from portal.platform.core.sealing import place
from portal.platform.core.tokens import hash_token
from portal.platform.core.work import Work


def get_factors(work: Work, owner_id: UUID) -> Factors:
    """Return a person's factors; none for nobody, and for an erased person.

    One statement for somebody without passkeys: it runs at every sign-in.
    """
    added_at, passkeys, left = work.session.execute(_LOOKING, {"owner": owner_id}).one()
    return Factors(added_at, _list_passkeys(work, owner_id) if passkeys else (), left)


def find_pending_secret(work: Work, owner_id: UUID) -> str | None:
    """Return the secret of an authenticator that is being set up."""
    words = find_authenticator_words(work, owner_id) or {}
    begun_at = words.get("begun_at")
    if not begun_at or work.now - datetime.fromisoformat(begun_at) > HALF_OPEN_FOR:
        return None  # else a thief could leave one behind for its owner to take into use
    return words["pending"] or None


def find_authenticator_words(work: Work, owner_id: UUID) -> dict[str, str] | None:
    """Return the sealed part of an authenticator: `secret`, and `pending` for a new one."""
    row = work.session.get(Authenticator, owner_id)
    if row is None:
        return None
    return work.vault.find(owner_id, place("authenticator", owner_id), row.sealed)


def find_passkey_owner(work: Work, answer: str) -> UUID | None:
    """Return the owner of the passkey that an answer names; lock them before relying on it."""
    named = Passkey.credential_hash == hash_token(read_credential(answer))
    return work.session.scalar(select(Passkey.owner_id).where(named))


_OWNER = bindparam("owner", type_=Uuid())
_LOOKING = select(
    select(Authenticator.added_at)
    .where(Authenticator.owner_id == _OWNER, Authenticator.confirmed_at.is_not(None))
    .scalar_subquery(),
    select(func.count()).select_from(Passkey).where(Passkey.owner_id == _OWNER).scalar_subquery(),
    select(func.count())
    .select_from(RecoveryCode)
    .where(RecoveryCode.owner_id == _OWNER, RecoveryCode.used_at.is_(None))
    .scalar_subquery(),
)


def _list_passkeys(work: Work, owner_id: UUID) -> tuple[PasskeyInfo, ...]:
    query = select(Passkey).where(Passkey.owner_id == owner_id).order_by(Passkey.added_at)
    found = []
    for row in work.session.scalars(query):
        words = work.vault.find(owner_id, place("passkey", row.id), row.sealed)
        if words is not None:
            found.append(PasskeyInfo(row.id, words["name"], row.added_at, row.used_at))
    return tuple(found)
