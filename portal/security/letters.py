"""What the security room writes to customers: every change is told."""

from portal.mail.letter import Letter

NOT_YOU = "If it was not you, write to us straight away: somebody reads your letters."
OTHERS_OUT = "You were signed out everywhere but where you did this."


def password_changed(to: str, given_name: str) -> Letter:
    """Tell that the password was changed."""
    lines = ("The password of your account was changed.", OTHERS_OUT)
    return _told("password-changed", to, given_name, "Your password was changed", lines)


def question_changed(to: str, given_name: str) -> Letter:
    """Tell that the security question was changed."""
    lines = ("The security question of your account, or its answer, was changed.", OTHERS_OUT)
    return _told("question-changed", to, given_name, "Your security question was changed", lines)


def authenticator_added(to: str, given_name: str) -> Letter:
    """Tell that an authenticator app was set up."""
    lines = (
        "An authenticator app was set up for your account.",
        "From now on we ask for its code, and no longer for your security question.",
        OTHERS_OUT,
    )
    return _told("authenticator-added", to, given_name, "An authenticator app was set up", lines)


def authenticator_removed(to: str, given_name: str, *, is_question_back: bool) -> Letter:
    """Tell that the authenticator app was taken away."""
    lines = ("The authenticator app of your account was removed.", *_back(is_question_back))
    subject = "Your authenticator app was removed"
    return _told("authenticator-removed", to, given_name, subject, lines)


def passkey_added(to: str, given_name: str) -> Letter:
    """Tell that a passkey was added."""
    lines = (
        "A passkey was added to your account. With it one signs in without a password.",
        "We no longer ask for your security question.",
        OTHERS_OUT,
    )
    return _told("passkey-added", to, given_name, "A passkey was added", lines)


def passkey_removed(to: str, given_name: str, *, is_question_back: bool) -> Letter:
    """Tell that a passkey was taken away."""
    lines = ("A passkey of your account was removed.", *_back(is_question_back))
    return _told("passkey-removed", to, given_name, "A passkey was removed", lines)


def codes_made(to: str, given_name: str) -> Letter:
    """Tell that there are new recovery codes."""
    lines = (
        "New recovery codes were made for your account. The old ones no longer work.",
        OTHERS_OUT,
    )
    return _told("codes-made", to, given_name, "You have new recovery codes", lines)


def sign_in_reported(to: str, given_name: str, when: str) -> Letter:
    """Say what was done about a sign-in that a customer does not recognise."""
    return Letter(
        kind="security:sign-in-reported",
        to=to,
        subject="You did not recognise a sign-in",
        greeting=f"Hello {given_name},",
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


def confirm_email(to: str, given_name: str, path: str) -> Letter:
    """Ask the owner of a new address to confirm it."""
    return Letter(
        kind="security:confirm-email",
        to=to,
        subject="Confirm your new email address",
        greeting=f"Hello {given_name},",
        paragraphs=(
            "You want us to use this address from now on. Confirm that it is yours.",
            "The link works once, for 24 hours. Until then we use the old address.",
        ),
        action_label="Confirm this address",
        action_path=path,
        closing=("If you did not ask for this, ignore it. Nothing changes without the link.",),
    )


def address_is_taken(to: str) -> Letter:
    """Tell the owner of an address that somebody wanted it for their account."""
    return Letter(
        kind="security:address-is-taken",
        to=to,
        subject="You already have an account",
        greeting="Hello,",
        paragraphs=(
            "Somebody, probably you, wanted to use this address for another account.",
            "There is an account for it already, so nothing was changed.",
            "To use it for the other account, delete this one first.",
        ),
        action_label="Sign in",
        action_path="/sign-in",
        closing=("If it was not you, you need do nothing. Your account is unchanged.",),
    )


def email_changed(to: str, given_name: str, path: str) -> Letter:
    """Tell the old address that there is a new one, and how to take that back."""
    return Letter(
        kind="security:email-changed",
        to=to,
        subject="Your email address was changed",
        greeting=f"Hello {given_name},",
        paragraphs=(
            (
                "Your account now has another email address. We no longer write to this one, and"
                " you no longer sign in with it."
            ),
            "If it was you, there is nothing to do.",
            "If it was not you, take it back with this link. It works for 7 days.",
        ),
        action_label="Take it back",
        action_path=path,
        closing=("We then sign everybody out and send you a link to choose a new password.",),
    )


def email_is_yours(to: str, given_name: str) -> Letter:
    """Welcome the new address."""
    return Letter(
        kind="security:email-is-yours",
        to=to,
        subject="We use this address from now on",
        greeting=f"Hello {given_name},",
        paragraphs=(
            "Your account has this email address now. You sign in with it, and we write to it.",
            OTHERS_OUT,
        ),
        action_label="See how you sign in",
        action_path="/security",
        closing=(NOT_YOU,),
    )


def email_is_back(to: str, given_name: str) -> Letter:
    """Tell the old address that it is back."""
    return Letter(
        kind="security:email-is-back",
        to=to,
        subject="Your old email address is back",
        greeting=f"Hello {given_name},",
        paragraphs=(
            "The change of your email address was undone: we use this one again.",
            (
                "Everybody was signed out. A second letter brings a link to choose a new password:"
                " use it soon, and then look at what else may have been changed."
            ),
        ),
        action_label="See how you sign in",
        action_path="/security",
        closing=(NOT_YOU,),
    )


def email_was_undone(to: str, given_name: str) -> Letter:
    """Tell the new address that the account no longer has it."""
    return Letter(
        kind="security:email-was-undone",
        to=to,
        subject="The change of your email address was undone",
        greeting=f"Hello {given_name},",
        paragraphs=(
            "Somebody with the old address of the account has undone the change to this one.",
            "The account no longer has this address, and everybody was signed out.",
        ),
        closing=(NOT_YOU,),
    )


def _told(kind: str, to: str, given_name: str, subject: str, lines: tuple[str, ...]) -> Letter:
    return Letter(
        kind=f"security:{kind}",
        to=to,
        subject=subject,
        greeting=f"Hello {given_name},",
        paragraphs=lines,
        action_label="See how you sign in",
        action_path="/security",
        closing=(NOT_YOU,),
    )


def _back(is_question_back: bool) -> tuple[str, ...]:  # noqa: FBT001  # said by name above
    again = "From now on we ask for your security question again."
    return (again, OTHERS_OUT) if is_question_back else (OTHERS_OUT,)
