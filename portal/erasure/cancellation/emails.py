"""Emails of the cancellation room."""

from collections.abc import Sequence
from datetime import date, datetime

from portal.erasure.cancellation.rules import LAST_LETTER
from portal.messaging.email.message import Email
from portal.platform.core.clock import london_day, spell_day, spell_moment
from portal.platform.core.texts import _

HELD_BACK = _(
    "Your receipt lists what a legal hold keeps. A court or an authority may ask for"
    " that, so it can still be read until the hold ends."
)
"""What the last email says besides, where a legal hold keeps something."""


def account_closed(to: str, given_name: str, leaves_at: datetime, held: date | None) -> Email:
    """Say when an account is deleted, and how to keep it."""
    if held:
        subject = _("We’ll delete your account after {day}", day=spell_day(held))
        wait = _(
            "We have to keep your details until {day}, because of a legal matter. Then we’ll delete"
            " them.",
            day=spell_day(held),
        )
    else:
        day = spell_day(london_day(leaves_at))
        subject = _("We’ll delete your account on {day}", day=day)
        wait = _(
            "We’ll delete it on {moment}. After that, nobody can bring it back.",
            moment=spell_moment(leaves_at),
        )
    return Email(
        kind="cancellation:account-closed",
        to=to,
        is_confirmed=True,
        subject=subject,
        name=given_name,
        paragraphs=(
            _("You asked us to delete your account."),
            wait,
            _("We’ve already stopped all marketing and signed you out everywhere."),
            _("Changed your mind? Sign in before then, and you’ll keep your account."),
        ),
        action_label=_("Sign in to keep your account"),
        action_path="/sign-in",
        closing=(_("Didn’t ask for this? Sign in and change your password."),),
    )


def account_erased(to: str, given_name: str, unsent: Sequence[str], *, is_announced: bool) -> Email:
    """Say good-bye; the last email there will be. The receipt is put into it later.

    `unsent` is what other emails would have told them, of what was done with their account before.
    Where another system is told of it, the address waits until that has heard it, or we gave up.
    """
    forgotten = (
        _(
            "This is our last email to you. We’ll delete your address once our marketing"
            " systems know your account is deleted, or we’ve stopped trying to tell them."
        )
        if is_announced
        else _("This is our last email to you. We delete your address once it’s sent.")
    )
    return Email(
        kind=LAST_LETTER,
        to=to,
        is_confirmed=True,
        subject=_("Your account is deleted"),
        name=given_name,
        paragraphs=(
            _("As you asked, we’ve deleted your account, your registrations and your details."),
            (
                _(
                    "We’ve also destroyed the key your details were locked with. So nobody can read"
                    " them in our backups either, not even us."
                )
            ),
            (
                _(
                    "Here’s your receipt. It lists what we deleted, and what stays and until"
                    " when. It"
                    " doesn’t say who you are, and anyone can check it."
                )
            ),
            _("The signed receipt is attached as receipt.txt. Keep it: we can’t send it again."),
            *((_("This also happened on your account, just before:"), *unsent) if unsent else ()),
        ),
        action_label=_("Check your receipt"),
        action_path="/receipts",
        closing=(
            forgotten,
            _("If you have a contract for a service, it goes on as it is."),
            _("Thank you, and goodbye."),
        ),
    )
