"""What is true of a session, and of a link that works once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.kernel.ids import SessionId
from portal.kernel.visit import seen_pause

QUESTION_STEP_LIFE = timedelta(minutes=10)
LONGEST_SESSION = {"customer": timedelta(hours=12), "staff": timedelta(hours=8)}


class Stage(StrEnum):
    """How far someone has signed in."""

    QUESTION = "question"
    FULL = "full"


class Purpose(StrEnum):
    """What a one-use token is for; it opens nothing else."""

    CONFIRM_ADDRESS = "confirm-address"
    CONFIRM_CANCELLATION = "confirm-cancellation"


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its row says it, and whether it still holds."""

    id: SessionId
    person_id: UUID
    stage: Stage
    created_at: datetime
    last_seen_at: datetime
    signed_in_before_at: datetime | None

    def is_idle(self, now: datetime, idle: timedelta) -> bool:
        """Tell whether nothing was done for too long.

        What was done within the last `seen_pause` before a visit is not written down, so that
        much is added: a session is never ended early.
        """
        return now - self.last_seen_at > idle + seen_pause(idle)

    def is_over(self, kind: str, now: datetime) -> bool:
        """Tell whether it has reached its greatest length, used or not."""
        longest = LONGEST_SESSION[kind] if self.stage is Stage.FULL else QUESTION_STEP_LIFE
        return now - self.created_at > longest

    def is_stale(self, now: datetime, idle: timedelta) -> bool:
        """Tell whether the time of the last visit is worth writing down again."""
        return now - self.last_seen_at >= seen_pause(idle)


def new_token() -> str:
    """Make a token of 256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """Return what is stored of a token: it is random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
