"""What goes on around somebody who leaves: strangers and their own other tabs, all the while."""

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from portal.platform.core.errors import DomainError
from portal.self_service.email_change.service import ask_for_change
from tests.interleavings.facts import NOW
from tests.interleavings.lab import Lab
from tests.interleavings.verb import Verb, act, by
from tests.interleavings.verbs import VERBS

PAUSE_SECONDS = 0.002
"""Between two: SQLite serves whoever asks first, and the one who leaves has to have a turn."""
LINES = (
    ("wrong_password", "ask_reset", "change_to_theirs"),
    ("ask_choices_link", "register_mine", "open_visitors_case", "wrong_password"),
    ("unsubscribe_all", "confirm_change", "undo_change", "no_marketing_visitor"),
)
"""Each is a thread that does this over and over: at the address of the one who leaves."""


def _of_somebody_else(lab: Lab) -> Verb:
    """Another customer would like to have this address from now on."""
    return by("other", ask_for_change, (lab.facts.visits["other"], NOW))


@dataclass
class Fire:
    """Threads that go on until they are told to stop; `done` counts, `faults` are no refusals."""

    lab: Lab
    done: int = 0
    faults: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def stoke(self, verbs: tuple[Callable[[], Verb], ...]) -> None:
        """Do these, one after the other, again and again."""
        lab, worker = self.lab, self.lab.worker(self.lab.second)
        while True:
            for verb in verbs:
                try:
                    act(verb(), lab.facts, lab.second, worker)
                    self.done += 1
                except DomainError:
                    pass  # which is an answer
                except Exception:  # noqa: BLE001  # which is a finding
                    self.faults.append(traceback.format_exc(limit=-3))
                if self._stop.wait(PAUSE_SECONDS):
                    return

    def put_out(self) -> None:
        self._stop.set()


@contextmanager
def under_fire(lab: Lab) -> Iterator[Fire]:
    """Let all of it go on meanwhile."""
    fire = Fire(lab)
    lines = [tuple(_verb(lab, name) for name in line) for line in LINES]
    threads = [threading.Thread(target=fire.stoke, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    try:
        yield fire
    finally:
        fire.put_out()
        for thread in threads:
            thread.join()


def _verb(lab: Lab, name: str) -> Callable[[], Verb]:
    if name == "change_to_theirs":
        return lambda: _of_somebody_else(lab)
    if name in {"open_visitors_case", "no_marketing_visitor"}:  # a copy of the form for each
        return lambda: _new_form(VERBS[name])
    return lambda: VERBS[name]


def _new_form(verb: Verb) -> Verb:
    given = verb.given
    assert not callable(given)
    return replace(verb, given=(replace(given[0], once=""), *given[1:]))
