"""What is known of times of which lines of the trail, and other rows, are missing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class GapReason(StrEnum):
    """Why lines of a time are missing."""

    RESTORED = "restored"
    """A backup was put back: what came after it is not in it."""
    SEARCHES = "searches"
    """An earlier release did not write which messages a search had listed."""


@dataclass(frozen=True, slots=True)
class TrailGap:
    """A time of which lines are missing; without a start, all of before."""

    why: GapReason
    began_at: datetime | None
    ended_at: datetime
