"""The worker: sends emails and webhooks, finishes what a crash left, reminds, purges.

The tables are the truth: it queries them once a second. Nothing is lost when it dies, and several
may run at once. Each job has a thread of its own (`threads.py`), so that a mail server that hangs
delays no erasure.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from portal.consent.marketing.queries import list_to_lift
from portal.consent.marketing.service import lift_waiting
from portal.desk.cancellation_requests.service import end_link, list_ended, list_to_remind, remind
from portal.erasure.cancellation.queries import list_due, list_unfinished
from portal.erasure.cancellation.service import erase_due, finish
from portal.governance.audit.chain import find_is_unsealed, find_position, note_head, seal_waiting
from portal.governance.audit.timekeeping import find_clock_fault
from portal.governance.retention.service import purge
from portal.identity.contact_index.queries import list_unindexed
from portal.identity.credentials.queries import list_untold_blocks
from portal.identity.realms.rules import CUSTOMERS
from portal.identity.sign_in.service import tell_of_tries
from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.transport import FILES_KEPT, Transport, forget_files
from portal.operations.health import note_tick
from portal.operations.restore_check import is_restoring, refuse_while_restoring
from portal.operations.worker.connector_sending import ConnectorSender
from portal.operations.worker.email_sending import EmailSender
from portal.operations.worker.threads import Job, Rounds
from portal.operations.worker.webhook_sending import WebhookSender
from portal.platform.core.database import truncate_journal
from portal.platform.core.errors import BeingRestoredError
from portal.platform.core.ids import CaseId, CustomerId
from portal.platform.core.log import get_logger
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import destroy_doomed, find_is_doomed
from portal.platform.runtime import Runtime
from portal.self_service.email_change.service import index_one, index_waiting

log = get_logger(__name__)

SWEEP_EVERY = timedelta(minutes=10)
LOOK_AT_KEYRING_EVERY = timedelta(minutes=1)
MOST_TOLD = 50
INDEXED_AT_ONCE = 200
"""Customers from before the contact index; few, so that nobody who saves something waits long."""
INDEX_AGAIN = timedelta(hours=1)
"""When whoever could not be indexed is tried again."""
DATABASE_AWAY = (DBAPIError, PoolTimeoutError)
NOBODYS_FAULT = (*DATABASE_AWAY, BeingRestoredError)
"""What ends a job whomever it has come to, and is held against no customer."""
LIFTED_AT_ONCE = 50
SEALED_AT_ONCE = 10
"""Batches of the audit trail."""


class Worker:
    """Runs the jobs that are due, until it is told to stop."""

    def __init__(self, parts: Runtime, press: EmailRenderer, transport: Transport) -> None:
        parts = replace(parts, check=partial(refuse_while_restoring, parts))
        self._parts, self._press, self._transport = parts, press, transport
        self._email_sender = EmailSender(parts, press, transport)
        self._webhook_sender = WebhookSender(parts)
        self._connector_sender = ConnectorSender(parts)
        self._stop = threading.Event()
        self._swept_at: datetime | None = None
        self._set_aside: dict[CustomerId, datetime] = {}
        self._looked_at: datetime | None = None
        self._sealed_up_to: int | None = None
        self._trail_is_whole = self._clock_is_right = self._keyring_is_open = True
        self._is_restoring = False
        self.jobs = (
            Job("finish_cancellations", self.finish_cancellations, _find_is_leaving),
            Job(
                "tell", self.tell, lambda work: bool(list_untold_blocks(work, CUSTOMERS.guarded, 1))
            ),
            Job("remind", self.remind, _find_is_reminding),
            Job("send_letters", self.send_emails, self._email_sender.waits),
            Job("tell_receiver", self.tell_receiver, self._webhook_sender.waits),
            Job("tell_systems", self.tell_systems, self._connector_sender.waits),
            Job("destroy_keys", self.destroy_keys, find_is_doomed),
            Job("seal_audit", self.seal_audit, self._find_is_sealing),
            Job("mark_customers", self.index_customers, self._find_is_indexing),
            Job("lift", self.lift, lambda work: bool(list_to_lift(work, 1))),
            Job("sweep", self.sweep, lambda _: self._is_to_sweep()),
        )
        self.rounds = Rounds(self.jobs, parts.reading)

    def run(self, stop: threading.Event) -> bool:
        """Work until `stop` is set; return False when it ended because the keyring no longer opens.

        An error in one job is logged, and ends and delays no other.
        """
        log.info("worker-started")
        self._stop = stop
        self.rounds.run(stop, self._check)
        if not self._keyring_is_open:
            log.error("keyring-closed")
            return False
        log.info("worker-stopped")
        return True

    def do_all(self) -> None:
        """Run every job that is due, once, one after the other."""
        if not self._may_work():
            return
        for job in self.jobs:
            job.do_now()

    def finish_cancellations(self) -> None:
        """Erase whoever is due, and finish erasures that were interrupted, one by one."""
        with self._parts.reading() as work:
            due, unfinished = list_due(work), list_unfinished(work)
        if not (due or unfinished) or not self._may_destroy():
            return
        for verb, customers in ((erase_due, due), (finish, unfinished)):
            for customer_id in customers:
                job = partial(verb, self._parts.work, self._parts.context, customer_id)
                if _goes_well("cancellation-failed", job):
                    log.info("cancellation-finished")

    def tell(self) -> None:
        """Email customers whose accounts somebody tries to sign in to."""
        with self._parts.reading() as work:
            guessed = list_untold_blocks(work, CUSTOMERS.guarded, MOST_TOLD)
        for name_hash in guessed:
            _goes_well("telling-failed", partial(tell_of_tries, self._parts.work, name_hash))

    def remind(self) -> None:
        """Remind of unused confirmation links; return the cases of expired ones to the desk."""
        with self._parts.reading() as work:
            waiting, ended = list_to_remind(work), list_ended(work)
        for verb, cases in ((remind, waiting), (end_link, ended)):
            for case_id in cases:
                _goes_well("reminder-failed", partial(self._see_through, verb, case_id))

    def _see_through(self, verb: Callable[[Work, CaseId], None], case_id: CaseId) -> None:
        with self._parts.work() as work:
            verb(work, case_id)

    def send_emails(self) -> None:
        """Send every email that is due, while there is a mail server that accepts them."""
        self._email_sender.send_all(self._stop)

    def tell_receiver(self) -> None:
        """Send announcements that are due, while there is a receiver that accepts them."""
        self._webhook_sender.tell_all(self._stop)

    def tell_systems(self) -> None:
        """Tell other systems to erase whoever left, until they confirm it."""
        self._connector_sender.tell_all(self._stop)

    def destroy_keys(self) -> None:
        """Destroy doomed keys."""
        if not self._finds(find_is_doomed) or not self._may_destroy():
            return
        with self._parts.work() as work:
            destroy_doomed(work)

    def seal_audit(self) -> None:
        """Seal what waits in the audit trail, then copy its newest seal into the keyring.

        If the trail's newest entries are missing, compared with the keyring, that is logged once.
        """
        for _ in range(SEALED_AT_ONCE):
            if not self._finds(find_is_unsealed):
                break
            with self._parts.work() as work:
                if seal_waiting(work) == 0:
                    break
        with self._parts.reading() as work:
            position = find_position(work)
        is_whole = note_head(self._parts)
        if self._trail_is_whole and not is_whole:
            log.error("audit-trail-cut")
        self._trail_is_whole, self._sealed_up_to = is_whole, position

    def index_customers(self) -> None:
        """Write the contact hashes of customers without any; one that fails delays no other."""
        if not self._finds(self._find_is_indexing):
            return
        try:
            with self._parts.work() as work:
                index_waiting(work, INDEXED_AT_ONCE, self._list_set_aside())
        except NOBODYS_FAULT:
            raise
        except Exception:  # noqa: BLE001  # whose fault it is comes out one by one
            self._index_one_by_one()

    def _index_one_by_one(self) -> None:
        with self._parts.reading() as work:
            waiting = list_unindexed(work, INDEXED_AT_ONCE, self._list_set_aside())
        for customer_id in waiting:
            try:
                with self._parts.work() as work:
                    index_one(work, customer_id)
            except NOBODYS_FAULT:
                raise
            except Exception as error:  # one damaged customer must not hold up the others
                log.exception("marking-failed", exc_info=error)
                self._set_aside[customer_id] = self._parts.clock()

    def _find_is_indexing(self, work: Work) -> bool:
        return bool(list_unindexed(work, 1, self._list_set_aside()))

    def _list_set_aside(self) -> list[CustomerId]:
        """Return who could not be indexed, until it is time to try again."""
        now = self._parts.clock()
        return [one for one, at in self._set_aside.items() if not _is_time(at, now, INDEX_AGAIN)]

    def lift(self) -> None:
        """Lift suppressions whose owners agreed while the keyring could not be reached."""
        with self._parts.reading() as work:
            waiting = list_to_lift(work, LIFTED_AT_ONCE)
        if not waiting or not self._may_destroy():
            return
        for customer_id in waiting:
            _goes_well("lifting-failed", partial(lift_waiting, self._parts.work, customer_id))

    def sweep(self) -> None:
        """Delete what has reached the end of its retention, now and then."""
        if not self._is_to_sweep():
            return
        self._swept_at = self._parts.clock()
        if self._may_destroy():
            parts = self._parts
            for job in (
                partial(purge, parts.work, parts.register, reading=parts.reading),
                self._forget_files,
                partial(truncate_journal, parts.sessions.engine),
            ):
                _goes_well("sweep-failed", job)

    def _forget_files(self) -> None:
        """Delete emails that are files once their retention after sending is over."""
        if self._parts.mail_folder is not None:
            forget_files(self._parts.mail_folder, self._parts.clock() - FILES_KEPT)

    def _is_to_sweep(self) -> bool:
        return _is_time(self._swept_at, self._parts.clock(), SWEEP_EVERY)

    def _finds(self, look: Callable[[Work], bool]) -> bool:
        with self._parts.reading() as work:
            return look(work)

    def _find_is_sealing(self, work: Work) -> bool:
        return find_is_unsealed(work) or find_position(work) != self._sealed_up_to

    def _may_destroy(self) -> bool:
        """Tell whether irreversible actions are safe now; log it once when not.

        The keyring must be the one that we know, and our clock must not be wrong.
        """
        if not self._has_open_keyring():
            return False
        with self._parts.reading() as work:
            fault = find_clock_fault(work, self._parts.timekeeper)
        if fault is not None and self._clock_is_right:
            log.error("clock-wrong", of=fault.of, seconds=fault.seconds)
        if fault is None and not self._clock_is_right:
            log.info("clock-right-again")
        self._clock_is_right = fault is None
        return self._clock_is_right

    def _check(self) -> bool:
        note_tick(self._parts)
        self._look_at_keyring()
        return self._may_work()

    def _may_work(self) -> bool:
        """Tell whether no restore is running; log it once when one is.

        A restored backup is out of date: emails in it were sent, and people in it have left.
        """
        try:
            is_now = is_restoring(self._parts)
        except DATABASE_AWAY:  # each job finds out, and says so
            return True
        if is_now != self._is_restoring:
            self._is_restoring = is_now
            if is_now:
                log.warning("copy-being-put-back")
            else:
                log.info("copy-put-back")
        return not is_now

    def _look_at_keyring(self) -> None:
        now = self._parts.clock()
        if _is_time(self._looked_at, now, LOOK_AT_KEYRING_EVERY):
            self._looked_at = now
            _goes_well("look-failed", self._has_open_keyring)

    def _has_open_keyring(self) -> bool:
        """Tell whether the keyring opens; when it does not, everything stops."""
        self._keyring_is_open = self._keyring_is_open and self._parts.keyring.is_open()
        if not self._keyring_is_open:
            self._stop.set()
        return self._keyring_is_open


def _find_is_leaving(work: Work) -> bool:
    """Tell whether anybody is to be erased now."""
    return bool(list_due(work, 1) or list_unfinished(work, 1))


def _find_is_reminding(work: Work) -> bool:
    """Tell whether a link needs a reminder, or has expired."""
    return bool(list_to_remind(work, 1) or list_ended(work, 1))


def _is_time(last: datetime | None, now: datetime, every: timedelta) -> bool:
    """Tell whether it is time again; also when the clock was set back meanwhile."""
    return last is None or not last <= now < last + every


def _goes_well(event: str, job: Callable[[], object]) -> bool:
    """Run one of several tasks so that its failure, which is logged, does not delay the others."""
    try:
        job()
    except BeingRestoredError:  # nor may any of the others
        raise
    except Exception as error:  # the last resort: log it, go on with the next
        log.exception(event, exc_info=error)
        return False
    return True
