"""Hold one verb at each border while others run, and compare with one after the other."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.interleavings.borders import COMMIT, Step, Touch
from tests.interleavings.finding import Came, Finding, Findings, Meeting
from tests.interleavings.held import KILL, Held, Say
from tests.interleavings.invariants import list_faults
from tests.interleavings.lab import Lab
from tests.interleavings.outcome import FAILED, differences
from tests.interleavings.verb import Verb
from tests.interleavings.verbs import VERBS

AGAIN = " again"
"""Marks a verb that meets itself."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What a verb does by itself: what it asks of the databases, and whether it erases somebody."""

    said: str
    steps: tuple[Step, ...]
    erases: bool

    @property
    def touch(self) -> Touch:
        return _all(step.touch for step in self.steps)


class Hunt:
    """Has verbs of a table meet, and keeps what it finds; at most so many borders a meeting."""

    def __init__(self, lab: Lab, table: dict[str, Verb] = VERBS, most: int = 400) -> None:
        self.lab, self.most = lab, most
        self.pairs = self.runs = 0
        self.findings = Findings()
        self._table = table
        self._alone: dict[tuple[str, str], Alone] = {}

    def meet(self, scene: str, *verbs: str) -> list[Finding]:
        """Hold the first at each border where it matters; return what was found."""
        known = len(self.findings)
        self.pairs += 1
        held, *others = verbs
        names = held, *(f"{one}{AGAIN}" if one == held else one for one in others)
        meeting = Meeting(scene, names)
        if KILL in names:
            self._kill(meeting)
        else:
            self._interleave(meeting)
        return self.findings.since(known)

    def alone(self, scene: str, name: str) -> Alone:
        """Carry a verb out by itself, and hear what it asks."""
        if (scene, name) not in self._alone:
            self.lab.set_up(scene)
            steps: list[Step] = []
            self.lab.borders.listener = steps.append
            said = self._say(name)()
            self.lab.borders.listener = None
            erases = any("cancellation_underway" in step.words for step in steps)
            self._alone[scene, name] = Alone(said, tuple(steps), erases)
            if said.startswith(FAILED):
                fault = f"{name} fails by itself: {said}"
                self.findings.note(Finding(Meeting(scene, (name,)), fault, "", {name: said}))
        return self._alone[scene, name]

    def _interleave(self, meeting: Meeting) -> None:
        names = meeting.verbs
        alone = {name: self.alone(meeting.scene, name) for name in names}
        only = _compared(alone.values())
        turns = {
            order: self._in_turn(meeting.scene, order, only)
            for size in range(1, len(names) + 1)
            for order in itertools.permutations(names, size)
        }
        whole = [one for order, one in turns.items() if len(order) == len(names)]
        known = {fault for one in whole for fault in one.faults}
        for fault in known:
            self.findings.note(Finding(meeting, f"even in turn: {fault}", "", whole[0].said))
        for where, came in self._held(meeting, self._points(alone, names), only):
            for fault in self._list_wrong(came, turns, known):
                spoken = tuple(one.said for one in whole)
                self.findings.note(Finding(meeting, fault, where, came.said, spoken))

    def _kill(self, meeting: Meeting) -> None:
        """A process that ends leaves nothing wrong behind that the worker does not finish."""
        for where, came in self._held(meeting, itertools.count(), frozenset()):
            for fault in came.faults:
                self.findings.note(Finding(meeting, fault, where, came.said))

    def _held(
        self, meeting: Meeting, points: Iterable[int], only: frozenset[str] | None
    ) -> Iterator[tuple[str, Came]]:
        """Yield what comes of holding the first verb at each of its borders, and where that was."""
        names = meeting.verbs
        says = {name: self._say(name, is_first=name == names[0]) for name in names}
        for point in points:
            self.lab.set_up(meeting.scene)
            run = Held(self.lab, says, point).run()
            if not run.where:
                return
            self.runs += 1
            yield run.where, self._look(run.said, only)

    def _in_turn(self, scene: str, order: tuple[str, ...], only: frozenset[str] | None) -> Came:
        self.lab.set_up(scene)
        said = {name: self._say(name, is_first=name == order[0])() for name in order}
        return self._look(said, only)

    def _look(self, said: dict[str, str], only: frozenset[str] | None) -> Came:
        self.lab.settle()
        return Came(said, self.lab.look(only), list_faults(self.lab.first, self.lab.facts))

    def _say(self, name: str, *, is_first: bool = True) -> Say:
        if name == KILL:
            return str
        parts = self.lab.first if is_first else self.lab.second
        return partial(self.lab.say, self._table[name.removesuffix(AGAIN)], parts)

    @staticmethod
    def _list_wrong(
        came: Came, turns: dict[tuple[str, ...], Came], known: set[str]
    ) -> Iterator[str]:
        """Yield what is wrong, and what comes neither of all in turn nor of those not refused."""
        yield from (fault for fault in came.faults if fault not in known)
        yield from (f"{n} {said}" for n, said in came.said.items() if said.startswith(FAILED))
        if not any(came.is_like(one) for one in turns.values()):
            whole = [one for one in turns.values() if one.said.keys() == came.said.keys()]
            yield f"comes of no order:\n      {differences(came.nearest(whole).rows, came.rows)}"

    def _points(self, alone: dict[str, Alone], names: tuple[str, ...]) -> Iterable[int]:
        """Return the borders at which holding the first makes a difference to the others."""
        if self.lab.stores.kind == "sqlite":
            return itertools.count()
        theirs = _all(alone[name].touch for name in names[1:])
        points, held = [0], Touch()
        for number, step in enumerate(alone[names[0]].steps, start=1):
            matters = step.touch.minds(theirs) or "advisory" in step.words
            if step.words == COMMIT:
                matters, held = held.minds(theirs), Touch()
            held = held.with_(step.touch)
            if matters:
                points.append(number)
        return _spread(points, self.most)


def _compared(alone: Iterable[Alone]) -> frozenset[str] | None:
    """Return the tables worth reading: those that were named, or all where somebody is erased."""
    everyone = list(alone)
    if any(one.erases for one in everyone):
        return None
    return _all(one.touch for one in everyone).reads | {"customer", "audit_entry"}


def _all(touches: Iterable[Touch]) -> Touch:
    whole = Touch()
    for touch in touches:
        whole = whole.with_(touch)
    return whole


def _spread(points: list[int], most: int) -> list[int]:
    """Return at most so many of them, evenly, the ends among them."""
    if len(points) <= most:
        return points
    step = (len(points) - 1) / (most - 1)
    return sorted({points[round(number * step)] for number in range(most)})
