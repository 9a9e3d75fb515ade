"""Emails to somebody who asked to cancel by the feedback form."""

from portal.desk.cancellation_requests.rules import CancellationEmailContext
from portal.desk.case_records.rules import CANCELLABLE, EVERYTHING
from portal.messaging.email.message import Email
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.texts import _, join

LINK_ENDS = _("The link works once, until {day}, or until your email address changes.")


def confirm_cancellation(to: str, request: CancellationEmailContext) -> Email:
    """Ask the owner of an account whether they really want to cancel."""
    return _ask(
        "wishes:confirm-cancellation",
        to,
        request,
        _("Do you want to delete your account?")
        if _deletes_account(request)
        else _("Do you want to cancel a registration?"),
        _spell_request(request),
        _("Use the link to see what we’ll delete, and to confirm."),
        _("You’ll need the password you sign in with."),
        LINK_ENDS.format(day=spell_day(london_day(request.ends_at))),
    )


def remind_of_cancellation(to: str, request: CancellationEmailContext) -> Email:
    """Remind them once, when half the time is over."""
    return _ask(
        "wishes:remind-of-cancellation",
        to,
        request,
        _("Do you still want to delete your account?")
        if _deletes_account(request)
        else _("Do you still want to cancel a registration?"),
        _spell_request(request),
        _("We emailed you a link to confirm it. You haven’t, so we haven’t done anything yet."),
        LINK_ENDS.format(day=spell_day(london_day(request.ends_at))),
        _("We won’t remind you again."),
    )


def _ask(
    kind: str, to: str, request: CancellationEmailContext, question: str, *paragraphs: str
) -> Email:
    return Email(
        kind=kind,
        to=to,
        is_confirmed=True,
        subject=join((question, f"({request.reference})"), " "),
        name=request.given_name,
        paragraphs=paragraphs,
        reference=request.reference,
        action_label=_("Check and delete my account")
        if _deletes_account(request)
        else _("Check and confirm your cancellation"),
        action_path=request.path,
        closing=(_("Didn’t ask for this? Don’t use the link, and send us a message."),),
    )


def _deletes_account(request: CancellationEmailContext) -> bool:
    return request.what == CANCELLABLE[EVERYTHING].lower()


def _spell_request(request: CancellationEmailContext) -> str:
    if _deletes_account(request):
        return _("Someone, probably you, asked us to delete your account.")
    return _(
        "Someone, probably you, asked us to cancel your registration for {service}.",
        service=request.what,
    )
