"""What the security room writes to customers: every change is told."""

from portal.messaging.email.message import NOT_YOU, OTHERS_OUT, Email


def password_changed(to: str, given_name: str) -> Email:
    """Tell that the password was changed."""
    lines = ("The password of your account was changed.", OTHERS_OUT)
    return _told("password-changed", to, given_name, "Your password was changed", lines)


def question_changed(to: str, given_name: str) -> Email:
    """Tell that the security question was changed."""
    lines = ("The security question of your account, or its answer, was changed.", OTHERS_OUT)
    return _told("question-changed", to, given_name, "Your security question was changed", lines)


def authenticator_added(to: str, given_name: str) -> Email:
    """Tell that an authenticator app was set up."""
    lines = (
        "An authenticator app was set up for your account.",
        "From now on we ask for its code, and no longer for your security question.",
        OTHERS_OUT,
    )
    return _told("authenticator-added", to, given_name, "An authenticator app was set up", lines)


def authenticator_removed(to: str, given_name: str, *, is_question_back: bool) -> Email:
    """Tell that the authenticator app was taken away."""
    lines = ("The authenticator app of your account was removed.", *_back(is_question_back))
    subject = "Your authenticator app was removed"
    return _told("authenticator-removed", to, given_name, subject, lines)


def passkey_added(to: str, given_name: str) -> Email:
    """Tell that a passkey was added."""
    lines = (
        "A passkey was added to your account. With it one signs in without a password.",
        "We no longer ask for your security question.",
        OTHERS_OUT,
    )
    return _told("passkey-added", to, given_name, "A passkey was added", lines)


def passkey_removed(to: str, given_name: str, *, is_question_back: bool) -> Email:
    """Tell that a passkey was taken away."""
    lines = ("A passkey of your account was removed.", *_back(is_question_back))
    return _told("passkey-removed", to, given_name, "A passkey was removed", lines)


def codes_made(to: str, given_name: str) -> Email:
    """Tell that there are new recovery codes."""
    lines = (
        "New recovery codes were made for your account. The old ones no longer work.",
        OTHERS_OUT,
    )
    return _told("codes-made", to, given_name, "You have new recovery codes", lines)


def sign_in_reported(to: str, given_name: str, when: str) -> Email:
    """Say what was done about a sign-in that a customer does not recognise."""
    return Email(
        kind="security:sign-in-reported",
        to=to,
        is_confirmed=True,
        subject="You did not recognise a sign-in",
        name=given_name,
        paragraphs=(
            f"You told us that you do not recognise the sign-in of {when}.",
            (
                "We have ended it and every other one, forgotten the browsers that greet you, and"
                " told our staff, who will look at it."
            ),
            "One step is yours: choose a new password.",
        ),
        action_label="Choose a new password",
        action_path="/security/password",
        closing=("If it was not you who told us, do the same: choose a new password.",),
    )


def _told(kind: str, to: str, given_name: str, subject: str, lines: tuple[str, ...]) -> Email:
    return Email(
        kind=f"security:{kind}",
        to=to,
        is_confirmed=True,
        subject=subject,
        name=given_name,
        paragraphs=lines,
        action_label="See how you sign in",
        action_path="/security",
        closing=(NOT_YOU,),
    )


def _back(is_question_back: bool) -> tuple[str, ...]:  # noqa: FBT001  # said by name above
    again = "From now on we ask for your security question again."
    return (again, OTHERS_OUT) if is_question_back else (OTHERS_OUT,)
