"""The worker: sends letters and webhooks, finishes what a crash left, tells, sweeps.

The tables are the truth: it asks them what there is to do, once a second. Nothing is lost when
it dies, and several may run at once.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from portal.audit.chain import note_head, seal_waiting
from portal.cancellation.queries import list_due, list_unfinished
from portal.cancellation.service import erase_due, finish
from portal.credentials.queries import list_untold_blocks
from portal.entrance.rules import ALL_GUARDED
from portal.entrance.service import tell_of_tries
from portal.health import note_tick
from portal.kernel.database import truncate_journal
from portal.kernel.ids import CaseId
from portal.kernel.log import get_logger
from portal.kernel.webhooks import NOBODY, Answer
from portal.kernel.work import Work
from portal.mail.outbox import claim_next, mark_failed, mark_sent, open_letter
from portal.mail.render import Press, find_recipient
from portal.mail.transport import RefusedError, Transport
from portal.mailbox.service import mark_waiting
from portal.retention.service import purge
from portal.runtime import Runtime
from portal.vault.doomed import destroy_doomed
from portal.webhooks.rules import AWAY, LONGEST_WAIT, Claimed
from portal.webhooks.service import claim_next as claim_announcement
from portal.webhooks.service import mark_delivered
from portal.webhooks.service import mark_failed as mark_undelivered
from portal.wishes.service import end_link, list_ended, list_to_remind, remind

log = get_logger(__name__)

PAUSE_SECONDS = 1.0
SWEEP_EVERY = timedelta(minutes=10)
ANNOUNCING_SECONDS = 5
"""How long announcements are sent, one after the other, before the letters have their turn."""
MOST_TOLD = 50
MARKED_AT_ONCE = 200
"""Customers from before there were marks; few, so that nobody who saves something waits long."""
SEALED_AT_ONCE = 10
"""Batches of the audit trail, so that a long trail holds up no letter."""


class Worker:
    """Does what waits, until it is told to stop."""

    def __init__(self, parts: Runtime, press: Press, transport: Transport) -> None:
        self._parts, self._press, self._transport = parts, press, transport
        self._swept_at: datetime | None = None
        self._trail_is_whole = True
        self._receiver_is_away_until: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; a fault in one job is logged and does not end the others."""
        log.info("worker-started")
        while not stop.is_set():
            note_tick(self._parts)
            self.do_all()
            stop.wait(PAUSE_SECONDS)
        log.info("worker-stopped")

    def do_all(self) -> None:
        """Do everything that waits, once."""
        jobs: tuple[Callable[[], None], ...] = (
            self.finish_cancellations,
            self.tell,
            self.remind,
            self.send_letters,
            self.tell_receiver,
            self.destroy_keys,
            self.seal_audit,
            self.mark_customers,
            self.sweep,
        )
        for job in jobs:
            try:
                job()
            except Exception as error:  # the last resort: log it, go on
                log.exception("job-failed", job=job.__name__, exc_info=error)

    def finish_cancellations(self) -> None:
        """Erase whoever is due, and finish what was decided and interrupted, one by one."""
        with self._parts.work() as work:
            due, unfinished = list_due(work), list_unfinished(work)
        for verb, customers in ((erase_due, due), (finish, unfinished)):
            for customer_id in customers:
                job = partial(verb, self._parts.work, self._parts.means, customer_id)
                if _goes_well("cancellation-failed", job):
                    log.info("cancellation-finished")

    def tell(self) -> None:
        """Write to customers whose sign-in was guessed at."""
        with self._parts.work() as work:
            guessed = list_untold_blocks(work, ALL_GUARDED, MOST_TOLD)
        for name_hash in guessed:
            _goes_well("telling-failed", partial(tell_of_tries, self._parts.work, name_hash))

    def remind(self) -> None:
        """Remind of links that nobody followed, and give back to the desk what ended so."""
        with self._parts.work() as work:
            waiting, ended = list_to_remind(work), list_ended(work)
        for verb, cases in ((remind, waiting), (end_link, ended)):
            for case_id in cases:
                _goes_well("reminder-failed", partial(self._see_through, verb, case_id))

    def _see_through(self, verb: Callable[[Work, CaseId], None], case_id: CaseId) -> None:
        with self._parts.work() as work:
            verb(work, case_id)

    def send_letters(self) -> None:
        """Send every letter that is due; each is claimed, sent outside any transaction, marked."""
        while (letter_id := self._claim()) is not None:
            self._send(letter_id)

    def tell_receiver(self) -> None:
        """Send announcements that are due; each is claimed, sent outside any transaction, marked.

        A receiver that does not answer, or asks for time, is left alone for a while.
        """
        until = self._receiver_is_away_until
        if not self._parts.receiver.is_there or (until and self._parts.clock() < until):
            return
        ends = time.perf_counter() + ANNOUNCING_SECONDS
        while True:
            with self._parts.work() as work:
                claimed = claim_announcement(work)
            if claimed is None:
                return
            answer = self._announce(claimed)
            pause = AWAY if answer.status == NOBODY else min(answer.wait, LONGEST_WAIT)
            if pause and not answer.is_yes:
                self._receiver_is_away_until = self._parts.clock() + pause
                return
            if time.perf_counter() > ends:
                return

    def _announce(self, claimed: Claimed) -> Answer:
        receiver = self._parts.receiver
        body = claimed.body(receiver.fingerprints)
        answer = receiver.send(claimed.name, self._parts.clock(), body)
        if answer.is_yes:
            with self._parts.work() as work:
                mark_delivered(work, claimed.id, answer.status)
            log.info("announcement-delivered", announcement=str(claimed.id), kind=claimed.kind)
            return answer
        with self._parts.work() as work:
            is_over = mark_undelivered(work, claimed.id, answer.status, answer.wait)
        name, status = str(claimed.id), answer.status
        if is_over:
            log.error("announcement-given-up", announcement=name, status=status)
        else:
            log.warning("announcement-not-delivered", announcement=name, status=status)
        return answer

    def destroy_keys(self) -> None:
        """Destroy keys that nothing needs any more."""
        with self._parts.work() as work:
            destroy_doomed(work)

    def seal_audit(self) -> None:
        """Seal the audit trail, then note its newest seal outside; a lost end is logged once."""
        for _ in range(SEALED_AT_ONCE):
            with self._parts.work() as work:
                if seal_waiting(work) == 0:
                    break
        is_whole = note_head(self._parts)
        if self._trail_is_whole and not is_whole:
            log.error("audit-trail-cut")
        self._trail_is_whole = is_whole

    def mark_customers(self) -> None:
        """Mark some of the customers who wait for it."""
        with self._parts.work() as work:
            mark_waiting(work, MARKED_AT_ONCE)

    def sweep(self) -> None:
        """Delete what has ended, now and then."""
        now = self._parts.clock()
        if self._swept_at and now - self._swept_at < SWEEP_EVERY:
            return
        self._swept_at = now
        purge(self._parts.work, self._parts.register)
        truncate_journal(self._parts.sessions.engine)

    def _claim(self) -> UUID | None:
        with self._parts.work() as work:
            return claim_next(work)

    def _send(self, letter_id: UUID) -> None:
        with self._parts.work() as work:
            letter = open_letter(work, letter_id)
        if letter is None:
            with self._parts.work() as work:
                mark_failed(work, letter_id, for_good=True)
            return
        try:
            self._transport.send(self._press.make(letter_id, letter), find_recipient(letter))
        except Exception as error:  # one letter's fault must not hold up the others
            is_final = isinstance(error, RefusedError)
            reason = str(error) if is_final else ""
            log.warning("letter-not-sent", letter=str(letter_id), reason=reason, exc_info=error)
            with self._parts.work() as work:
                mark_failed(work, letter_id, for_good=is_final)
            return
        with self._parts.work() as work:
            mark_sent(work, letter_id)
        log.info("letter-sent", letter=str(letter_id), kind=letter.kind)


def _goes_well(event: str, job: Callable[[], object]) -> bool:
    """Do one of several so that its failure, which is logged, does not hold up the others."""
    try:
        job()
    except Exception as error:  # the last resort: log it, go on with the next
        log.exception(event, exc_info=error)
        return False
    return True
