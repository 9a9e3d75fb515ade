"""Tell other systems to erase somebody, and try each until it confirms.

What a system is told is a row written in the transaction of the decision: none is lost, and none
tells of what was rolled back. One that was being told when the worker died is told again under the
same id. What a system that is away has to be told is kept beside the keyring's keys too, sealed as
in its row: an old copy of the main database has no such row.
"""

import json
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.erasure.connector_erasures.events import OutsideErasureConfirmed, OutsideErasureGivenUp
from portal.erasure.connector_erasures.models import ConnectorErasure, is_due
from portal.erasure.connector_erasures.rules import (
    CLAIM,
    ClaimedErasure,
    is_hopeless,
    name_note,
    next_pause,
)
from portal.governance.audit.trail import record
from portal.identity.contact_index.queries import get_references
from portal.platform.core.connectors import ErasureAnswer, References
from portal.platform.core.ids import CustomerId
from portal.platform.core.other_systems import OtherSystems
from portal.platform.core.sealing import place
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import doom_keys


def ask_to_erase(
    work: Work, systems: OtherSystems, customer_id: CustomerId, email: str
) -> list[UUID]:
    """Have every system that can be asked erase a customer; return what finds the outcomes.

    `email` is empty where nobody can read it any more: then a system that was away is told what it
    was to be told before an old copy of the main database was put back.
    """
    asked = []
    for slug, references in get_references(work, systems, customer_id, email).items():
        row = None if email else _recall(work, references)
        if row is None:
            row = ConnectorErasure(id=uuid4(), asked_at=work.now)
            work.create_key(row.id)
            row.sealed = work.seal(row.id, place("connector_erasure", row.id), {**references})
        row.system, row.next_try_at = slug, work.now
        work.session.add(row)
        asked.append(row.id)
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
        _remember(work, row)
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
    name = _find_note(work, row)
    if name:
        work.vault.keep_note(name, None)
    row.next_try_at = row.sealed = None
    doom_keys(work, [row.id])


def _remember(work: Work, row: ConnectorErasure) -> None:
    name = _find_note(work, row)
    if name and row.sealed is not None:
        words = {"id": row.id.hex, "at": row.asked_at.isoformat(), "sealed": row.sealed.hex()}
        work.vault.keep_note(name, json.dumps(words))


def _recall(work: Work, references: References) -> ConnectorErasure | None:
    """Return what a system was to be told of a person, if it was not there to hear it."""
    note = work.vault.read_note(name_note(references))
    if note is None:
        return None
    words = json.loads(note)
    return work.session.get(ConnectorErasure, UUID(words["id"])) or ConnectorErasure(
        id=UUID(words["id"]),
        asked_at=datetime.fromisoformat(words["at"]),
        sealed=bytes.fromhex(words["sealed"]),
    )


def _find_note(work: Work, row: ConnectorErasure) -> str:
    """Return the name under which a row is remembered; none where its key is gone."""
    at = place("connector_erasure", row.id)
    references = work.vault.find(row.id, at, row.sealed) if row.sealed is not None else None
    return name_note(references) if references else ""
