"""Tell other systems to erase somebody, and try each until it confirms.

What a system is told is a row written in the transaction of the decision: none is lost, and none
tells of what was rolled back. One that was being told when the worker died is told again under the
same id.
"""

from uuid import UUID, uuid4

from sqlalchemy import select

from portal.erasure.connector_erasures.events import OutsideErasureConfirmed, OutsideErasureGivenUp
from portal.erasure.connector_erasures.models import ConnectorErasure, is_due
from portal.erasure.connector_erasures.rules import CLAIM, ClaimedErasure, is_hopeless, next_pause
from portal.governance.audit.trail import record
from portal.identity.contact_index.queries import get_references
from portal.platform.core.connectors import ErasureAnswer
from portal.platform.core.ids import CustomerId
from portal.platform.core.other_systems import OtherSystems
from portal.platform.core.sealing import place
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import doom_keys


def ask_to_erase(
    work: Work, systems: OtherSystems, customer_id: CustomerId, email: str
) -> list[UUID]:
    """Have every system that can be asked erase a customer; return what finds the outcomes.

    `email` is empty where nobody can read it any more.
    """
    asked = []
    for slug, references in get_references(work, systems, customer_id, email).items():
        erasure_id = uuid4()
        work.create_key(erasure_id)
        sealed = work.seal(erasure_id, place("connector_erasure", erasure_id), {**references})
        row = ConnectorErasure(
            id=erasure_id,
            system=slug,
            sealed=sealed,
            asked_at=work.now,
            next_try_at=work.now,
        )
        work.session.add(row)
        asked.append(erasure_id)
    return asked


def claim_next(work: Work) -> ClaimedErasure | None:
    """Claim what is due next, so that no other worker tells it meanwhile.

    One whose key is gone came back with an old backup: it was confirmed, or given up, since.
    """
    query = select(ConnectorErasure).where(is_due(work.now)).order_by(ConnectorErasure.next_try_at)
    while row := work.session.scalars(query.limit(1).with_for_update(skip_locked=True)).first():
        at = place("connector_erasure", row.id)
        references = work.vault.find(row.id, at, row.sealed or b"")
        if references is not None:
            row.next_try_at = work.now + CLAIM
            row.tries += 1
            return ClaimedErasure(row.id, row.system, references)
        row.given_up_at = work.now
        _end(work, row)
        work.session.flush()
    return None


def mark_confirmed(work: Work, erasure_id: UUID, answer: ErasureAnswer) -> None:
    """Note that a system has erased a person, and what it keeps."""
    row = _get_waiting(work, erasure_id)
    if row is None:
        return
    row.confirmed_at, row.erased, row.kept = work.now, answer.erased, list(answer.kept)
    record(work, OutsideErasureConfirmed(row.id, row.system, answer.erased))
    _end(work, row)


def mark_failed(work: Work, erasure_id: UUID, *, is_known: bool = True) -> bool:
    """Plan the next try, or give up; tell whether it was given up.

    It is given up after a month, and where no such system is set any more.
    """
    row = _get_waiting(work, erasure_id)
    if row is None:
        return False
    if is_known and not is_hopeless(row.asked_at, work.now):
        row.next_try_at = work.now + next_pause(row.tries)
        return False
    row.given_up_at = work.now
    record(work, OutsideErasureGivenUp(row.id, row.system))
    _end(work, row)
    return True


def _get_waiting(work: Work, erasure_id: UUID) -> ConnectorErasure | None:
    row = work.session.get(ConnectorErasure, erasure_id, with_for_update=True)
    return row if row is not None and row.next_try_at is not None else None


def _end(work: Work, row: ConnectorErasure) -> None:
    """End it: what the person is found by goes, with its key."""
    row.next_try_at = row.sealed = None
    doom_keys(work, [row.id])
