"""Emails of the assisted recovery room."""

from portal.messaging.email.message import Email


def set_up_again(to: str, given_name: str, path: str) -> Email:
    """Send the desk's link for setting up sign-in again."""
    return Email(
        kind="recovery:begin-anew",
        to=to,
        is_confirmed=True,
        subject="Set up your sign-in again",
        name=given_name,
        paragraphs=(
            "You told us you can’t sign in any more. We’ve checked that it’s you.",
            "Use the link to choose a new password and a new security question.",
            "We’ll then remove your authenticator app, passkeys and recovery codes.",
            "The link works once, for one hour.",
        ),
        action_label="Set up your sign-in again",
        action_path=path,
        closing=("Didn’t ask for this? Don’t use the link, and send us a message.",),
    )
