"""Reading secrets, and who has been guessed at."""

from uuid import UUID

from sqlalchemy import select

from portal.credentials.models import Credential, TryCount
from portal.credentials.rules import Guarded, Secrets
from portal.kernel.sealing import place
from portal.kernel.work import Work


def find_secrets(work: Work, owner_id: UUID) -> Secrets | None:
    """Return what someone signs in with; None for nobody, and for whoever was erased."""
    row = work.session.get(Credential, owner_id)
    if row is None:
        return None
    words = work.vault.find(owner_id, place("credential", owner_id), row.sealed)
    return Secrets.from_words(words) if words is not None else None


def list_untold_blocks(work: Work, guarded: tuple[Guarded, ...], most: int) -> list[bytes]:
    """Return the name hashes that were blocked and whose owners do not know yet."""
    rows = work.session.scalars(
        select(TryCount.name_hash)
        .distinct()
        .where(
            TryCount.guarded.in_(guarded),
            TryCount.told.is_(False),
            TryCount.blocked_until > int(work.now.timestamp()),
        )
        .limit(most)
    )
    return list(rows)
