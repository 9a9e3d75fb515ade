"""Hold one verb at each border while others run, and compare with one after the other."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.interleavings.borders import COMMIT, Step, Touch
from tests.interleavings.finding import Came, Finding, Findings, Meeting
from tests.interleavings.held import KILL, Held, Say
from tests.interleavings.invariants import list_early_faults, list_faults
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
        self._in_order: dict[tuple[str, tuple[str, ...], frozenset[str] | None], Came] = {}

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
            came = self._look({name: said}, frozenset())
            erases = any("cancellation_underway" in step.words for step in steps)
            self._alone[scene, name] = Alone(said, tuple(steps), erases)
            wrong = came.faults + [said] * said.startswith(FAILED)
            for fault in wrong:
                meeting = Meeting(scene, (name,))
                self.findings.note(Finding(meeting, f"by itself: {fault}", "the end", came.said))
        return self._alone[scene, name]

    def _interleave(self, meeting: Meeting) -> None:
        names = meeting.verbs
        alone = {name: self.alone(meeting.scene, name) for name in names}
        only = _compared(alone.values())
        whole = [self._in_turn(meeting.scene, one, only) for one in itertools.permutations(names)]
        known = {fault for one in whole for fault in one.faults}
        for fault in known:
            self.findings.note(Finding(meeting, f"even in turn: {fault}", "", whole[0].said))
        for where, came in self._held(meeting, self._points(alone, names), only):
            wrong = [fault for fault in came.faults if fault not in known]
            wrong += [f"{n} {said}" for n, said in came.said.items() if said.startswith(FAILED)]
            if not any(came.is_like(one) for one in whole) and not self._is_in_order(
                meeting, came, only
            ):
                rows = differences(came.nearest(whole).rows, came.rows)
                wrong += [f"comes of no order:\n      {rows}"]
            for fault in wrong:
                spoken = tuple(one.said for one in whole)
                self.findings.note(Finding(meeting, fault, where, came.said, spoken))

    def _is_in_order(self, meeting: Meeting, came: Came, only: frozenset[str] | None) -> bool:
        """Tell whether the same comes of those that were not refused, or one goes piecemeal."""
        names = meeting.verbs
        return any(self._table[name.removesuffix(AGAIN)].piecemeal for name in names) or any(
            came.is_like(self._in_turn(meeting.scene, order, only))
            for size in range(1, len(names))
            for order in itertools.permutations(names, size)
        )

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
        key = scene, order, only
        if key not in self._in_order:
            self.lab.set_up(scene)
            said = {name: self._say(name, is_first=name == order[0])() for name in order}
            self._in_order[key] = self._look(said, only)
        return self._in_order[key]

    def _look(self, said: dict[str, str], only: frozenset[str] | None) -> Came:
        early = list_early_faults(self.lab.first)
        self.lab.settle()
        late = list_faults(self.lab.first, self.lab.facts)
        return Came(said, self.lab.look(only), early + late)

    def _say(self, name: str, *, is_first: bool = True) -> Say:
        if name == KILL:
            return str
        parts = self.lab.first if is_first else self.lab.second
        return partial(self.lab.say, self._table[name.removesuffix(AGAIN)], parts)

    def _points(self, alone: dict[str, Alone], names: tuple[str, ...]) -> Iterable[int]:
        """Return the borders at which holding the first makes a difference to the others."""
        if self.lab.stores.kind == "sqlite":
            return itertools.count()
        theirs = _all(alone[name].touch for name in names[1:])
        between, within, held = [0], [], Touch()
        for number, step in enumerate(alone[names[0]].steps, start=1):
            if step.words == COMMIT:
                between += [number] * held.minds(theirs)
                held = Touch()
            elif step.touch.minds(theirs) or "advisory" in step.words:
                within.append(number)
            held = held.with_(step.touch)
        between = _spread(between, max(self.most // 2, self.most - len(within)))
        return sorted(between + _spread(within, self.most - len(between)))


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
    step = (len(points) - 1) / max(most - 1, 1)
    return sorted({points[round(number * step)] for number in range(most)})
