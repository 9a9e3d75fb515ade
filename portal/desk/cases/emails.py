"""What the cases room writes to people: to addresses that anybody may have typed."""

from portal.messaging.email.message import Email
from portal.platform.core.masking import mask_account_numbers


def acknowledgement(to: str, reference: str, due: str) -> Email:
    """Say that a message has come in."""
    return Email(
        kind="cases:acknowledgement",
        to=to,
        is_confirmed=False,
        subject=f"We have your message ({reference})",
        paragraphs=(
            "Thank you for writing to us. A person will read your message and answer it.",
            f"You will hear from us by {due} at the latest. It is usually sooner.",
        ),
        reference=reference,
        closing=(
            "We use what you wrote to answer you, and for nothing else.",
            "If you did not write to us, ignore this letter.",
        ),
    )


def reply(to: str, reference: str, text: str, *, is_question: bool) -> Email:
    """Send what somebody at the desk wrote."""
    ending = (
        "Sign in and answer on the page of your message, or write to us again with the reference."
        if is_question
        else "We have closed your message. If something is open still, write to us again."
    )
    return Email(
        kind="cases:question" if is_question else "cases:reply",
        to=to,
        is_confirmed=False,
        subject=f"{'A question about' if is_question else 'An answer to'} your message"
        f" ({reference})",
        paragraphs=tuple(part for part in mask_account_numbers(text).split("\n") if part.strip()),
        reference=reference,
        closing=(ending,),
    )
