"""Reading what moved the last day to answer a case, and what still may."""

from dataclasses import dataclass

from portal.desk.case_deadlines.rules import PictureSpan, WhatIf, draw, list_what_ifs
from portal.desk.cases.queries import list_deadline_events
from portal.desk.cases.rules import Case
from portal.governance.deadlines.rules import (
    AnswerDeadline,
    RequestKind,
    Segments,
    read_segments,
    reckon,
)
from portal.platform.core.clock import london_day
from portal.platform.core.work import Work


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """The last day to answer a case, what made it that day, and what would move it."""

    deadline: AnswerDeadline
    segments: Segments
    what_ifs: list[WhatIf]
    may_extend: bool

    @property
    def picture(self) -> list[PictureSpan]:
        """Its segments, drawn beside one another."""
        return draw(self.segments, self.deadline)

    @property
    def may_ask(self) -> bool:
        """Whether nobody has asked them yet to show who they are."""
        return self.segments.identity_asked_on is None and not self.segments.identity_proved_on

    @property
    def asks_for_identity(self) -> bool:
        """Whether we wait for proof of who they are."""
        return self.segments.begun_on is None


def get_deadline(work: Work, found: Case) -> DeadlineView:
    """Return the last day to answer a case, as it is reckoned today."""
    today, events = london_day(work.now), list_deadline_events(work, found.id)
    segments = read_segments(london_day(found.received_at), events, work.nation)
    deadline = reckon(RequestKind.ACCESS, segments, work.nation)
    what_ifs = list_what_ifs(RequestKind.ACCESS, segments, today, work.nation)
    extend_by = deadline.extend_by
    may_extend = found.is_open and extend_by is not None and today <= extend_by
    return DeadlineView(deadline, segments, what_ifs if found.is_open else [], may_extend)
