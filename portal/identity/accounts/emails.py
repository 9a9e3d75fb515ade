"""Emails of the account room."""

from portal.messaging.email.message import Email
from portal.platform.core.texts import _


def confirm_address(to: str, path: str) -> Email:
    """Ask somebody who registered to confirm their address."""
    return Email(
        kind="account:confirm-address",
        to=to,
        is_confirmed=False,
        subject=_("Confirm your email address"),
        paragraphs=(
            _(
                "Thank you for registering. There’s one step left: confirm that this address"
                " is yours."
            ),
            _("You’ll need the password you chose when you registered."),
            _("The link works once, for 24 hours."),
        ),
        action_label=_("Confirm your email address"),
        action_path=path,
        closing=(
            _(
                "Didn’t register? Ignore this email. Nobody can use your address unless you confirm"
                " it."
            ),
            _("After 24 hours, we’ll delete what was typed."),
        ),
    )


def already_registered(to: str) -> Email:
    """Tell the owner of an address that somebody tried to register with it again."""
    return Email(
        kind="account:already-registered",
        to=to,
        is_confirmed=False,
        subject=_("You already have an account"),
        paragraphs=(
            _("Someone, probably you, tried to register with this address."),
            _("It already has an account, so we haven’t made a second one."),
            _("You can sign in as usual."),
        ),
        action_label=_("Sign in"),
        action_path="/sign-in",
        closing=(_("Not you? You don’t need to do anything. Your account hasn’t changed."),),
    )


def address_is_no_use(to: str) -> Email:
    """Tell the owner of an address that no account can have it."""
    return Email(
        kind="account:address-is-no-use",
        to=to,
        is_confirmed=False,
        subject=_("Please register with another email address"),
        paragraphs=(
            _("Someone, probably you, tried to register with this address."),
            _("Our system can’t tell it from another one. It treats ß and ss as the same."),
            _("So no account can have this address. You can register with any other."),
        ),
        action_label=_("Create an account"),
        action_path="/register",
        closing=(_("Not you? You don’t need to do anything."),),
    )


def account_is_back(to: str, given_name: str) -> Email:
    """Tell a customer that their account is no longer to be deleted."""
    return Email(
        kind="account:account-is-back",
        to=to,
        is_confirmed=True,
        subject=_("Your account is back"),
        name=given_name,
        paragraphs=(
            _("You signed in, so we won’t delete your account. Your details haven’t changed."),
            _("All marketing is off. You can choose again at any time."),
        ),
        action_label=_("See your marketing choices"),
        action_path="/preferences",
        closing=(_("If it wasn’t you who signed in, send us a message straight away."),),
    )
