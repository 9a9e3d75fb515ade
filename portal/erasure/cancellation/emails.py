"""What the cancellation room writes to people."""

from datetime import date, datetime

from portal.erasure.cancellation.rules import LAST_LETTER
from portal.messaging.email.message import Email
from portal.platform.core.clock import spell_day, spell_moment


def account_closed(to: str, given_name: str, leaves_at: datetime, held: date | None) -> Email:
    """Say when an account is deleted, and how to keep it."""
    if held:
        wait = f"The law makes us keep your details until {spell_day(held)}. Then they go."
    else:
        wait = f"We delete it on {spell_moment(leaves_at)}. Nothing can bring it back after that."
    return Email(
        kind="cancellation:account-closed",
        to=to,
        is_confirmed=True,
        subject="Your account is closed",
        name=given_name,
        paragraphs=(
            "As you asked, your account is closed and all marketing has stopped.",
            wait,
            "Changed your mind? Sign in before then, and your account is back.",
        ),
        action_label="Sign in to keep it",
        action_path="/sign-in",
        closing=("If you did not ask for this, sign in and change your password.",),
    )


def account_erased(to: str, given_name: str, *, is_announced: bool) -> Email:
    """Say good-bye; the last email there will be. The receipt is put into it later.

    Where another system is told of it, the address waits until that has heard it, or we gave up.
    """
    forgotten = (
        "We forget the address it went to as soon as our marketing systems know that you have left,"
        " or we have given up telling them."
        if is_announced
        else "We have forgotten the address it went to."
    )
    return Email(
        kind=LAST_LETTER,
        to=to,
        is_confirmed=True,
        subject="Your account is deleted",
        name=given_name,
        paragraphs=(
            "As you asked, we have cancelled your registrations and deleted your details.",
            "We have also destroyed the key that they were locked with.",
            "So old copies of our database cannot be read either.",
            f"This is the last letter we send you. {forgotten}",
            "Here is your receipt. It says nothing about you, and anybody can check it:",
        ),
        action_label="Check the receipt",
        action_path="/receipts",
        closing=("Any contract you have for a service goes on as it is.",),
    )
