"""What the email change room writes: to the new address and to the old one."""

from portal.messaging.email.message import NOT_YOU, OTHERS_OUT, Email


def confirm_email(to: str, path: str) -> Email:
    """Ask the owner of a new address to confirm it."""
    return Email(
        kind="mailbox:confirm-email",
        to=to,
        is_confirmed=False,
        subject="Confirm your new email address",
        paragraphs=(
            (
                "Somebody who is signed in to an account with us wants to use this address for it."
                " If it was you, confirm that it is yours."
            ),
            (
                "The link works once, for 24 hours. Where you are not signed in, it asks for the"
                " password of that account. Until then we use the old address."
            ),
        ),
        action_label="Confirm this address",
        action_path=path,
        closing=("If you did not ask for this, ignore it. Nothing changes without that password.",),
    )


def change_asked(to: str, given_name: str) -> Email:
    """Tell the old address, while nothing has changed, that another one was asked for."""
    return Email(
        kind="mailbox:change-asked",
        to=to,
        is_confirmed=True,
        subject="Somebody wants to change your email address",
        name=given_name,
        paragraphs=(
            "Somebody who is signed in to your account wants us to use another email address.",
            "Nothing has changed yet. If it was you, follow the link in our letter to the new one.",
            "If it was not you, choose a new password now: that stops it and signs them out.",
        ),
        action_label="Choose a new password",
        action_path="/security/password",
        closing=(NOT_YOU,),
    )


def address_is_taken(to: str) -> Email:
    """Tell the owner of an address that somebody wanted it for their account."""
    return Email(
        kind="mailbox:address-is-taken",
        to=to,
        is_confirmed=False,
        subject="You already have an account",
        paragraphs=(
            "Somebody, probably you, wanted to use this address for another account.",
            "There is an account for it already, so nothing was changed.",
            "To use it for the other account, delete this one first.",
        ),
        action_label="Sign in",
        action_path="/sign-in",
        closing=("If it was not you, you need do nothing. Your account is unchanged.",),
    )


def email_changed(to: str, given_name: str, path: str) -> Email:
    """Tell the old address that there is a new one, and how to take that back."""
    return Email(
        kind="mailbox:email-changed",
        to=to,
        is_confirmed=True,
        subject="Your email address was changed",
        name=given_name,
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
        closing=(
            "We then sign everybody out and send you a link to choose a new password.",
            "Second steps that were set up since are removed.",
        ),
    )


def email_is_yours(to: str, given_name: str) -> Email:
    """Welcome the new address."""
    return Email(
        kind="mailbox:email-is-yours",
        to=to,
        is_confirmed=True,
        subject="We use this address from now on",
        name=given_name,
        paragraphs=(
            "Your account has this email address now. You sign in with it, and we write to it.",
            OTHERS_OUT,
        ),
        action_label="See how you sign in",
        action_path="/security",
        closing=(NOT_YOU,),
    )


def email_is_back(to: str, given_name: str) -> Email:
    """Tell the old address that it is back."""
    return Email(
        kind="mailbox:email-is-back",
        to=to,
        is_confirmed=True,
        subject="Your old email address is back",
        name=given_name,
        paragraphs=(
            "The change of your email address was undone: we use this one again.",
            (
                "Everybody was signed out. Second steps that were set up since are removed, and the"
                " password no longer works. A second letter brings a link to choose a new one: use"
                " it soon, and then look at what else may have been changed."
            ),
        ),
        action_label="See how you sign in",
        action_path="/security",
        closing=(NOT_YOU,),
    )


def email_was_undone(to: str, given_name: str) -> Email:
    """Tell the new address that the account no longer has it."""
    return Email(
        kind="mailbox:email-was-undone",
        to=to,
        is_confirmed=True,
        subject="The change of your email address was undone",
        name=given_name,
        paragraphs=(
            "Somebody with the old address of the account has undone the change to this one.",
            "The account no longer has this address, and everybody was signed out.",
        ),
        closing=(NOT_YOU,),
    )
