"""Emails of the case links room."""

from portal.messaging.email.message import Email


def link(to: str, reference: str, path: str) -> Email:
    """Send the link that opens one message."""
    return Email(
        kind="cases:link",
        to=to,
        is_confirmed=False,
        subject=f"Your message to us ({reference})",
        paragraphs=(
            "Here’s the link to your message. You can read our answers there, and write back.",
            "The link works once, for 14 days. You don’t need an account.",
        ),
        reference=reference,
        action_label="See your message",
        action_path=path,
        closing=("Didn’t send us a message? Ignore this email.",),
    )
