"""Have emails sent again that were not delivered."""

from uuid import UUID

from portal.audit.trail import record
from portal.emails.events import EmailRepeated
from portal.kernel.work import Work
from portal.mail.undelivered import resend


def send_again(work: Work, letter_id: UUID) -> bool:
    """Have an email sent again; False when its words are gone by now.

    Raises `NotFoundError` when there is no such email, or it was not given up.
    """
    is_sent = resend(work, letter_id)
    if is_sent:
        record(work, EmailRepeated(letter_id))
    return is_sent
