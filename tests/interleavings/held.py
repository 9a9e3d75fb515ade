"""Holding one thread at a border while others run."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.interleavings.borders import Step
from tests.interleavings.lab import KilledError, Lab

HANGS_SECONDS = 60
KILL = "killed"
"""In place of a second verb: at the border the process of the first one ends."""

Say = Callable[[], str]


@dataclass
class Held:
    """Verbs by name, the first of which is held at its n-th border.

    There the others run one by one, each until it ends or waits for a lock; then it goes on.
    """

    lab: Lab
    says: dict[str, Say]
    point: int
    said: dict[str, str] = field(default_factory=dict)
    where: str = ""
    _passed: int = 0
    _others: list[threading.Thread] = field(default_factory=list)

    def run(self) -> "Held":
        """Let it all happen; `where` stays empty when the first verb has no such border."""
        held = next(iter(self.says))
        thread = self._thread(held)
        self.lab.borders.listener = self._hear
        try:
            thread.start()
            thread.join(HANGS_SECONDS)
            for other in self._others:
                other.join(HANGS_SECONDS)
        finally:
            self.lab.borders.listener = None
        if any(one.is_alive() for one in (thread, *self._others)):
            raise RuntimeError(f"{list(self.says)} hang, held before {self.where}")
        return self

    def _hear(self, step: Step) -> None:
        if not step.is_border:
            return
        self._passed += 1
        if self._passed != self.point + 1:
            return
        self.where = str(step)
        if KILL in self.says:
            raise KilledError
        for name in list(self.says)[1:]:
            other = self._thread(name)
            self._others.append(other)
            if self.lab.run_or_wait(other):
                self.where += f" [{name} waits]"

    def _thread(self, name: str) -> threading.Thread:
        def run() -> None:
            self.said[name] = self.says[name]()

        return threading.Thread(target=run, daemon=True)
