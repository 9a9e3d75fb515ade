"""What the cases room writes to people: to addresses that anybody may have typed."""

from portal.messaging.email.message import Email
from portal.platform.core.masking import mask_account_numbers

AGAIN = "/contact"


def acknowledgement(to: str, reference: str, due: str, *, has_account: bool) -> Email:
    """Say that a message has come in."""
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
        action_label="See your message" if has_account else None,
        action_path=_page_of(reference) if has_account else None,
        closing=("Didn’t send us a message? Ignore this email.",),
    )


def reply(to: str, reference: str, text: str, *, is_question: bool, has_account: bool) -> Email:
    """Send what somebody at the desk wrote; its page is for whoever can sign in to it."""
    title = "We have a question about your message" if is_question else "We replied to your message"
    words = mask_account_numbers(text).split("\n")
    label, closing = ENDINGS[is_question, has_account]
    return Email(
        kind="cases:question" if is_question else "cases:reply",
        to=to,
        is_confirmed=False,
        subject=f"{title} ({reference})",
        paragraphs=tuple(part for part in words if part.strip()),
        reference=reference,
        action_label=label,
        action_path=_page_of(reference) if has_account else AGAIN,
        closing=(closing,),
    )


ENDINGS = {
    (True, True): (
        "Answer our question",
        "Sign in and answer on the page of your message.",
    ),
    (True, False): (
        "Send us a message",
        "To answer, send us a message and give your reference. You don’t need an account.",
    ),
    (False, True): (
        "See your message",
        "We’ve closed your message. Need something else? Add it on the page of your message.",
    ),
    (False, False): (
        "Send us a message",
        "We’ve closed your message. Need something else? Send us another and give your reference.",
    ),
}
"""Button and last words, by whether it is a question and whether its reader has an account."""


def _page_of(reference: str) -> str:
    return f"/cases/{reference}"
