"""Send undelivered emails again."""

from uuid import UUID

from portal.desk.undelivered_emails.events import EmailRepeated
from portal.governance.audit.trail import record
from portal.messaging.email.undelivered import resend
from portal.platform.core.work import Work


def send_again(work: Work, email_id: UUID) -> bool:
    """Send an undelivered email again; False when its words are deleted by now.

    Raises `NotFoundError` when there is no such email, or it was not given up.
    """
    is_sent = resend(work, email_id)
    if is_sent:
        record(work, EmailRepeated(email_id))
    return is_sent
