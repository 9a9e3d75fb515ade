"""What is true of a change of address: how long it can wait, and be taken back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.platform.core.clock import london_day, spell_day, spell_moment
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _

CONFIRM_WITHIN = timedelta(hours=24)
UNDO_WITHIN = timedelta(days=7)
"""How long the old address can take a change of address back."""

SAME_ADDRESS = _("That’s already your email address. Enter a different one")
MAILED_ENOUGH = _("We can’t send another of these emails yet. Try again in two hours")
WRONG_ACCOUNT = _(
    "That isn’t the password for the account that asked for this address. Check it and try again"
)
ASKED = _(
    "Check your email. We’ve sent a link to your new address. Nothing changes until you use it."
)
CONFIRMED = _("Your new email address is confirmed. Sign in with it from now on.")
NOT_YOURS = _(
    "Messages that someone sent us with the new address, without signing in, aren’t in"
    " your account. Deleting your account won’t delete them."
)
"""Of the address that an undone change was to."""
CANCELLED = _("We’ve cancelled the change. Your email address stays as it is.")
NOT_WAITING = _("There’s no change of email address to cancel.")
UNDONE = _(
    "Your old email address is back. We’ve signed everyone out, and your old password no longer"
    " works. We’ve emailed you a link to choose a new one."
)
"""What people read once it is done."""
CLOSED = _(
    "We’ll delete your account on {moment}. To keep it, choose a new"
    " password with the link we email you. You must sign in with it before we delete"
    " your account."
)
CLOSED_AND_HELD = _(
    "We’ll delete your account after {day}. To keep it, choose a new"
    " password with the link we email you. You must sign in with it before we delete"
    " your account."
)
"""Said of an account that is closed, also where a legal hold keeps it for longer."""


@dataclass(frozen=True, slots=True)
class PendingEmailChange:
    """A change of email address that can still be confirmed or undone, and whose. Never printed."""

    customer_id: CustomerId
    old: str
    new: str
    asked_at: datetime

    def __repr__(self) -> str:
        return "PendingEmailChange(…)"


@dataclass(frozen=True, slots=True)
class Closing:
    """That an account is closed: when it is deleted, and until when a legal hold keeps it."""

    leaves_at: datetime
    held_until: date | None

    @property
    def words(self) -> str:
        """Say when it is deleted, and how to keep it."""
        held = self.held_until
        is_later = held is not None and held >= london_day(self.leaves_at)
        if held and is_later:
            return CLOSED_AND_HELD.format(day=spell_day(held))
        return CLOSED.format(moment=spell_moment(self.leaves_at))
