"""Reading credentials, and names that were blocked."""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from portal.identity.credentials.models import Credential, TryCount
from portal.identity.credentials.rules import Guarded, Secrets
from portal.platform.core.sealing import place
from portal.platform.core.work import Work

LOWEST = UUID(int=0)


def find_secrets(work: Work, owner_id: UUID) -> Secrets | None:
    """Return the credentials of a person; None for nobody, and for an erased person."""
    row = work.session.get(Credential, owner_id)
    if row is None:
        return None
    words = work.vault.find(owner_id, place("credential", owner_id), row.sealed)
    return Secrets.from_words(words) if words is not None else None


def find_secrets_evenly(work: Work, owner_id: UUID | None) -> Secrets | None:
    """Return the credentials of a person, at the same cost whether or not there are any.

    Where there are none, some other row is decrypted and discarded: otherwise the response time
    would tell who has an account (ASVS 6.3.8).
    """
    row = work.session.execute(_EVENLY, {"lowest": owner_id or LOWEST}).first()
    if row is None:
        return None
    words = work.vault.find(row.owner_id, place("credential", row.owner_id), row.sealed)
    secrets = Secrets.from_words(words) if words is not None else None
    return secrets if row.owner_id == owner_id else None


def list_untold_blocks(work: Work, guarded: tuple[Guarded, ...], most: int) -> list[bytes]:
    """Return the name hashes that were blocked and whose owners have not been told yet.

    In the order of an index, so that it costs the same however many names there are.
    """
    rows = work.session.scalars(
        select(TryCount.name_hash)
        .where(
            TryCount.guarded.in_(guarded),
            TryCount.told.is_(False),
            TryCount.blocked_until > int(work.now.timestamp()),
        )
        .order_by(TryCount.blocked_until)
        .limit(most * len(guarded))  # a name may be blocked for each of them
    )
    return list(dict.fromkeys(rows))[:most]


_EVENLY = (
    select(Credential.owner_id, Credential.sealed)
    .where(Credential.owner_id >= bindparam("lowest", type_=Uuid()))
    .order_by(Credential.owner_id)
    .limit(1)
)
