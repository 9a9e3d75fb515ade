"""Who is behind a request, as the session row and the person's row say it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.kernel.ids import SessionId

SEEN_AT_MOST_EVERY = timedelta(seconds=30)


def seen_pause(idle: timedelta) -> timedelta:
    """Return how seldom a visit is written down: half a minute, less for short sessions."""
    return min(SEEN_AT_MOST_EVERY, idle / 60)


class Ended(StrEnum):
    """Why a session no longer holds."""

    IDLE = "idle"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Visit:
    """One session found by its token, with what every page needs to know of the person."""

    kind: str
    person_id: UUID
    session_id: SessionId
    name: str
    role: str
    role_title: str
    is_half: bool
    is_stale: bool
    ended: Ended | None
    signed_in_before_at: datetime | None
