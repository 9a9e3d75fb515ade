"""What is written to somebody who asked to cancel by the feedback form."""

from portal.desk.cancellation_requests.rules import Wish
from portal.messaging.email.letter import Letter
from portal.platform.core.clock import london_day, spell_day


def confirm_cancellation(to: str, wish: Wish) -> Letter:
    """Ask the owner of an account whether they really want to cancel."""
    return _ask(
        "wishes:confirm-cancellation",
        to,
        wish,
        "Do you want to cancel?",
        f"We were asked to cancel your registration: {wish.what}.",
        "Nothing happens until you confirm it. The link shows you first what is deleted.",
        "It asks for the password you sign in with.",
        f"It works once, until {_spell_end(wish)}, or until your email address changes.",
    )


def remind_of_cancellation(to: str, wish: Wish) -> Letter:
    """Remind them once, half-way."""
    return _ask(
        "wishes:remind-of-cancellation",
        to,
        wish,
        "Do you still want to cancel?",
        f"We wrote to you because we were asked to cancel your registration: {wish.what}.",
        "You have not confirmed it, so nothing has happened.",
        f"The link works until {_spell_end(wish)}, or until your email address changes."
        " We do not remind you again.",
    )


def _ask(kind: str, to: str, wish: Wish, question: str, *paragraphs: str) -> Letter:
    return Letter(
        kind=kind,
        to=to,
        is_confirmed=True,
        subject=f"{question} ({wish.reference})",
        name=wish.given_name,
        paragraphs=paragraphs,
        reference=wish.reference,
        action_label="See and confirm",
        action_path=wish.path,
        closing=("If you did not ask for this, ignore this letter. Nothing will be cancelled.",),
    )


def _spell_end(wish: Wish) -> str:
    return spell_day(london_day(wish.ends_at))
