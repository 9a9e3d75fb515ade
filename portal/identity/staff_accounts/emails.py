"""Emails to colleagues."""

from portal.messaging.email.message import OTHERS_OUT, Email, say_where
from portal.platform.core.texts import _
from portal.platform.core.visit import Device

NOT_YOU = _("Not you? Tell an administrator straight away: someone may be using your account.")


def invitation(to: str, path: str) -> Email:
    """Invite somebody to the desk, or to set up their sign-in again."""
    return Email(
        kind="staff:invitation",
        to=to,
        is_confirmed=False,
        subject=_("Set up your account at the privacy desk"),
        paragraphs=(
            _("A colleague has set up or renewed your account at the privacy desk."),
            _("Use the link to choose a password and set up an authenticator app or a passkey."),
            _("It works once, for 10 minutes."),
            _("Already have an account? This replaces everything you signed in with."),
        ),
        action_label=_("Set up your account"),
        action_path=path,
        closing=(_("Too late? Ask your colleague to send it again."),),
    )


def new_device(to: str, name: str, device: Device, when: str) -> Email:
    """Tell a colleague of a sign-in with a new device."""
    lines = (
        _("Someone signed in to your account at the desk on a device we hadn’t seen before."),
        say_where(device, when),
        _("If that was you, there’s nothing to do."),
    )
    return _told("new-device", to, name, _("New sign-in to your account at the desk"), lines)


def password_changed(to: str, name: str) -> Email:
    """Tell a colleague that their password was changed."""
    lines = (_("The password for your account at the desk was changed."), OTHERS_OUT)
    return _told("password-changed", to, name, _("Your password at the desk was changed"), lines)


def factor_added(to: str, name: str, what: str) -> Email:
    """Tell a colleague that an authenticator app or a passkey was added."""
    lines = (_("{what} was added to your account at the desk.", what=what), OTHERS_OUT)
    return _told("factor-added", to, name, _("{what} was added to your account", what=what), lines)


def passkey_removed(to: str, name: str) -> Email:
    """Tell a colleague that a passkey was removed."""
    lines = (_("A passkey was removed from your account at the desk."), OTHERS_OUT)
    return _told("passkey-removed", to, name, _("A passkey was removed from your account"), lines)


def codes_made(to: str, name: str) -> Email:
    """Tell a colleague that there are new recovery codes."""
    lines = (
        _(
            "New recovery codes were made for your account at the desk. The old ones no longer "
            "work."
        ),
        OTHERS_OUT,
    )
    return _told("codes-made", to, name, _("You have new recovery codes"), lines)


def _told(kind: str, to: str, name: str, subject: str, lines: tuple[str, ...]) -> Email:
    return Email(
        kind=f"staff:{kind}",
        to=to,
        is_confirmed=True,
        subject=subject,
        name=name,
        paragraphs=lines,
        action_label=_("See how you sign in"),
        action_path="/staff/security",
        closing=(NOT_YOU,),
    )
