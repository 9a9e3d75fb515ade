"""What would move the last day to answer, and by when it can still be done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from portal.governance.deadlines.rules import AnswerDeadline, RequestKind, Segments, reckon_answer
from portal.platform.core.clock import spell_day, spell_weekday
from portal.platform.core.texts import _
from portal.platform.core.working_days import Nation, next_working_day

AHEAD = 5
"""Working days for which is said what an answer on each would change."""
LONGEST_WORDS = 1_000


class IdentityProof(StrEnum):
    """How somebody showed us who they are."""

    SIGNED_IN = "signed-in"
    CALLED_BACK = "called-back"
    DOCUMENT_SEEN = "document-seen"
    IN_A_SHOP = "in-a-shop"
    OTHER = "other"

    def spell(self, text: str) -> str:
        """Return how it was shown, and what the colleague wrote of it, as the case keeps it."""
        return "\n".join(filter(None, (PROOFS[self], text)))


PROOFS = {
    IdentityProof.SIGNED_IN: _("They signed in and answered there"),
    IdentityProof.CALLED_BACK: _("We rang the number we have and asked what only they know"),
    IdentityProof.DOCUMENT_SEEN: _("They showed a document, and we kept no copy"),
    IdentityProof.IN_A_SHOP: _("They showed a document in a shop, and we kept no copy"),
    IdentityProof.OTHER: _("Another way, as written here"),
}


def spell_extension(why: str, due_on: date, leaves_on: date | None = None) -> str:
    """Return what somebody reads whose answer takes longer (UK GDPR, article 12(3) and (4)).

    No day is promised to whoever has closed their account, which is deleted by then: `leaves_on`.
    """
    longer = _(
        "We need longer to answer you. {why}\n\nThe law lets us take two more months when a request"
        " is complex, or when there are several.",
        why=why,
    )
    if leaves_on is None or due_on < leaves_on:
        return longer + " " + _("We’ll answer by {day}.", day=spell_day(due_on))
    gone = _(
        "We delete your account on {day}, and this message with it. We may not answer before then.",
        day=spell_day(leaves_on),
    )
    return f"{longer} {gone}"


class SpanKind(StrEnum):
    """What a part of the time between receipt and answer is."""

    WAITING = "waiting"
    """For proof of who they are, or for a clarification: those days don't count."""
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class PictureSpan:
    """A part of the time between receipt and answer, in per cent of all of it."""

    kind: SpanKind
    left: float
    width: float


def draw(segments: Segments, deadline: AnswerDeadline) -> list[PictureSpan]:
    """Return the time from receipt to the last day to answer, cut where days don't count."""
    first, last = segments.received_on, deadline.due_on
    if last is None or last <= first:
        return []
    begun = segments.begun_on or first
    waits = [(first, begun), *((one.asked_on, one.answered_on or last) for one in segments.pauses)]
    spans, day = list[tuple[SpanKind, date, date]](), first
    for start, end in sorted((max(a, first), min(b, last)) for a, b in waits):
        if day < start:
            spans.append((SpanKind.COUNTED, day, start))
        if max(day, start) < end:
            spans.append((SpanKind.WAITING, max(day, start), end))
        day = max(day, end)
    if day < last:
        spans.append((SpanKind.COUNTED, day, last))
    whole = (last - first).days
    return [
        PictureSpan(kind, 100 * (start - first).days / whole, 100 * (end - start).days / whole)
        for kind, start, end in spans
    ]


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
    text = (
        _("If they show who they are by {by}, we must answer by {due}.")
        if segments.waits_for_identity
        else _("If they answer by {by}, we must answer by {due}.")
    )
    for day in _list_ahead(today, nation):
        answered = _answer_by(segments, day)
        if answered is not None:
            found += _say_what_if(text, kind, answered, day, nation)
    deadline = reckon_answer(kind, segments, nation)
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
    if segments.waits_for_identity:
        return replace(segments, identity_proved_on=day)
    if not segments.is_paused:
        return None
    closed = (replace(one, answered_on=one.answered_on or day) for one in segments.pauses)
    return replace(segments, pauses=tuple(closed))


def _say_what_if(
    text: str, kind: RequestKind, segments: Segments, by: date, nation: Nation
) -> list[WhatIf]:
    due_on = reckon_answer(kind, segments, nation).due_on
    if due_on is None:
        return []
    return [WhatIf(by, due_on, text.format(by=spell_weekday(by), due=spell_day(due_on)))]
