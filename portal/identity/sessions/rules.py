"""What is true of a session, and of a browser that is remembered."""

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


class SessionStage(StrEnum):
    """How far someone has signed in."""

    HALF = "question"
    """The password was right, and one step is left."""
    SETTING_UP = "enrolling"
    """A colleague who was invited and has to set up a second step."""
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its row says it, and whether it still holds."""

    id: SessionId
    person_id: UUID
    stage: SessionStage
    created_at: datetime
    last_seen_at: datetime
    signed_in_before_at: datetime | None
    proved_at: datetime | None

    def is_idle(self, now: datetime, idle: timedelta) -> bool:
        """Tell whether nothing was done for too long.

        What was done within the last `seen_pause` before a visit is not written down, so that
        much is added: a session is never ended early.
        """
        return now - self.last_seen_at > idle + seen_pause(idle)

    def is_over(self, longest: timedelta, now: datetime) -> bool:
        """Tell whether it has reached its greatest length, used or not.

        `longest` is that of a full session; one that is half open has ten minutes.
        """
        is_full = self.stage is SessionStage.FULL
        return now - self.created_at > (longest if is_full else HALF_OPEN_FOR)

    def is_stale(self, now: datetime, idle: timedelta) -> bool:
        """Tell whether the time of the last visit is worth writing down again."""
        return now - self.last_seen_at >= seen_pause(idle)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was just started, with the token that is nowhere else."""

    id: SessionId
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecentSignIn:
    """One sign-in as its owner reads it; `last_seen_at` only where it was asked for."""

    id: UUID
    session_id: SessionId
    happened_at: datetime
    device: Device
    method: str
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """One browser that greets its owner."""

    id: UUID
    device: Device
    created_at: datetime
    used_at: datetime | None


class Greeted(StrEnum):
    """What came of the cookie that a browser showed to be greeted."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    STOLEN = "stolen"
    """An old token of a known series: two browsers have copies of one cookie."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who is greeted, and the token that takes the place of the one shown, if any."""

    outcome: Greeted
    owner_id: UUID | None = None
    token: str = field(default="", repr=False)
