"""What would move the last day to answer, and by when it can still be done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from portal.governance.deadlines.rules import RequestKind, Segments, reckon
from portal.platform.core.clock import spell_day, spell_weekday
from portal.platform.core.texts import _
from portal.platform.core.working_days import Nation, next_working_day

AHEAD = 5
"""Working days for which is said what an answer on each would change."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What one thing, done by a day, would make of the last day to answer."""

    by: date
    due_on: date
    text: str


def list_what_ifs(
    kind: RequestKind, segments: Segments, today: date, nation: Nation
) -> list[WhatIf]:
    """Say what an answer of theirs by each of the next working days would change, or an extension.

    Nothing where neither is waited for nor an extension can still be sent.
    """
    found = []
    for day in _list_ahead(today, nation):
        answered = _answer_by(segments, day)
        if answered is not None:
            found += _say_what_if(
                _("If they answer by {by}, we must answer by {due}."), kind, answered, day, nation
            )
    deadline = reckon(kind, segments, nation)
    if deadline.extend_by is not None and today <= deadline.extend_by:
        text = (
            _("Today is the last day to extend. Then we must answer by {due}.")
            if today == deadline.extend_by
            else _("If we extend by {by}, we must answer by {due}.")
        )
        extended = replace(segments, extended_on=today)
        found += _say_what_if(text, kind, extended, deadline.extend_by, nation)
    return found


def _list_ahead(today: date, nation: Nation) -> Iterator[date]:
    day = today
    for _one in range(AHEAD):
        day = next_working_day(day + timedelta(days=1), nation)
        yield day


def _answer_by(segments: Segments, day: date) -> Segments | None:
    """Return the segments as if they had answered on a day; None where nothing is waited for."""
    if segments.begun_on is None:
        return replace(segments, identity_proved_on=day)
    if not segments.is_paused:
        return None
    closed = (replace(one, answered_on=one.answered_on or day) for one in segments.pauses)
    return replace(segments, pauses=tuple(closed))


def _say_what_if(
    text: str, kind: RequestKind, segments: Segments, by: date, nation: Nation
) -> list[WhatIf]:
    due_on = reckon(kind, segments, nation).due_on
    if due_on is None:
        return []
    return [WhatIf(by, due_on, text.format(by=spell_weekday(by), due=spell_day(due_on)))]
