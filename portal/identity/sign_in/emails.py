"""What signing in writes to customers."""

from portal.messaging.email.message import Email
from portal.platform.core.visit import Device


def sign_in_code(to: str, given_name: str, code: str) -> Email:
    """Send a code to sign in with."""
    return Email(
        kind="entrance:sign-in-code",
        to=to,
        is_confirmed=True,
        subject="Your code to sign in",
        name=given_name,
        paragraphs=(
            f"Your code is {code[:4]} {code[4:]}",
            "Type it into the page where you asked for it. It works once, for 10 minutes.",
        ),
        closing=(
            "We never ask for this code by telephone or by letter.",
            "If you did not ask for it, somebody knows your password. Change it now.",
        ),
        action_label="Change my password",
        action_path="/security/password",
    )


def new_device(to: str, given_name: str, device: Device, when: str) -> Email:
    """Tell a customer that they signed in with a device that was not seen before."""
    where = f" in {device.place}" if device.place else ""
    return Email(
        kind="entrance:new-device",
        to=to,
        is_confirmed=True,
        subject="You signed in with a new device",
        name=given_name,
        paragraphs=(
            f"Somebody signed in to your account with {device.name}{where} on {when}.",
            "If that was you, there is nothing to do.",
        ),
        action_label="See where I am signed in",
        action_path="/security",
        closing=("If it was not you: sign in, choose “I don’t recognise this”, and we will help.",),
    )


def tries_noticed(to: str, given_name: str) -> Email:
    """Tell a customer that somebody keeps trying to sign in as them."""
    return Email(
        kind="entrance:tries-noticed",
        to=to,
        is_confirmed=True,
        subject="Somebody tried to sign in to your account",
        name=given_name,
        paragraphs=(
            "There were several tries to sign in to your account, and none of them got in.",
            "Signing in is paused for 15 minutes; if it goes on, for up to two hours.",
            "If you are signed in somewhere, you stay signed in.",
        ),
        action_label="Get in another way",
        action_path="/forgotten",
        closing=(
            (
                "If it was you, wait a little and try again, use a passkey, or ask for a link to"
                " choose a new password."
            ),
        ),
    )
