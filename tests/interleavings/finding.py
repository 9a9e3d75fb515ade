"""What is found: something that comes of no order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tests.interleavings.outcome import Rows, says_no, without_traces

VARYING = re.compile(r"process \d+|\(\d+,\d+\)|\d{4,}")
"""What PostgreSQL says of a deadlock, differently each time."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The first of the verbs is held, the others run meanwhile."""

    scene: str
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, `where` the first verb was held, and at how many more borders the same came of it.

    `said` is what each verb said; `in_turn` what they say one after the other.
    """

    meeting: Meeting
    fault: str
    where: str
    said: dict[str, str]
    in_turn: tuple[dict[str, str], ...] = ()
    more: int = 0

    def __str__(self) -> str:
        held, *others = self.meeting.verbs
        who = f"{self.meeting.scene}: {held} held, {', '.join(others) or 'nobody'} meanwhile"
        lines = [
            f"{who}: {self.fault}",
            f"before {self.where}" + (f", and at {self.more} more borders" if self.more else ""),
            *(f"{name} said {said}" for name, said in self.said.items()),
            *(f"in turn: {turn}" for turn in self.in_turn),
        ]
        return "\n    ".join(lines)


@dataclass
class Findings:
    """All that was found, each kind once."""

    kept: dict[tuple[Meeting, str], Finding] = field(default_factory=dict)

    def note(self, finding: Finding) -> None:
        key = finding.meeting, VARYING.sub("#", finding.fault)
        known = self.kept.get(key)
        self.kept[key] = replace(known, more=known.more + 1) if known else finding

    def since(self, number: int) -> list[Finding]:
        """Return those that came after so many others."""
        return list(self.kept.values())[number:]

    def __len__(self) -> int:
        return len(self.kept)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of several verbs: what they said, every row, and what is wrong with those."""

    said: dict[str, str]
    rows: Rows
    faults: list[str]

    def is_like(self, turn: "Came") -> bool:
        """Tell whether the same comes of some verbs in turn; refused ones may be missing there.

        Of a refusal there may be traces: a counted try, a line in the trail.
        """
        refused = {name for name, said in self.said.items() if says_no(said)}
        spoke = {name: said for name, said in self.said.items() if name not in refused}
        if spoke.items() <= turn.said.items() and self.said.keys() >= turn.said.keys():
            if self.said == turn.said:
                return self.rows == turn.rows
            return bool(refused) and without_traces(self.rows) == without_traces(turn.rows)
        return False

    def nearest(self, others: Iterable["Came"]) -> "Came":
        """Return the one whose rows differ least."""
        return min(others, key=lambda one: len(_between(self.rows, one.rows)))


def _between(one: Rows, other: Rows) -> list[object]:
    return [*(one - other).elements(), *(other - one).elements()]
