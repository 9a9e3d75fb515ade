"""What is true of a change of address: how long it can wait, and be taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

CONFIRM_WITHIN = timedelta(hours=24)
UNDO_WITHIN = timedelta(days=7)
"""How long the old address can take a change of address back."""

SAME_ADDRESS = "That is the address we have already"
MAILED_ENOUGH = (
    "We cannot send another letter just now. Wait 15 minutes or, after more tries, up to two hours"
)
ASKED = "We have written to the new address. Nothing changes until you use the link in it."
CONFIRMED = "Your new email address is confirmed. You sign in with it from now on."
UNDONE = (
    "Your old email address is back, everybody is signed out, and the old password no longer works."
    " We have sent you a link to choose a new one."
)
"""What people read once it is done."""


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A change of address that waits, or can be taken back. Never printed."""

    old: str
    new: str
    asked_at: datetime

    def __repr__(self) -> str:
        return "AddressChange(…)"
