"""Emails of the case links room."""

from portal.messaging.email.message import Email
from portal.platform.core.texts import _


def link(to: str, reference: str, path: str) -> Email:
    """Send the link that opens one message."""
    return Email(
        kind="cases:link",
        to=to,
        is_confirmed=False,
        subject=_("Your message to us ({reference})", reference=reference),
        paragraphs=(
            _("Here’s the link to your message. You can read our answers there, and write back."),
            _("The link works once, for 14 days. You don’t need an account."),
        ),
        reference=reference,
        action_label=_("See your message"),
        action_path=path,
        closing=(_("Didn’t send us a message? Ignore this email."),),
    )
