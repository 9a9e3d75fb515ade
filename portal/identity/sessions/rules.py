"""Rules of sessions and remembered browsers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.platform.core.ids import SessionId
from portal.platform.core.visit import Device, seen_pause

HALF_OPEN_FOR = timedelta(minutes=10)
"""How long the second step, or setting one up, may take."""
SIGN_INS_KEPT = timedelta(days=90)
REMEMBERED_FOR = timedelta(days=180)
TWO_TABS_WITHIN = timedelta(seconds=2)
"""Within this time the same token shown twice means two tabs, not theft."""
LONGEST_SESSION = timedelta(hours=12)
"""After this every session has ended, used or not; a realm may end its own sooner."""
KEPT_AFTER = timedelta(days=1)
"""How long the row of a session stays after its end."""


class SessionStage(StrEnum):
    """The stage of signing in that a session has reached."""

    HALF = "question"
    """The password was right, and one step is left."""
    SETTING_UP = "enrolling"
    """A colleague who was invited and has to set up a second step."""
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Session:
    """A session as stored, and whether it is still valid."""

    id: SessionId
    person_id: UUID
    stage: SessionStage
    created_at: datetime
    last_seen_at: datetime
    signed_in_before_at: datetime | None
    proved_at: datetime | None

    def is_idle(self, now: datetime, idle: timedelta) -> bool:
        """Tell whether it has been unused for too long.

        Use within `seen_pause` of the last noted use is not noted, so that much is added: a session
        never ends early.
        """
        return now - self.last_seen_at > idle + seen_pause(idle)

    def is_over(self, longest: timedelta, now: datetime) -> bool:
        """Tell whether it has reached its maximum length.

        `longest` is that of a full session; one that is half open has ten minutes.
        """
        is_full = self.stage is SessionStage.FULL
        return now - self.created_at > (longest if is_full else HALF_OPEN_FOR)

    def is_stale(self, now: datetime, idle: timedelta) -> bool:
        """Tell whether the last use is so long ago that this one must be noted."""
        return now - self.last_seen_at >= seen_pause(idle)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session, with its token, which is kept nowhere else."""

    id: SessionId
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecentSignIn:
    """One sign-in as its owner sees it; `last_seen_at` only where it was asked for."""

    id: UUID
    session_id: SessionId
    happened_at: datetime
    device: Device
    method: str
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """One remembered browser, as its owner sees it."""

    id: UUID
    device: Device
    created_at: datetime
    used_at: datetime | None


class Greeted(StrEnum):
    """The result of checking a remembered browser's cookie."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    STOLEN = "stolen"
    """An old token of a known series: two browsers have copies of one cookie."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """Whom to greet, and the token that replaces the one shown, if any."""

    outcome: Greeted
    owner_id: UUID | None = None
    token: str = field(default="", repr=False)
