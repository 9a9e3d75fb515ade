"""Emails of the assisted recovery room."""

from portal.messaging.email.message import Email


def begin_anew(to: str, given_name: str, path: str) -> Email:
    """Send the desk's link to begin anew."""
    return Email(
        kind="recovery:begin-anew",
        to=to,
        is_confirmed=True,
        subject="Get back into your account",
        name=given_name,
        paragraphs=(
            "You told us that you cannot sign in any more, and we have made sure that it is you.",
            (
                "With this link you choose a new password and a new security question. It works"
                " once, for one hour. Authenticator, passkeys and recovery codes are taken away."
            ),
        ),
        action_label="Begin anew",
        action_path=path,
        closing=("If you did not ask for this, do not use the link, and write to us.",),
    )
