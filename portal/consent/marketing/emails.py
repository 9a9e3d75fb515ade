"""What the marketing room writes to people."""

from portal.messaging.email.message import Email


def to_choices(to: str, path: str) -> Email:
    """Send the link that opens the choices of an address, and nothing else."""
    return Email(
        kind="preferences:to-choices",
        to=to,
        is_confirmed=False,
        subject="Your marketing choices",
        paragraphs=(
            "Somebody, probably you, asked to see and change what we may send to this address.",
            "The link opens these choices for 24 hours, without a password, and nothing else.",
            "If the account is closed, it takes a no to all of them, and turns nothing on.",
        ),
        action_label="See your choices",
        action_path=path,
        closing=("If it was not you, ignore this letter. Nothing changes without the link.",),
    )


def no_choices(to: str) -> Email:
    """Tell whoever asked for a link that we know nobody with this address."""
    return Email(
        kind="preferences:no-choices",
        to=to,
        is_confirmed=False,
        subject="There are no choices for this address",
        paragraphs=(
            "Somebody, probably you, asked to see and change what we may send to this address.",
            "There is no account with it, so there are no choices to show.",
            "Perhaps you registered with another address.",
        ),
        closing=("If you get marketing from us at this address, write to us and we stop it.",),
        action_label="Write to us",
        action_path="/contact",
    )
