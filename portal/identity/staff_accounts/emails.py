"""Emails to colleagues."""

from portal.messaging.email.message import OTHERS_OUT, Email
from portal.platform.core.visit import Device

NOT_YOU = "Wasn’t it you? Tell an administrator straight away: someone may be using your account."


def invitation(to: str, path: str) -> Email:
    """Invite somebody to the desk, or to set up their sign-in again."""
    return Email(
        kind="staff:invitation",
        to=to,
        is_confirmed=False,
        subject="Your account at the privacy desk",
        paragraphs=(
            "A colleague has set up your account at the privacy desk, or renewed it.",
            "Use the link to choose a password and set up an authenticator app or a passkey.",
            "It works once, for 10 minutes.",
            "Had an account already? Then it replaces everything you signed in with.",
        ),
        action_label="Set up your account",
        action_path=path,
        closing=("Too late? Ask your colleague to send it again.",),
    )


def new_device(to: str, name: str, device: Device, when: str) -> Email:
    """Tell a colleague of a sign-in with a new device."""
    where = f" in {device.place}" if device.place else ""
    lines = (
        "Someone signed in to your account at the desk on a device we hadn’t seen before.",
        f"It was {device.name}{where}, on {when}.",
        "If that was you, there’s nothing to do.",
    )
    return _told("new-device", to, name, "New sign-in to your account at the desk", lines)


def password_changed(to: str, name: str) -> Email:
    """Tell a colleague that their password was changed."""
    lines = ("The password for your account at the desk was changed.", OTHERS_OUT)
    return _told("password-changed", to, name, "Your password at the desk was changed", lines)


def factor_added(to: str, name: str, what: str) -> Email:
    """Tell a colleague that an authenticator app or a passkey was added."""
    lines = (f"{what} was added to your account at the desk.", OTHERS_OUT)
    return _told("factor-added", to, name, f"{what} was added to your account", lines)


def passkey_removed(to: str, name: str) -> Email:
    """Tell a colleague that a passkey was removed."""
    lines = ("A passkey was removed from your account at the desk.", OTHERS_OUT)
    return _told("passkey-removed", to, name, "A passkey was removed from your account", lines)


def codes_made(to: str, name: str) -> Email:
    """Tell a colleague that there are new recovery codes."""
    lines = (
        "New recovery codes were made for your account at the desk. The old ones no longer work.",
        OTHERS_OUT,
    )
    return _told("codes-made", to, name, "You have new recovery codes", lines)


def _told(kind: str, to: str, name: str, subject: str, lines: tuple[str, ...]) -> Email:
    return Email(
        kind=f"staff:{kind}",
        to=to,
        is_confirmed=True,
        subject=subject,
        name=name,
        paragraphs=lines,
        action_label="See how you sign in",
        action_path="/staff/security",
        closing=(NOT_YOU,),
    )
