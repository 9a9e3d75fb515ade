"""Emails of the cases room: to addresses that anybody may have typed."""

from portal.messaging.email.message import Email
from portal.platform.core.masking import mask_account_numbers

AGAIN = "/contact"
"""Where somebody goes on whom no page shows the message."""
BY_LINK = (
    "The link works once, for 14 days. You don’t need an account; if you have one with this"
    " address, you’ll be asked to sign in."
)


def acknowledgement(to: str, reference: str, due: str, path: str, *, is_link: bool) -> Email:
    """Acknowledge a message; its link works once, where there is no account."""
    return Email(
        kind="cases:acknowledgement",
        to=to,
        is_confirmed=False,
        subject=f"We’ve got your message ({reference})",
        paragraphs=(
            "We’ve got your message. Someone here will read it and answer you.",
            f"We’ll answer by {due}.",
        ),
        reference=reference,
        action_label="See your message",
        action_path=path,
        closing=(
            *([BY_LINK] if is_link else []),
            "Didn’t send us a message? Ignore this email.",
        ),
    )


def reply(  # noqa: PLR0913  # six facts
    to: str, reference: str, text: str, path: str, *, is_link: bool, is_question: bool
) -> Email:
    """Send a colleague's reply; its link works once, where there is no account."""
    title = "We have a question about your message" if is_question else "We replied to your message"
    words = mask_account_numbers(text).split("\n")
    label = "Answer our question" if is_question else "See your message"
    has_page = path != AGAIN
    return Email(
        kind="cases:question" if is_question else "cases:reply",
        to=to,
        is_confirmed=False,
        subject=f"{title} ({reference})",
        paragraphs=tuple(part for part in words if part.strip()),
        reference=reference,
        action_label=label if has_page else "Send us a message",
        action_path=path,
        closing=(ENDINGS[is_question] if has_page else BY_REFERENCE, *([BY_LINK] * is_link)),
    )


ENDINGS = {
    True: "Answer on the page of your message.",
    False: "We’ve closed your message. Need something else? Add it on the page of your message.",
}
"""Last words, by whether it is a question."""
BY_REFERENCE = "Want to write back? Send us a message and give your reference."
