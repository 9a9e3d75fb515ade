"""Announcements: their types, when they are tried again, and which are overtaken."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.platform.core.addresses import spell_email
from portal.platform.core.texts import _, _n, join

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
"""After each try that failed; after the last one it is given up."""
LONGEST_WAIT = timedelta(days=1)
"""The receiver may ask for a longer pause, but not for a longer one than this."""
AWAY = timedelta(seconds=30)
"""How long nothing is tried when the receiver did not answer at all: emails must not wait."""
CLAIM = timedelta(minutes=2)
"""How long a worker may take over one announcement before another may try it."""
GONE = 410
"""The receiver wants no more of it (Standard Webhooks): no second try."""
KEPT_DELIVERED = timedelta(days=30)
KEPT_GIVEN_UP = KEPT_DELIVERED
"""Not longer: what came after one that was given up went no earlier than that, so it is still there
to say that it covers the other."""


class EventType(StrEnum):
    """The type of an announcement. The values are part of the webhook API and never change."""

    CHOICE_CHANGED = "preferences.choice.changed"
    ENTRY_CHANGED = "directories.entry.changed"
    NUMBER_LEFT_OUT = "directories.number.left-out"
    CUSTOMER_CLOSED = "customer.closed"
    CUSTOMER_LEFT = "customer.left"


KINDS = {
    EventType.CHOICE_CHANGED: _("A marketing choice"),
    EventType.ENTRY_CHANGED: _("A directory choice for a number"),
    EventType.NUMBER_LEFT_OUT: _("A number to keep out of directories"),
    EventType.CUSTOMER_CLOSED: _("An account was closed"),
    EventType.CUSTOMER_LEFT: _("A customer’s account was deleted"),
}
OF_A_NUMBER = frozenset({EventType.ENTRY_CHANGED, EventType.NUMBER_LEFT_OUT})
"""What is about a telephone number, which the receiver gets as keyed hashes."""
OWN_KEY = frozenset({EventType.NUMBER_LEFT_OUT, EventType.CUSTOMER_LEFT})
"""What is sealed with a key of its own, because it outlives whom it is about."""
OUTLASTS_CLOSING = "no-more-companies:yes"
"""What a refusal of further companies is about: closing an account leaves it as it was."""
BY = {"customer": "customer", "staff": "staff", "visitor": "link", "system": "system"}
"""Who did it, by the kind of actor: whoever is not signed in has followed a link."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An announcement that is about to be sent. Never printed: it may hold an address.

    `number` is the telephone number it is about, if any and if it can be decrypted.
    """

    id: UUID
    kind: EventType
    occurred_at: datetime
    known_id: UUID
    data: Mapping[str, Any]
    email: str | None
    number: str | None

    def __repr__(self) -> str:
        return f"Claimed({self.id})"

    @property
    def name(self) -> str:
        """Return its webhook-id."""
        return spell_name(self.id)

    def _hash_email(self, hash_value: Callable[[str, str], Sequence[str]]) -> Sequence[str]:
        return hash_value(spell_email(self.email), "email") if self.email else []

    def body(self, hash_value: Callable[[str, str], Sequence[str]]) -> bytes:
        """Return the JSON body; address and number are in it as keyed hashes only.

        `hash_value` returns the hashes of a value of a kind.
        """
        hashes = {"email_hashes": self._hash_email(hash_value)}
        if self.kind in OF_A_NUMBER:
            hashes["number_hashes"] = hash_value(self.number, "telephone") if self.number else []
        data = {"customer": self.known_id.hex, **hashes, **self.data}
        moment = self.occurred_at.astimezone(UTC).isoformat(timespec="microseconds")
        whole = {"type": self.kind, "timestamp": moment.replace("+00:00", "Z"), "data": data}
        return json.dumps(whole, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An announcement that could not be delivered; overtaken when a newer one covers it."""

    id: UUID
    kind: EventType
    known_id: UUID
    occurred_at: datetime
    dead_at: datetime
    tries: int
    last_status: int
    is_overtaken: bool

    @property
    def title(self) -> str:
        """Return its type in words."""
        return KINDS[self.kind]

    @property
    def name(self) -> str:
        """Return its webhook-id."""
        return spell_name(self.id)

    @property
    def answer(self) -> str:
        """Return the receiver's answer to the last try, in words."""
        return f"HTTP {self.last_status}" if self.last_status else _("No answer")


@dataclass(frozen=True, slots=True)
class WebhookCounts:
    """Numbers of announcements that wait, were delivered, and were given up."""

    waiting: int
    delivered: int
    given_up: int
    oldest_waiting_at: datetime | None


@dataclass(frozen=True, slots=True)
class SentAgain:
    """Numbers of announcements sent again, and not sent because newer ones have overtaken them."""

    sent: int
    overtaken: int


def spell_name(announcement_id: UUID) -> str:
    """Return the webhook-id of an announcement: the same each time it is sent."""
    return f"msg_{announcement_id.hex}"


def next_pause(tries: int, asked: timedelta) -> timedelta | None:
    """Return the pause after so many tries; None when it is given up.

    The pause that the receiver asked for counts where it is longer.
    """
    if tries > len(PAUSES):
        return None
    return max(PAUSES[tries - 1], min(asked, LONGEST_WAIT))


OVERTAKEN = _("A newer change covers this one, so we didn’t send it again.")


def spell_sent(done: SentAgain) -> str:
    """Return the result of sending again, in words."""
    if not done.sent:
        return _("Nothing was sent again, because newer changes have replaced these.")
    sent = _n("{number} is on its way again.", "{number} are on their way again.", done.sent)
    if not done.overtaken:
        return sent
    kept = _("Not sent, because newer changes have replaced them: {number}.", number=done.overtaken)
    return join((sent, kept), " ")
