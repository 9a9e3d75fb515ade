"""Publish a new version of the catalogue."""

from portal.consent.purposes.events import VersionPublished
from portal.consent.purposes.models import CatalogueVersion
from portal.consent.purposes.queries import find_purpose, get_catalogue
from portal.consent.purposes.rules import (
    NO_MORE_COMPANIES,
    Catalogue,
    Purpose,
    TakenKeyError,
    merge_purpose,
)
from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.identity.sessions.service import lock_session
from portal.platform.core.constraints import unless_taken
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.ids import StaffId
from portal.platform.core.work import Work


def add_purpose(work: Work, staff_id: StaffId, purpose: Purpose, note: str, version: int) -> None:
    """Offer a new purpose from now on; it is off for everybody.

    Raises `TakenKeyError`, also for the key of one that is no longer offered, and `StaleError`.
    """
    before = _lock(work, version)
    if before.find(purpose.key) is not None or purpose.key == NO_MORE_COMPANIES:
        raise TakenKeyError
    _publish(work, staff_id, before, purpose, note)


def change_purpose(
    work: Work, staff_id: StaffId, purpose: Purpose, note: str, version: int
) -> None:
    """Reword a purpose, or stop offering it; earlier consents keep the words shown at the time.

    Raises `NotFoundError`, also for one that is no longer offered: an old yes must not become valid
    again. Raises `StaleError` when the same words were changed meanwhile in another way.
    """
    lock_session(work)
    before = get_catalogue(work)
    known = before.find(purpose.key)
    if known is None or not known.is_offered or known.kind is not purpose.kind:
        raise NotFoundError
    merged = merge_purpose(known, purpose, find_purpose(work, version, purpose.key))
    if merged.clashes:
        raise StaleError
    _publish(work, staff_id, before, purpose.reworded(merged.values), note)


def _lock(work: Work, version: int) -> Catalogue:
    lock_session(work)
    before = get_catalogue(work)
    if before.number != version:
        raise StaleError
    return before


def _publish(work: Work, staff_id: StaffId, before: Catalogue, purpose: Purpose, note: str) -> None:
    number = before.number + 1
    purposes = before.replaced(purpose)
    row = CatalogueVersion(
        number=number,
        purposes=[one.words() for one in purposes],
        places={one.key: one.place for one in purposes if one.country},
        note=note,
        published_at=work.now,
        published_by=staff_id,
    )
    with unless_taken(work, CatalogueVersion, "number", StaleError()):
        work.session.add(row)
    record(work, VersionPublished(NOBODY, number, purpose.key))
