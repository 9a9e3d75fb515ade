"""What is written to somebody who asked to cancel by the feedback form."""

from portal.desk.cancellation_requests.rules import CancellationEmailContext
from portal.messaging.email.message import Email
from portal.platform.core.clock import london_day, spell_day


def confirm_cancellation(to: str, request: CancellationEmailContext) -> Email:
    """Ask the owner of an account whether they really want to cancel."""
    return _ask(
        "wishes:confirm-cancellation",
        to,
        request,
        "Do you want to cancel?",
        f"We were asked to cancel your registration: {request.what}.",
        "Nothing happens until you confirm it. The link shows you first what is deleted.",
        "It asks for the password you sign in with.",
        f"It works once, until {_spell_end(request)}, or until your email address changes.",
    )


def remind_of_cancellation(to: str, request: CancellationEmailContext) -> Email:
    """Remind them once, half-way."""
    return _ask(
        "wishes:remind-of-cancellation",
        to,
        request,
        "Do you still want to cancel?",
        f"We wrote to you because we were asked to cancel your registration: {request.what}.",
        "You have not confirmed it, so nothing has happened.",
        f"The link works until {_spell_end(request)}, or until your email address changes."
        " We do not remind you again.",
    )


def _ask(
    kind: str, to: str, request: CancellationEmailContext, question: str, *paragraphs: str
) -> Email:
    return Email(
        kind=kind,
        to=to,
        is_confirmed=True,
        subject=f"{question} ({request.reference})",
        name=request.given_name,
        paragraphs=paragraphs,
        reference=request.reference,
        action_label="See and confirm",
        action_path=request.path,
        closing=("If you did not ask for this, ignore this letter. Nothing will be cancelled.",),
    )


def _spell_end(request: CancellationEmailContext) -> str:
    return spell_day(london_day(request.ends_at))
