"""Reading sign-ins and remembered browsers."""

from typing import cast
from uuid import UUID

from sqlalchemy import select

from portal.kernel.ids import SessionId
from portal.kernel.sealing import place
from portal.kernel.visit import Device
from portal.kernel.work import Work
from portal.sessions.models import RememberedBrowser, SignInRecord, SignInSession
from portal.sessions.rules import SIGN_INS_KEPT, Remembered, SignedIn


def find_is_new_device(work: Work, owner_id: UUID, device_mark: bytes) -> bool:
    """Tell whether somebody has signed in of late, and never with this device."""
    recent = (SignInRecord.owner_id == owner_id) & (
        SignInRecord.happened_at > work.now - SIGN_INS_KEPT
    )
    hashes = set(work.session.scalars(select(SignInRecord.device_mark).distinct().where(recent)))
    return bool(hashes) and device_mark not in hashes


def list_sign_ins(work: Work, owner_id: UUID, most: int) -> list[SignedIn]:
    """Return the sign-ins of the last ninety days, newest first; those that last say so."""
    rows = work.session.execute(
        select(SignInRecord, SignInSession.id, SignInSession.last_seen_at)
        .outerjoin(SignInSession, SignInSession.id == SignInRecord.session_id)
        .where(
            SignInRecord.owner_id == owner_id,
            SignInRecord.happened_at > work.now - SIGN_INS_KEPT,
        )
        .order_by(SignInRecord.happened_at.desc(), SignInRecord.id)
        .limit(most)
    ).all()
    found = []
    for record, session_id, last_seen_at in rows:
        words = work.vault.find(owner_id, place("sign_in_record", record.id), record.sealed)
        if words is not None:
            found.append(
                SignedIn(
                    cast("SessionId | None", session_id),
                    record.happened_at,
                    last_seen_at,
                    Device.from_words(words),
                    words["means"],
                )
            )
    return found


def list_remembered(work: Work, owner_id: UUID) -> list[Remembered]:
    """Return the browsers that greet somebody, the newest first."""
    rows = work.session.scalars(
        select(RememberedBrowser)
        .where(RememberedBrowser.owner_id == owner_id, RememberedBrowser.expires_at > work.now)
        .order_by(RememberedBrowser.created_at.desc())
    )
    found = []
    for row in rows:
        words = row.sealed and work.vault.find(
            owner_id, place("remembered_browser", row.id), row.sealed
        )
        device = Device.from_words(words) if words else Device()
        found.append(Remembered(row.id, device, row.created_at, row.used_at))
    return found
