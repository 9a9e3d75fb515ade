"""Emails of the profile room."""

from portal.messaging.email.message import Email
from portal.platform.core.texts import _, join

LEFT_DIRECTORIES = _(
    "The number you removed will come out of every directory it was in. A new number isn’t in any."
)


def details_changed(
    to: str, given_name: str, labels: tuple[str, ...], *, has_left_directories: bool = False
) -> Email:
    """Tell a customer which of their details were changed, and what went with a number."""
    return Email(
        kind="profile:details-changed",
        to=to,
        is_confirmed=True,
        subject=_("Your details were changed"),
        name=given_name,
        paragraphs=(
            _("These details were changed on your account: {labels}.", labels=join(labels)),
            _("We don’t put the details themselves in emails. You can see them in your profile."),
            *((LEFT_DIRECTORIES,) if has_left_directories else ()),
        ),
        action_label=_("See your profile"),
        action_path="/profile",
        closing=(_("Not you? Send us a message straight away."),),
    )
