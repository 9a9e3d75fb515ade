"""Emails of the marketing room."""

from portal.messaging.email.message import Email
from portal.platform.core.texts import _

ASKED = _("Someone, probably you, asked to see and change the marketing choices for this address.")


def to_choices(to: str, path: str) -> Email:
    """Send the link that opens the choices of an address, and nothing else."""
    return Email(
        kind="preferences:to-choices",
        to=to,
        is_confirmed=False,
        subject=_("Your marketing choices"),
        paragraphs=(
            ASKED,
            _("The link opens these choices and nothing else. You don’t need a password."),
            _("It works for 24 hours."),
            _("If the account is going to be deleted, you can only turn marketing off."),
        ),
        action_label=_("See your marketing choices"),
        action_path=path,
        closing=(_("Not you? Ignore this email. Nothing changes without the link."),),
    )


def no_choices(to: str) -> Email:
    """Tell whoever asked for a link that we know nobody with this address."""
    return Email(
        kind="preferences:no-choices",
        to=to,
        is_confirmed=False,
        subject=_("There are no marketing choices for this address"),
        paragraphs=(
            ASKED,
            _("There’s no account with it, so there are no choices to show."),
            _("You may have registered with another address."),
        ),
        action_label=_("Send us a message"),
        action_path="/contact",
        closing=(
            _("Do you get marketing from us at this address? Send us a message and we’ll stop it."),
        ),
    )
