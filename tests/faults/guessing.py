"""A process that guesses a password many times at once."""

import threading
from datetime import datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.platform.runtime import assemble
from portal.platform.settings import Settings
from tests.identity.realms.steps import check_password

THREADS = 10
WRONG = "five brown trombones sleep"


def guess(
    settings: Settings, now: datetime, email: str, start: Barrier, heard: "Queue[bool]"
) -> None:
    """One process: ten guesses at once, each told whether it was looked at."""
    parts = assemble(settings, HELD, QUESTIONS, lambda: now, reference=lambda: now)

    def try_once() -> None:
        start.wait(timeout=60)
        proof = check_password(parts.work, parts.hasher, email, WRONG).proof
        heard.put(not proof.blocked)

    crowd = [threading.Thread(target=try_once) for _ in range(THREADS)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    parts.close()
