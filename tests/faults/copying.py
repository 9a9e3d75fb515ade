"""A process that makes a copy the only one there is, and is killed at a step that is chosen."""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from portal.identity.credentials.rules import QUESTIONS
from portal.operations.backup import store
from portal.operations.backup.backup import back_up
from portal.operations.backup.manifest import Backup
from portal.operations.data_inventory import HELD
from portal.platform.runtime import assemble
from portal.platform.settings import Settings


def die_at(step: int) -> None:
    """Be killed before the line of the backup store with a number; nothing is tidied."""
    steps = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal steps
        del argument
        if frame.f_code.co_filename != store.__file__:
            return None
        if event == "line":
            steps += 1
            if steps == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def publish_and_die(part: Path, copy: Backup, step: int) -> None:
    """Give a finished copy the place of the only one."""
    die_at(step)
    store.publish_only(part, copy)


def reserve_and_die(folder: Path) -> None:
    """Be killed in the middle of a copy."""
    with store.reserved(folder, datetime(2026, 11, 23, 12, tzinfo=UTC)) as part:
        part.write_bytes(b"half of it")
        os.kill(os.getpid(), signal.SIGKILL)


def back_up_and_die(settings: Settings, now: datetime, folder: Path, step: int) -> None:
    """Back both databases up."""
    parts = assemble(settings, HELD, QUESTIONS, lambda: now)
    die_at(step)
    back_up(parts, folder, folder / "keyring", lambda _: None)
