"""Emails of signing in."""

from datetime import datetime, timedelta

from portal.identity.mfa.rules import group_code
from portal.messaging.email.message import Email, say_where
from portal.platform.core.clock import spell_minute
from portal.platform.core.texts import _
from portal.platform.core.visit import Device


def sign_in_code(to: str, given_name: str, code: str, ends_at: datetime) -> Email:
    """Send a code to sign in with.

    It has no link: somebody who fears for their password is to open the portal by themselves.
    """
    return Email(
        kind="entrance:sign-in-code",
        to=to,
        is_confirmed=True,
        subject=_("Your sign-in code"),
        name=given_name,
        paragraphs=(_("Here’s your code. Enter it on the page where you’re signing in."),),
        extract=group_code(code, " "),
        closing=(
            _("It works once, until {end}.", end=_spell_end(ends_at)),
            _("Didn’t ask for it? Someone may know your password. Don’t give the code to anyone."),
            _("Sign in to the Privacy Centre yourself, and change your password there."),
        ),
    )


def new_device(to: str, given_name: str, device: Device, when: str) -> Email:
    """Tell a customer of a sign-in with a new device."""
    return Email(
        kind="entrance:new-device",
        to=to,
        is_confirmed=True,
        subject=_("New sign-in to your account"),
        name=given_name,
        paragraphs=(
            _("Someone signed in to your account on a device we hadn’t seen before."),
            say_where(device, when),
            _("If that was you, there’s nothing to do."),
        ),
        action_label=_("See where you’re signed in"),
        action_path="/security",
        closing=(_("Not you? Sign in and choose “I don’t recognise this”. We’ll help you."),),
    )


def tries_noticed(to: str, given_name: str) -> Email:
    """Tell a customer that somebody keeps trying to sign in to their account."""
    return Email(
        kind="entrance:tries-noticed",
        to=to,
        is_confirmed=True,
        subject=_("Failed sign-in attempts on your account"),
        name=given_name,
        paragraphs=(
            _(
                "Someone tried to sign in to your account several times. None of the"
                " attempts worked."
            ),
            (
                _(
                    "We’ve paused signing in for 15 minutes. If it goes on, we’ll pause it"
                    " for longer."
                    " The longest pause is two hours."
                )
            ),
            _("If you’re signed in somewhere, you’ll stay signed in."),
            _("Was it you? Wait and try again, sign in with a passkey, or choose a new password."),
        ),
        action_label=_("Choose a new password"),
        action_path="/forgotten",
        closing=(_("Not you? If you’re worried, choose a new password."),),
    )


def _spell_end(moment: datetime) -> str:
    """Return the last whole minute in which something still works: never a minute too late."""
    return spell_minute(moment - timedelta(seconds=59))
