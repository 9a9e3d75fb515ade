"""A portal in two processes on the same databases, prepared scene by scene."""

import base64
import secrets
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import exists, select

from portal.erasure.cancellation.models import CancellationUnderway
from portal.identity.credentials.rules import QUESTIONS
from portal.messaging.email.delivery import TAKEN, Outcome
from portal.messaging.email.render import EmailRenderer
from portal.operations.data_inventory import HELD
from portal.operations.worker.worker import Worker
from portal.platform.core.errors import DomainError
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import Settings
from tests.databases import MASTER
from tests.interleavings.borders import Borders
from tests.interleavings.facts import Facts
from tests.interleavings.outcome import FAILED, KILLED, REFUSED, Rows, look, name_known, spell
from tests.interleavings.scenes import SCENES
from tests.interleavings.stores import Stores, open_stores
from tests.interleavings.verb import Verb, act
from tests.world import NOON, MovedClock, World

LONGEST_WAIT_SECONDS = 30.0
ROUNDS_MINUTES = (1, 11, 11)
"""When the worker comes by afterwards, as it would."""


class KilledError(BaseException):
    """The process ends here."""


class TickingClock(MovedClock):
    """Each look at it is a millisecond later, so that what came first can be seen."""

    def __init__(self, now: datetime = NOON) -> None:
        super().__init__(now)
        self._looks = 0

    def __call__(self) -> datetime:
        self._looks += 1
        return self.now + timedelta(milliseconds=self._looks)

    def set(self, now: datetime) -> None:
        self.now, self._looks = now, 0


class NotingTransport:
    """Sends nothing; notes what went to whom."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, message: EmailMessage, to: str) -> Outcome:
        self.sent.append((to, str(message["Subject"])))
        return TAKEN


class Lab:
    """Two runtimes: the verb that is held has the first, whatever runs meanwhile the second."""

    def __init__(self, stores: Stores, folder: Path) -> None:
        self.stores, self.clock = stores, TickingClock()
        secret = base64.b64encode(secrets.token_bytes(32)).decode()
        main, keyring = stores.urls
        settings = Settings(
            demonstration=True,
            secret_key="for tests only, forty characters long...",
            master_key=MASTER,
            argon2_memory_kib=64,
            argon2_time=1,
            instance=folder,
            database_url=main,
            keyring_url=keyring,
            webhook_url="http://127.0.0.1:9/",
            webhook_secret=f"whsec_{secret}",
        )
        self.first, self.second = (
            assemble(settings, HELD, QUESTIONS, self.clock, reference=self.clock) for _ in range(2)
        )
        self.borders = Borders()
        self.borders.watch(self.first.sessions.engine, "main")
        self.borders.watch(self.first.keyring.engine, "keyring")
        self.transport = NotingTransport()
        self.last_fault = ""
        self._scenes: dict[str, Facts] = {}
        self.facts = Facts()
        stores.keep("nothing")

    def set_up(self, scene: str) -> Facts:
        """Bring a scene about: made once, put back from then on."""
        if scene not in self._scenes:
            self.stores.put("nothing")
            self.clock.set(NOON)
            facts = SCENES[scene](World(Flask("lab"), self.first, self.clock))
            name_known(self.first, facts)
            self.stores.keep(scene)
            self._scenes[scene] = facts
        self.stores.put(scene)
        self.facts = self._scenes[scene]
        self.clock.set(NOON + self.facts.later)
        self.transport.sent.clear()
        return self.facts

    def say(self, verb: Verb, parts: Runtime) -> str:
        """Carry a verb out, and say in a few words what it said."""
        try:
            return spell(act(verb, self.facts, parts, self.worker(parts)))
        except DomainError as refusal:
            return f"{REFUSED}: {type(refusal).__name__}"
        except KilledError:
            return KILLED
        except Exception as error:  # noqa: BLE001  # which is a finding
            cause: Any = getattr(error, "orig", None) or error
            self.last_fault = traceback.format_exc()
            words = (str(cause).splitlines() or [""])[0]
            return f"{FAILED}: {type(error).__name__} {type(cause).__name__} {words[:90]}"

    def settle(self) -> None:
        """Let the worker finish what was begun, as it would within the next minutes."""
        for minutes in ROUNDS_MINUTES:
            if not self.is_underway():
                return
            self.clock.move(minutes=minutes)
            self.worker(self.first).finish_cancellations()

    def is_underway(self) -> bool:
        """Tell whether somebody is being erased."""
        with self.first.reading() as work:
            return bool(work.session.scalar(select(exists().select_from(CancellationUnderway))))

    def look(self, only: frozenset[str] | None = None) -> Rows:
        return look(self.first, self.facts, self.transport.sent, only)

    def worker(self, parts: Runtime) -> Worker:
        return Worker(parts, EmailRenderer.of(parts.settings, self.clock), self.transport)

    def run_or_wait(self, thread: threading.Thread) -> bool:
        """Start a thread, until it ends or waits for a lock; tell whether it waits."""
        thread.start()
        ends, seen = time.monotonic() + LONGEST_WAIT_SECONDS, 0
        while time.monotonic() < ends:
            thread.join(0.002)
            if not thread.is_alive():
                return False
            seen = seen + 1 if self.stores.is_waiting() else 0
            if seen > 1:  # not only for a moment
                return True
        return True

    def close(self) -> None:
        for parts in (self.first, self.second):
            parts.sessions.engine.dispose()
            parts.keyring.engine.dispose()


@contextmanager
def open_lab(kind: str, folder: Path) -> Iterator[Lab]:
    """Open a portal on databases of a kind, in a folder with a short path."""
    with open_stores(kind, folder) as stores:
        lab = Lab(stores, folder)
        try:
            yield lab
        finally:
            lab.close()
