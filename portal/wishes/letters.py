"""What is written to somebody who asked to cancel by the feedback form."""

from portal.kernel.clock import london_day
from portal.mail.letter import Letter
from portal.wishes.rules import Wish

IGNORE = "If you did not ask for this, ignore this letter. Nothing will be cancelled."


def confirm_cancellation(to: str, wish: Wish) -> Letter:
    """Ask the owner of an account whether they really want to cancel."""
    return Letter(
        kind="wishes:confirm-cancellation",
        to=to,
        subject=f"Do you want to cancel? ({wish.reference})",
        greeting=f"Hello {wish.given_name},",
        paragraphs=(
            f"We were asked to cancel your registration: {wish.what}.",
            "Nothing happens until you confirm it. The link shows you first what is deleted.",
            "It asks for the password you sign in with.",
            f"It works once, until {_spell_end(wish)}.",
        ),
        reference=wish.reference,
        action_label="See and confirm",
        action_path=wish.path,
        closing=(IGNORE,),
    )


def remind_of_cancellation(to: str, wish: Wish) -> Letter:
    """Remind them once, half-way."""
    return Letter(
        kind="wishes:remind-of-cancellation",
        to=to,
        subject=f"Do you still want to cancel? ({wish.reference})",
        greeting=f"Hello {wish.given_name},",
        paragraphs=(
            f"We wrote to you because we were asked to cancel your registration: {wish.what}.",
            "You have not confirmed it, so nothing has happened.",
            f"The link works until {_spell_end(wish)}. We do not remind you again.",
        ),
        reference=wish.reference,
        action_label="See and confirm",
        action_path=wish.path,
        closing=(IGNORE,),
    )


def _spell_end(wish: Wish) -> str:
    day = london_day(wish.ends_at)
    return f"{day.day} {day:%B %Y}"
