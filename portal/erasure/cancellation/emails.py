"""Emails of the cancellation room."""

from datetime import date, datetime

from portal.erasure.cancellation.rules import LAST_LETTER
from portal.messaging.email.message import Email
from portal.platform.core.clock import london_day, spell_day, spell_moment

HELD_BACK = (
    "What your receipt lists as kept until the legal hold ends can still be read until then."
    " A court or an authority may ask for it."
)
"""What the last email says besides, where a legal hold keeps something."""


def account_closed(to: str, given_name: str, leaves_at: datetime, held: date | None) -> Email:
    """Say when an account is deleted, and how to keep it."""
    if held:
        when = f"after {spell_day(held)}"
        wait = f"By law we must keep your details until {spell_day(held)}. Then we’ll delete them."
    else:
        when = f"on {spell_day(london_day(leaves_at))}"
        wait = (
            f"We’ll delete it on {spell_moment(leaves_at)}. After that, nobody can bring it back."
        )
    return Email(
        kind="cancellation:account-closed",
        to=to,
        is_confirmed=True,
        subject=f"We’ll delete your account {when}",
        name=given_name,
        paragraphs=(
            "You asked us to delete your account.",
            wait,
            "We’ve already stopped all marketing and signed you out everywhere.",
            "Changed your mind? Sign in before then, and you’ll keep your account.",
        ),
        action_label="Sign in to keep your account",
        action_path="/sign-in",
        closing=("Didn’t ask for this? Sign in and change your password.",),
    )


def account_erased(to: str, given_name: str, *, is_announced: bool) -> Email:
    """Say good-bye; the last email there will be. The receipt is put into it later.

    Where another system is told of it, the address waits until that has heard it, or we gave up.
    """
    forgotten = (
        "We’ll forget your address once our marketing systems know you’ve left, or we’ve given up"
        " telling them."
        if is_announced
        else "We’ve forgotten your address."
    )
    return Email(
        kind=LAST_LETTER,
        to=to,
        is_confirmed=True,
        subject="Your account is deleted",
        name=given_name,
        paragraphs=(
            "As you asked, we’ve deleted your account, your registrations and your details.",
            (
                "We’ve also destroyed the key your details were locked with. So nobody can read"
                " them in our backups either, not even us."
            ),
            (
                "Here’s your receipt. It lists what we deleted, and what stays and until when. It"
                " doesn’t say who you are, and anyone can check it."
            ),
            "The signed receipt is attached as receipt.txt. Keep it: we can’t send it again.",
        ),
        action_label="Check your receipt",
        action_path="/receipts",
        closing=(
            f"This is our last email to you. {forgotten}",
            "If you have a contract for a service, it goes on as it is.",
            "Thank you, and goodbye.",
        ),
    )
