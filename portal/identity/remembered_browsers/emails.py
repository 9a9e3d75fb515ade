"""Emails to customers whose browser greets them."""

from portal.messaging.email.message import Email
from portal.platform.core.texts import _


def copied_cookie(to: str, given_name: str) -> Email:
    """Tell a customer that the cookie of a remembered browser was seen in two places."""
    return Email(
        kind="entrance:copied-cookie",
        to=to,
        is_confirmed=True,
        subject=_("We no longer remember your devices"),
        name=given_name,
        paragraphs=(
            _("One of your browsers keeps a cookie, so that we can greet you by name."),
            _("Someone used an old copy of it. They may have copied it from your device."),
            _(
                "Nobody can sign in with it. To be safe, we’ve stopped remembering all your"
                " devices."
            ),
            _("Check the list of where you’re signed in."),
        ),
        action_label=_("See where you’re signed in"),
        action_path="/security",
        closing=(_("Next time you sign in, you can tick “Remember me” again."),),
    )
