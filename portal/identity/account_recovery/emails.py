"""Emails of the account recovery room."""

from portal.messaging.email.message import NOT_YOU, Email
from portal.platform.core.texts import _


def choose_password(to: str, path: str) -> Email:
    """Send the link to a new password."""
    return Email(
        kind="recovery:choose-password",
        to=to,
        is_confirmed=False,
        subject=_("Choose a new password"),
        paragraphs=(
            _("Someone, probably you, asked to choose a new password for your account."),
            _("The link works once, for 10 minutes."),
            _(
                "We’ll also ask your security question. If you’ve set up an authenticator app or a"
                " passkey, we’ll ask for a code instead."
            ),
        ),
        action_label=_("Choose a new password"),
        action_path=path,
        closing=(_("Not you? Ignore this email. Nothing changes without the link."),),
    )


def no_account(to: str) -> Email:
    """Tell whoever asked for a link that there is no account with this address."""
    return Email(
        kind="recovery:no-account",
        to=to,
        is_confirmed=False,
        subject=_("There’s no account with this address"),
        paragraphs=(
            _("Someone, probably you, asked to choose a new password."),
            _("There’s no account with this address, so there’s no password to change."),
            _("You may have registered with another address."),
        ),
        action_label=_("Create an account"),
        action_path="/register",
        closing=(_("Not you? You don’t need to do anything."),),
    )


def password_changed(to: str, given_name: str) -> Email:
    """Tell a customer that their password was replaced by a link."""
    return Email(
        kind="recovery:password-changed",
        to=to,
        is_confirmed=True,
        subject=_("Your password was changed"),
        name=given_name,
        paragraphs=(
            _("Someone used the link we emailed you to choose a new password."),
            _("We’ve signed you out everywhere. If it was you, sign in with the new password."),
        ),
        action_label=_("Sign in"),
        action_path="/sign-in",
        closing=(NOT_YOU,),
    )


def secrets_replaced(to: str, given_name: str) -> Email:
    """Tell that password and question were replaced by the desk's link."""
    return Email(
        kind="recovery:secrets-replaced",
        to=to,
        is_confirmed=True,
        subject=_("Your password and security question were changed"),
        name=given_name,
        paragraphs=(
            _(
                "Someone used the link from our staff to choose a new password and security"
                " question."
            ),
            _("We’ve removed your authenticator app, passkeys and recovery codes, if you had any."),
            _("We’ve signed you out everywhere. If it was you, sign in with the new password."),
        ),
        action_label=_("Sign in"),
        action_path="/sign-in",
        closing=(NOT_YOU,),
    )
