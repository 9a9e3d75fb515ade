"""What the account recovery room writes to people."""

from portal.messaging.email.message import NOT_YOU, Email


def choose_password(to: str, path: str) -> Email:
    """Send the link to a new password."""
    return Email(
        kind="recovery:choose-password",
        to=to,
        is_confirmed=False,
        subject="Choose a new password",
        paragraphs=(
            "Somebody, probably you, asked to choose a new password for your account.",
            (
                "The link works once, for 10 minutes. We also ask for your security question, or"
                " for a code if you have set one up."
            ),
        ),
        action_label="Choose a new password",
        action_path=path,
        closing=("If it was not you, ignore this letter. Nothing changes without the link.",),
    )


def no_account(to: str) -> Email:
    """Tell whoever asked for a link that there is no account with this address."""
    return Email(
        kind="recovery:no-account",
        to=to,
        is_confirmed=False,
        subject="There is no account with this address",
        paragraphs=(
            (
                "Somebody, probably you, asked to choose a new password. There is no account with"
                " this address, so there is nothing to change."
            ),
            "Perhaps you registered with another address.",
        ),
        action_label="Create an account",
        action_path="/register",
        closing=("If it was not you, you need do nothing.",),
    )


def password_changed(to: str, given_name: str) -> Email:
    """Tell that a password was replaced by a link."""
    return Email(
        kind="recovery:password-changed",
        to=to,
        is_confirmed=True,
        subject="Your password was changed",
        name=given_name,
        paragraphs=(
            "A new password was chosen with the link we sent you. You were signed out everywhere.",
        ),
        action_label="Sign in",
        action_path="/sign-in",
        closing=(NOT_YOU,),
    )


def secrets_replaced(to: str, given_name: str) -> Email:
    """Tell that password and question were replaced by the desk's link."""
    return Email(
        kind="recovery:secrets-replaced",
        to=to,
        is_confirmed=True,
        subject="Your password and security question were changed",
        name=given_name,
        paragraphs=(
            (
                "Both were chosen anew with the link that our staff sent you, and you were signed"
                " out everywhere."
            ),
        ),
        action_label="Sign in",
        action_path="/sign-in",
        closing=(NOT_YOU,),
    )
