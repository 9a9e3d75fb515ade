"""Emails of the assisted choices room."""

from portal.messaging.email.message import Email
from portal.platform.core.texts import _


def choices_set(to: str, given_name: str, changes: tuple[str, ...]) -> Email:
    """Tell a customer what our staff changed for them, and how to undo it."""
    return Email(
        kind="callers:choices-set",
        to=to,
        is_confirmed=True,
        subject=_("Your marketing choices were changed for you"),
        name=given_name,
        paragraphs=(
            _("Our staff changed your marketing choices. You asked us to, or someone did for you."),
            _("This is what changed:"),
            *changes,
            _("You can change your choices back at any time."),
        ),
        action_label=_("See your marketing choices"),
        action_path="/preferences",
        closing=(_("Didn’t ask for this? Change your choices back, and send us a message."),),
    )
