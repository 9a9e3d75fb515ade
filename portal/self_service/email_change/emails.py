"""Emails of the email change room: to the new address and to the old one."""

from datetime import timedelta

from portal.identity.account_recovery.rules import RESET_WITHIN
from portal.messaging.email.message import NOT_YOU, OTHERS_OUT, Email
from portal.platform.core.texts import _

CHOICES_BACK = _(
    "Some choices were made after someone asked for the change. This is how we’ve undone them:"
)


def confirm_email(to: str, path: str) -> Email:
    """Ask the owner of a new address to confirm it."""
    return Email(
        kind="mailbox:confirm-email",
        to=to,
        is_confirmed=False,
        subject=_("Confirm your new email address"),
        paragraphs=(
            _("Someone who is signed in to an account with us wants to use this address for it."),
            _(
                "If that was you, confirm that this address is yours. Until then we use the"
                " old one."
            ),
            _("If you aren’t signed in, you’ll need the password of that account."),
            _("The link works once, for 24 hours."),
        ),
        action_label=_("Confirm your new email address"),
        action_path=path,
        closing=(_("Not you? Ignore this email. Nobody can use the link without the password."),),
    )


def change_asked(to: str, given_name: str) -> Email:
    """Tell the old address, while nothing has changed, that another one was asked for."""
    return Email(
        kind="mailbox:change-asked",
        to=to,
        is_confirmed=True,
        subject=_("Someone wants to change your email address"),
        name=given_name,
        paragraphs=(
            _("Someone signed in to your account wants us to use another email address."),
            _(
                "Nothing has changed yet. If it was you, use the link we emailed to the new"
                " address."
            ),
            _("Not you? Choose a new password now. That stops the change and signs them out."),
        ),
        action_label=_("Choose a new password"),
        action_path="/security/password",
        closing=(_("Then send us a message straight away. Someone may be using your account."),),
    )


def address_is_taken(to: str) -> Email:
    """Tell the owner of an address that somebody wanted it for their account."""
    return Email(
        kind="mailbox:address-is-taken",
        to=to,
        is_confirmed=False,
        subject=_("You already have an account"),
        paragraphs=(
            _("Someone, probably you, wanted to use this address for another account."),
            _("It already has an account of its own, so nothing has changed."),
            _(
                "To free this address, sign in with it. Then change that account’s email address,"
                " or delete that account."
            ),
        ),
        action_label=_("Sign in"),
        action_path="/sign-in",
        closing=(_("Not you? You don’t need to do anything. Your account hasn’t changed."),),
    )


def email_changed(to: str, given_name: str, path: str) -> Email:
    """Tell the old address that there is a new one, and how to take that back."""
    return Email(
        kind="mailbox:email-changed",
        to=to,
        is_confirmed=True,
        subject=_("Your email address was changed"),
        name=given_name,
        paragraphs=(
            _("Your account now has another email address. You’ll sign in with that one."),
            _("We’ll no longer email you at this address."),
            _("If that was you, there’s nothing to do."),
            _("Not you? Use the link to get this address back. It works for 7 days."),
        ),
        action_label=_("Get your old email address back"),
        action_path=path,
        closing=(
            _("We’ll then sign everyone out, and email you a link to choose a new password."),
            _("We’ll also remove any authenticator app or passkey added since the change."),
        ),
    )


def email_is_yours(to: str, given_name: str) -> Email:
    """Welcome the new address."""
    return Email(
        kind="mailbox:email-is-yours",
        to=to,
        is_confirmed=True,
        subject=_("We’ll use this address from now on"),
        name=given_name,
        paragraphs=(
            _(
                "Your account now has this email address. Sign in with it, and we’ll email"
                " you here."
            ),
            OTHERS_OUT,
        ),
        action_label=_("See how you sign in"),
        action_path="/security",
        closing=(NOT_YOU,),
    )


def email_is_back(
    to: str, given_name: str, closed: str = "", choices: tuple[str, ...] = ()
) -> Email:
    """Tell the old address that it is back, and which choices were taken back with the change.

    `closed` says when the account is deleted, where it is closed.
    """
    taken_back = (CHOICES_BACK, *choices) if choices else ()
    return Email(
        kind="mailbox:email-is-back",
        to=to,
        is_confirmed=True,
        subject=_("Your old email address is back"),
        name=given_name,
        paragraphs=(
            _("We’ve undone the change of your email address. We’ll use this one again."),
            *((closed,) if closed else ()),
            _("We’ve signed everyone out, and your old password no longer works."),
            _("We’ve removed any authenticator app or passkey added since the change."),
            *taken_back,
            _(
                "Look for a second email from us, with a link to choose a new password. It works"
                " for {minutes} minutes. If it has stopped working, select “Forgotten your"
                " password?” to get another.",
                minutes=RESET_WITHIN // timedelta(minutes=1),
            ),
            _("Then check what else may have been changed."),
        ),
        action_label=_("See how you sign in"),
        action_path="/security",
        closing=(NOT_YOU,),
    )


def email_was_undone(to: str, given_name: str) -> Email:
    """Tell the new address that the account no longer has it."""
    return Email(
        kind="mailbox:email-was-undone",
        to=to,
        is_confirmed=True,
        subject=_("The change of your email address was undone"),
        name=given_name,
        paragraphs=(
            _("Someone used the link we emailed to your old address. That undid the change."),
            _("Your account no longer has this address. We’ve signed everyone out."),
        ),
        action_label=_("Send us a message"),
        action_path="/contact",
        closing=(NOT_YOU,),
    )
