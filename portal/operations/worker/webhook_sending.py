"""Sending webhooks to the receiver, one announcement after the other."""

import threading

from portal.consent.webhooks.rules import AWAY, LONGEST_WAIT, Claimed
from portal.consent.webhooks.service import claim_next, find_is_due, mark_delivered, mark_failed
from portal.platform.core.breaker import Breaker
from portal.platform.core.log import get_logger
from portal.platform.core.webhooks import NOBODY, Answer
from portal.platform.core.work import Work
from portal.platform.runtime import Runtime

log = get_logger(__name__)


class WebhookSender:
    """Sends announcements; an unreachable or busy receiver is left alone for a while."""

    def __init__(self, parts: Runtime) -> None:
        self._parts = parts
        self._breaker = Breaker(parts.clock, longest=AWAY)

    def waits(self, work: Work) -> bool:
        """Tell whether an announcement is due and there is a receiver to try."""
        return self._parts.receiver.is_there and not self._breaker.is_open and find_is_due(work)

    def tell_all(self, stop: threading.Event) -> None:
        """Send what is due: each is claimed, sent outside any transaction, and noted."""
        while self._parts.receiver.is_there and not (stop.is_set() or self._breaker.is_open):
            with self._parts.work() as work:
                claimed = claim_next(work)
            if claimed is None:
                return
            answer = self._announce(claimed)
            if answer.is_yes:
                self._breaker.close()
            elif answer.status == NOBODY or answer.wait:
                self._breaker.open(min(answer.wait, LONGEST_WAIT))

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
            is_over = mark_failed(work, claimed.id, answer.status, answer.wait)
        name, status = str(claimed.id), answer.status
        if is_over:
            log.error("announcement-given-up", announcement=name, status=status)
        else:
            log.warning("announcement-not-delivered", announcement=name, status=status)
        return answer
