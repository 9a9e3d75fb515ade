"""Who is behind a request, as the session row and the person's row say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.platform.core.ids import SessionId
from portal.platform.core.texts import _

CUSTOMER, STAFF = "customer", "staff"
"""The two kinds of people who sign in."""
SEEN_AT_MOST_EVERY = timedelta(seconds=30)
WARNED_BEFORE = timedelta(minutes=2)
"""How long before a time-out a page says so, where scripts run."""
FRESH_FOR = timedelta(minutes=5)
"""How long a proof of who one is counts as fresh, for what cannot be undone (ASVS 7.5.1)."""


def seen_pause(idle: timedelta) -> timedelta:
    """Return how seldom a visit is written down: half a minute, less for short sessions."""
    return min(SEEN_AT_MOST_EVERY, idle / 60)


class Ended(StrEnum):
    """Why a session no longer holds."""

    IDLE = "idle"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Device:
    """Where a request comes from, in plain words; `network` is the address without its end."""

    name: str = ""
    place: str = ""
    network: str = ""

    def where(self, present: "Device") -> str:
        """Say where it is, as far as is known; `present` is the device of whoever asks."""
        same = self.network and self.network == present.network
        return self.place or (_("This network") if same else _("Another network"))

    def words(self) -> dict[str, str]:
        """Return it as a part of a document to seal."""
        return {"device": self.name, "place": self.place, "network": self.network}

    @classmethod
    def from_words(cls, words: Mapping[str, str]) -> "Device":
        """Make it of its part of a document."""
        return cls(words["device"], words["place"], words["network"])


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
    is_setting_up: bool
    is_stale: bool
    ended: Ended | None
    signed_in_before_at: datetime | None
    proved_at: datetime | None
    must_choose: bool = False
    """Whether a new password comes first: they have said that somebody else was in."""

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether the person has proved who they are within the last minutes."""
        return self.proved_at is not None and now - self.proved_at <= FRESH_FOR
