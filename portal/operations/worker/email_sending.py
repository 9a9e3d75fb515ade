"""Sending the emails that are due: each is claimed, sent outside any transaction, and noted."""

import errno
import threading
from datetime import timedelta
from uuid import UUID, uuid4

from portal.messaging.email.delivery import UNCLEAR, DeliveryResult, FailureReason, Outcome
from portal.messaging.email.message import Email
from portal.messaging.email.render import EmailRenderer, find_envelope_recipient
from portal.messaging.email.sending import (
    Unopened,
    claim_next,
    find_is_due,
    mark_away,
    mark_not_made,
    mark_refused,
    mark_sent,
    mark_unopened,
    open_email,
)
from portal.messaging.email.transport import FolderTransport, RefusedError, Transport
from portal.platform.core.breaker import Breaker
from portal.platform.core.log import get_logger
from portal.platform.core.work import Work
from portal.platform.runtime import Runtime
from portal.platform.settings import SettingsError

log = get_logger(__name__)
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
IN_A_ROW = 10
"""How many emails in a row a server must break off at before it counts as unreachable."""


def refuse_unsendable(parts: Runtime, press: EmailRenderer, transport: Transport) -> None:
    """Refuse settings with which no email could be made, or saved as a file; before the first one.

    Raises `SettingsError`. A disk that is full just now is not an error of the settings.
    """
    to = parts.settings.mail_from
    sample = Email(kind="", to=to, is_confirmed=False, subject="One", paragraphs=("Word.",))
    try:
        press.make(uuid4(), sample).as_bytes()
    except (RefusedError, ValueError, LookupError) as error:
        raise SettingsError(
            "no email can be made with PORTAL_MAIL_FROM, PORTAL_BRAND_NAME and PORTAL_PUBLIC_URL"
        ) from error
    try:
        if isinstance(transport, FolderTransport):
            transport.try_out()
    except OSError as error:
        if error.errno not in FULL:
            raise SettingsError(
                "PORTAL_MAIL_FOLDER is no folder that emails can be kept in"
            ) from error


class EmailSender:
    """Sends emails one after the other, while there is a mail server that accepts them.

    An unreachable server, or one that turns us away, is not tried again for half a minute at first,
    five at most. A refusal of one email delays no other, nor does hanging up at one.
    """

    def __init__(self, parts: Runtime, press: EmailRenderer, transport: Transport) -> None:
        self._parts, self._press, self._transport = parts, press, transport
        self._breaker = Breaker(parts.clock)
        self._broken_off: set[UUID] = set()

    def waits(self, work: Work) -> bool:
        """Tell whether an email is due and the server may be tried."""
        return not self._breaker.is_open and find_is_due(work)

    def send_all(self, stop: threading.Event) -> None:
        """Send every email that is due, until told to stop."""
        while not (stop.is_set() or self._breaker.is_open):
            with self._parts.work() as work:
                email_id = claim_next(work)
            if email_id is None:
                return
            self._see_to(email_id)

    def _see_to(self, email_id: UUID) -> None:
        with self._parts.reading() as work:
            email = open_email(work, email_id)
        if isinstance(email, Unopened):
            with self._parts.work() as work:
                is_news = mark_unopened(work, email_id, email)
            if is_news:
                log.error("email-unreadable", email_id=str(email_id))
            return
        outcome = self._judge(email_id, self._send(email_id, email))
        if outcome.verdict is DeliveryResult.TAKEN:
            self._note_taken(email_id, email)
        elif outcome.verdict is DeliveryResult.AWAY:
            self._note_away(email_id, outcome)
        elif outcome.verdict is DeliveryResult.OURS:
            with self._parts.work() as work:
                mark_not_made(work, email_id, outcome)
        else:
            self._note_refused(email_id, outcome)

    def _send(self, email_id: UUID, email: Email) -> Outcome:
        try:
            message = self._press.make(email_id, email)
            return self._transport.send(message, find_envelope_recipient(email))
        except RefusedError:
            return Outcome(DeliveryResult.NEVER, FailureReason.NOT_ONE)
        except Exception as error:  # one email's fault must not hold up the others
            log.exception("email-not-made", email_id=str(email_id), exc_info=error)
            return Outcome(DeliveryResult.OURS, FailureReason.FAULT)

    def _judge(self, email_id: UUID, outcome: Outcome) -> Outcome:
        """Tell a server that breaks off at one email from one that does so at every email."""
        if outcome.reason in UNCLEAR:
            self._broken_off.add(email_id)
        elif outcome.verdict not in {DeliveryResult.AWAY, DeliveryResult.OURS}:
            self._broken_off.clear()
        if outcome.reason is FailureReason.BROKE_OFF and len(self._broken_off) >= IN_A_ROW:
            reason = FailureReason.BUSY if outcome.code else FailureReason.NOT_REACHED
            return Outcome(DeliveryResult.AWAY, reason, outcome.code)
        return outcome

    def _note_taken(self, email_id: UUID, email: Email) -> None:
        with self._parts.work() as work:
            mark_sent(work, email_id)
        log.info("email-sent", email_id=str(email_id), kind=email.kind)
        if self._breaker.was_away:
            log.info("mail-server-back")
        self._breaker.close()

    def _note_away(self, email_id: UUID, outcome: Outcome) -> None:
        pause = self._leave_alone(outcome)
        with self._parts.work() as work:
            mark_away(work, email_id, outcome, pause)

    def _note_refused(self, email_id: UUID, outcome: Outcome) -> None:
        with self._parts.work() as work:
            is_over = mark_refused(work, email_id, outcome)
        name = str(email_id)
        if is_over:
            log.error("email-given-up", email_id=name, reason=outcome.reason, code=outcome.code)
        else:
            log.warning("email-not-sent", email_id=name, reason=outcome.reason, code=outcome.code)
        if outcome.reason is FailureReason.UNANSWERED and len(self._broken_off) >= IN_A_ROW:
            self._leave_alone(outcome)

    def _leave_alone(self, outcome: Outcome) -> timedelta:
        pause: timedelta = self._breaker.open()
        seconds = int(pause.total_seconds())
        log.warning("mail-server-away", reason=outcome.reason, code=outcome.code, seconds=seconds)
        return pause
