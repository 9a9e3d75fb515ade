"""Sending the letters that are due: each is claimed, sent outside any transaction, and noted."""

import errno
import threading
from datetime import timedelta
from uuid import UUID, uuid4

from portal.messaging.email.delivery import UNCLEAR, Outcome, Reason, Verdict
from portal.messaging.email.letter import Letter
from portal.messaging.email.render import Press, find_recipient
from portal.messaging.email.sending import (
    Unopened,
    claim_next,
    find_is_due,
    mark_away,
    mark_not_made,
    mark_refused,
    mark_sent,
    mark_unopened,
    open_letter,
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
"""Emails in a row at which a server must break off to be taken for one that is away."""


def refuse_unsendable(parts: Runtime, press: Press, transport: Transport) -> None:
    """Refuse settings with which no letter could be made, or kept as a file: before the first one.

    Raises `SettingsError`. A disk that is full just now is no setting.
    """
    to = parts.settings.mail_from
    sample = Letter(kind="", to=to, is_confirmed=False, subject="One", paragraphs=("Word.",))
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


class Posting:
    """Sends letters one after the other, while there is a mail server that takes them.

    One that is away, or turns us away, is left alone for a while: half a minute at first, five at
    most. What it says of one letter holds up no other, nor that it hangs up at one.
    """

    def __init__(self, parts: Runtime, press: Press, transport: Transport) -> None:
        self._parts, self._press, self._transport = parts, press, transport
        self._breaker = Breaker(parts.clock)
        self._broken_off: set[UUID] = set()

    def waits(self, work: Work) -> bool:
        """Tell whether there is a letter to be sent, and somebody to send it by."""
        return not self._breaker.is_open and find_is_due(work)

    def send_all(self, stop: threading.Event) -> None:
        """Send every letter that is due, until it is told to stop."""
        while not (stop.is_set() or self._breaker.is_open):
            with self._parts.work() as work:
                letter_id = claim_next(work)
            if letter_id is None:
                return
            self._see_to(letter_id)

    def _see_to(self, letter_id: UUID) -> None:
        with self._parts.reading() as work:
            letter = open_letter(work, letter_id)
        if isinstance(letter, Unopened):
            with self._parts.work() as work:
                is_news = mark_unopened(work, letter_id, letter)
            if is_news:
                log.error("letter-unreadable", letter=str(letter_id))
            return
        outcome = self._judge(letter_id, self._send(letter_id, letter))
        if outcome.verdict is Verdict.TAKEN:
            self._note_taken(letter_id, letter)
        elif outcome.verdict is Verdict.AWAY:
            self._note_away(letter_id, outcome)
        elif outcome.verdict is Verdict.OURS:
            with self._parts.work() as work:
                mark_not_made(work, letter_id, outcome)
        else:
            self._note_refused(letter_id, outcome)

    def _send(self, letter_id: UUID, letter: Letter) -> Outcome:
        try:
            message = self._press.make(letter_id, letter)
            return self._transport.send(message, find_recipient(letter))
        except RefusedError:
            return Outcome(Verdict.NEVER, Reason.NOT_ONE)
        except Exception as error:  # one letter's fault must not hold up the others
            log.exception("letter-not-made", letter=str(letter_id), exc_info=error)
            return Outcome(Verdict.OURS, Reason.FAULT)

    def _judge(self, letter_id: UUID, outcome: Outcome) -> Outcome:
        """Tell a server that breaks off at one letter from one that does so at every letter."""
        if outcome.reason in UNCLEAR:
            self._broken_off.add(letter_id)
        elif outcome.verdict not in {Verdict.AWAY, Verdict.OURS}:
            self._broken_off.clear()
        if outcome.reason is Reason.BROKE_OFF and len(self._broken_off) >= IN_A_ROW:
            reason = Reason.BUSY if outcome.code else Reason.NOT_REACHED
            return Outcome(Verdict.AWAY, reason, outcome.code)
        return outcome

    def _note_taken(self, letter_id: UUID, letter: Letter) -> None:
        with self._parts.work() as work:
            mark_sent(work, letter_id)
        log.info("letter-sent", letter=str(letter_id), kind=letter.kind)
        if self._breaker.was_away:
            log.info("mail-server-back")
        self._breaker.close()

    def _note_away(self, letter_id: UUID, outcome: Outcome) -> None:
        pause = self._leave_alone(outcome)
        with self._parts.work() as work:
            mark_away(work, letter_id, outcome, pause)

    def _note_refused(self, letter_id: UUID, outcome: Outcome) -> None:
        with self._parts.work() as work:
            is_over = mark_refused(work, letter_id, outcome)
        name = str(letter_id)
        if is_over:
            log.error("letter-given-up", letter=name, reason=outcome.reason, code=outcome.code)
        else:
            log.warning("letter-not-sent", letter=name, reason=outcome.reason, code=outcome.code)
        if outcome.reason is Reason.UNANSWERED and len(self._broken_off) >= IN_A_ROW:
            self._leave_alone(outcome)

    def _leave_alone(self, outcome: Outcome) -> timedelta:
        pause: timedelta = self._breaker.open()
        seconds = int(pause.total_seconds())
        log.warning("mail-server-away", reason=outcome.reason, code=outcome.code, seconds=seconds)
        return pause
