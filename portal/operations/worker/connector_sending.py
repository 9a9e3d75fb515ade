"""Telling other systems to erase somebody, one after the other."""

import threading

from portal.erasure.connector_erasures.queries import find_is_due
from portal.erasure.connector_erasures.rules import ClaimedErasure
from portal.erasure.connector_erasures.service import claim_next, mark_confirmed, mark_failed
from portal.platform.core.connectors import ConnectorError, Silence
from portal.platform.core.log import get_logger
from portal.platform.core.work import Work
from portal.platform.runtime import Runtime

log = get_logger(__name__)


class ConnectorSender:
    """Tells systems; each that is away is tried again by its own plan, and holds up no other."""

    def __init__(self, parts: Runtime) -> None:
        self._parts = parts
        self._connectors = {
            one.slug: one.connector for one in parts.other_systems if one.connector is not None
        }

    @staticmethod
    def waits(work: Work) -> bool:
        """Tell whether a system is to be told."""
        return find_is_due(work)

    def tell_all(self, stop: threading.Event) -> None:
        """Tell what is due: each is claimed, told outside any transaction, and noted."""
        while not stop.is_set():
            with self._parts.work() as work:
                claimed = claim_next(work)
            if claimed is None:
                return
            self._tell(claimed)

    def _tell(self, claimed: ClaimedErasure) -> None:
        name, system = str(claimed.id), claimed.system
        connector = self._connectors.get(system)
        try:
            answer = connector.erase(claimed.references, claimed.id) if connector else None
        except ConnectorError as error:
            answer, silence = None, error.silence.value
        else:
            silence = Silence.UNCONNECTED.value
        if answer is not None:
            with self._parts.work() as work:
                mark_confirmed(work, claimed.id, answer)
            log.info("system-erased", erasure=name, system=system)
            return
        with self._parts.work() as work:
            is_over = mark_failed(work, claimed.id, is_known=connector is not None)
        if is_over:
            log.error("system-given-up", erasure=name, system=system, silence=silence)
        else:
            log.warning("system-not-told", erasure=name, system=system, silence=silence)
