"""A process that migrates a database and is killed on the way, at a moment that is chosen."""

import os
import signal

from sqlalchemy import Engine, event

from portal.operations.schema import steps
from portal.operations.schema.migrate import upgrade
from portal.platform.core.database import open_engine


def upgrade_and_die(url: str, branch: str, at: int, batch: int) -> None:
    """Upgrade; before the chosen statement this process kills itself, and nothing is tidied."""
    steps.BATCH = batch
    statements = [0]

    def tell(*_: object) -> None:
        statements[0] += 1
        if statements[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", tell)
    upgrade(open_engine(url), branch)
