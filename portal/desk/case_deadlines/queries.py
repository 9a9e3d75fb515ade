"""Reading what moved the last day to answer a case, and what still may."""

from dataclasses import dataclass

from portal.desk.case_deadlines.rules import PictureSpan, WhatIf, draw, list_what_ifs
from portal.desk.cases.queries import get_segments
from portal.desk.cases.rules import Case
from portal.governance.deadlines.rules import (
    AnswerDeadline,
    Segments,
    reckon_answer,
)
from portal.platform.core.clock import london_day
from portal.platform.core.work import Work


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """The last day to answer a case, what made it that day, and what would move it."""

    deadline: AnswerDeadline
    segments: Segments
    what_ifs: list[WhatIf]
    may_ask: bool
    """Whether they can be asked who they are: nobody has, and it is not overdue."""
    may_extend: bool

    @property
    def picture(self) -> list[PictureSpan]:
        """Its segments, drawn beside one another."""
        return draw(self.segments, self.deadline)


def get_deadline(work: Work, found: Case) -> DeadlineView:
    """Return the last day to answer a case, as it is reckoned today."""
    today, segments = london_day(work.now), get_segments(work, found)
    deadline = reckon_answer(found.kind, segments, work.nation)
    what_ifs = list_what_ifs(found.kind, segments, today, work.nation)
    extend_by = deadline.extend_by
    may_extend = found.is_open and extend_by is not None and today <= extend_by
    is_asked = segments.identity_asked_on is not None
    may_ask = found.is_open and not is_asked and today <= (deadline.due_on or today)
    what_ifs = what_ifs if found.is_open else []
    return DeadlineView(deadline, segments, what_ifs, may_ask, may_extend)
