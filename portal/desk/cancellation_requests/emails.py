"""Emails to somebody who asked to cancel by the feedback form."""

from portal.desk.cancellation_requests.rules import CancellationEmailContext
from portal.desk.cases.rules import CANCELLABLE, EVERYTHING
from portal.messaging.email.message import Email
from portal.platform.core.clock import london_day, spell_day


def confirm_cancellation(to: str, request: CancellationEmailContext) -> Email:
    """Ask the owner of an account whether they really want to cancel."""
    return _ask(
        "wishes:confirm-cancellation",
        to,
        request,
        "Do you want to cancel?",
        f"Someone, probably you, asked us to {_spell_request(request)}.",
        "Use the link to confirm it. First it shows you what we’ll delete.",
        "You’ll need the password you sign in with.",
        f"The link works once, until {_spell_end(request)}, or until your email address changes.",
    )


def remind_of_cancellation(to: str, request: CancellationEmailContext) -> Email:
    """Remind them once, when half the time is over."""
    return _ask(
        "wishes:remind-of-cancellation",
        to,
        request,
        "Do you still want to cancel?",
        f"Someone, probably you, asked us to {_spell_request(request)}.",
        "We emailed you a link to confirm it. You haven’t, so we haven’t cancelled anything.",
        f"The link works once, until {_spell_end(request)}, or until your email address changes.",
        "We won’t remind you again.",
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
        action_label="Check and confirm your cancellation",
        action_path=request.path,
        closing=("Didn’t ask for this? Don’t use the link, and send us a message.",),
    )


def _spell_request(request: CancellationEmailContext) -> str:
    if request.what == CANCELLABLE[EVERYTHING].lower():
        return "delete your account"
    return f"cancel your registration for {request.what}"


def _spell_end(request: CancellationEmailContext) -> str:
    return spell_day(london_day(request.ends_at))
