"""A process that erases somebody and is killed on the way, at a moment that is chosen."""

import os
import signal
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event

from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.platform.core.ids import CustomerId
from portal.platform.runtime import assemble
from portal.platform.settings import Settings


def watch(engine: Engine, happened: Callable[[], None]) -> None:
    """Tell of every moment: before and after each statement, and before each commit."""

    def listen(*_: Any) -> None:
        happened()

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, name, listen)


def erase_and_die(settings: Settings, now: datetime, customer_id: CustomerId, at: int) -> None:
    """Erase a customer; at the chosen moment this process kills itself, and nothing is tidied."""
    parts = assemble(settings, HELD, QUESTIONS, lambda: now, reference=lambda: now)
    moments = [0]

    def count() -> None:
        moments[0] += 1
        if moments[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)

    watch(parts.sessions.engine, count)
    watch(parts.keyring.engine, count)
    leave(parts.work, parts.context, customer_id, When.NOW)
