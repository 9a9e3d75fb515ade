"""Emails of the assisted recovery room."""

from portal.messaging.email.message import Email
from portal.platform.core.texts import _


def set_up_again(to: str, given_name: str, path: str) -> Email:
    """Send the desk's link for setting up sign-in again."""
    return Email(
        kind="recovery:begin-anew",
        to=to,
        is_confirmed=True,
        subject=_("Set up your sign-in again"),
        name=given_name,
        paragraphs=(
            _("You told us you can’t sign in any more. We’ve checked that it’s you."),
            _("Use the link to choose a new password and a new security question."),
            _("We’ll then remove your authenticator app, passkeys and recovery codes."),
            _("The link works once, for one hour."),
        ),
        action_label=_("Set up your sign-in again"),
        action_path=path,
        closing=(_("Didn’t ask for this? Don’t use the link, and send us a message."),),
    )
