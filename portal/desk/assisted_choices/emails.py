"""What the assisted choices room writes to people."""

from portal.messaging.email.message import Email


def choices_set(to: str, given_name: str, changes: tuple[str, ...]) -> Email:
    """Tell a customer what our staff changed for them, and how to undo it."""
    return Email(
        kind="callers:choices-set",
        to=to,
        is_confirmed=True,
        subject="Your marketing choices were changed for you",
        name=given_name,
        paragraphs=(
            "Our staff changed your choices, because you or somebody for you asked us to:",
            f"{'; '.join(changes)}.",
            "You can see them, and undo what you did not want, at any time.",
        ),
        action_label="See my choices",
        action_path="/preferences",
        closing=("If nobody asked us for you, turn it back there, and write to us.",),
    )
