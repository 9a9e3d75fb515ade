"""What is true of how somebody signs in: what their page says, and how long changes can wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import segno

from portal.account.rules import Details
from portal.credentials.rules import SHORTEST_PASSWORD, SHORTEST_WITH_FACTOR
from portal.factors.rules import Factors, enrolment_address
from portal.kernel.clock import london_day
from portal.kernel.ids import SessionId
from portal.kernel.visit import Device
from portal.sessions.rules import Remembered

UNDO_WITHIN = timedelta(days=7)
"""How long the old address can take a change of address back."""
CONFIRM_EMAIL_WITHIN = timedelta(hours=24)
LISTED = 10
"""Sign-ins on the page itself."""
PAGE = 30
"""Sign-ins on each page of all of them."""
MOST_REFUSED = 10
QUIET_ZONE = 4
"""Light squares around the picture for an app (ISO/IEC 18004, 6.3.8)."""
A_MONTH, A_YEAR = 30, 365
"""Days, for saying roughly how old something is."""

WRONG_CODE = "That code is not right. Wait for the next one, and type that"
WRONG_PASSKEY = "That passkey did not work, so it was not kept. Try again"
SAME_PASSWORD = "That is the password you have now. Choose another one"  # noqa: S105  # words
SAME_ADDRESS = "That is the address we have already"
MAILED_ENOUGH = "We cannot send another letter just now. Wait 15 minutes, then try again"
DONE = {
    "password": "Your password is changed. You are signed out everywhere else.",
    "question": "Your security question is changed. You are signed out everywhere else.",
    "authenticator": "Your new authenticator app works. You are signed out everywhere else.",
    "no-authenticator": "The authenticator app is removed. You are signed out everywhere else.",
    "passkey": "Your passkey is added. You are signed out everywhere else.",
    "no-passkey": "The passkey is removed. You are signed out everywhere else.",
    "one": "You are signed out there.",
    "others": "You are signed out everywhere else.",
    "browser": "That browser no longer greets you.",
    "unknown": (
        "Thank you for telling us. We have ended that sign-in and every other one but this,"
        " forgotten your browsers, and told our staff. Now choose a new password."
    ),
    "email": "We have written to the new address. Nothing changes until you use the link in it.",
    "confirmed": "Your new email address is confirmed. You sign in with it from now on.",
    "undone": (
        "Your old email address is back, and everybody is signed out. We have sent you a link to"
        " choose a new password."
    ),
}
"""What people read once it is done."""
REFUSED = {
    "password": "The password was wrong",
    "password-again": "The password was wrong, asked a second time",
    "answer": "The answer to the security question was wrong",
    "authenticator": "The code of the authenticator app was wrong",
    "mailed-code": "The code from a letter was wrong",
    "recovery-code": "The recovery code was wrong",
    "passkey": "The passkey did not fit",
}
"""What went wrong in a try to sign in, by the step that the audit trail names."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """One sign-in, as its owner reads it; `last_seen_at` only where it was asked for."""

    id: UUID
    happened_at: datetime
    device: Device
    means: str
    session_id: SessionId
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A try to sign in that failed; of whoever tried, nothing is kept."""

    at: datetime
    text: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody signs in; `pending` is the secret of an app that is being set up."""

    details: Details
    question: str
    password_set_at: datetime
    factors: Factors
    pending: str = ""

    def __repr__(self) -> str:
        return "Standing(…)"


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page shows."""

    mine: Standing
    open: tuple[Entrance, ...]
    browsers: tuple[Remembered, ...]
    past: tuple[Entrance, ...]
    refused: tuple[Refusal, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A change of address that waits, or can be taken back. Never printed."""

    old: str
    new: str
    asked_at: datetime

    def __repr__(self) -> str:
        return "AddressChange(…)"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture for an authenticator app: how many squares wide, and which are dark (SVG path)."""

    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What sets an authenticator app up: to type, to follow on the same device, to point at."""

    secret: str
    address: str
    drawing: Drawing

    def __repr__(self) -> str:
        return "Enrolment(…)"


def prepare(mine: Standing, brand: str) -> Enrolment | None:
    """Return what sets up the app that somebody has begun with; None for nobody."""
    if not mine.pending:
        return None
    address = enrolment_address(mine.pending, mine.details.email, brand)
    return Enrolment(spell_secret(mine.pending), address, draw(address))


def shortest_password(factors: Factors) -> int:
    """Return how many characters a password needs: fewer beside something stronger."""
    return SHORTEST_WITH_FACTOR if factors.are_strong else SHORTEST_PASSWORD


def draw(text: str) -> Drawing:
    """Draw a text as a QR code with its quiet zone."""
    code = segno.make(text, error="m", micro=False)
    rows = list(code.matrix_iter(border=QUIET_ZONE))
    dark = (
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, square in enumerate(row) if square
    )
    return Drawing(len(rows), "".join(dark))


def spell_age(then: datetime, now: datetime) -> str:
    """Say how long ago a moment was, in days of London: today, 12 days ago, 3 months ago."""
    days = (london_day(now) - london_day(then)).days
    if days < 1:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 2 * A_MONTH:
        return f"{days} days ago"
    if days < 2 * A_YEAR:
        return f"{days // A_MONTH} months ago"
    return f"{days // A_YEAR} years ago"


def spell_place(device: Device, present: Device) -> str:
    """Say where a device is, as far as is known."""
    if device.place:
        return device.place
    same = device.network and device.network == present.network
    return "This network" if same else "Another network"


def spell_secret(secret: str) -> str:
    """Return the secret of an authenticator as one types it: in groups of four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
