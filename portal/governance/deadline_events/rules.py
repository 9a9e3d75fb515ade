"""From what happened with a request, in order, to the segments that its last day comes of."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import StrEnum

from portal.governance.deadlines.rules import (
    Pause,
    RequestKind,
    Segments,
    TooLateError,
    due_date,
    reckon_answer,
)
from portal.platform.core.working_days import Nation


class DeadlineEvent(StrEnum):
    """What moves the day by which somebody must have an answer."""

    IDENTITY_ASKED = "identity-asked"
    IDENTITY_PROVED = "identity-proved"
    ASKED = "asked"
    """We asked them what they mean, and wait."""
    WROTE = "wrote"
    """They answered, or wrote more."""
    EXTENDED = "extended"
    """We told them, with the reason, that it takes longer."""
    CLOSED = "closed"
    REOPENED = "reopened"
    """A colleague found more to do: the request is the one it was, and no month begins anew."""


Events = Iterable[tuple[DeadlineEvent, date]]


def due_after(kind: RequestKind, received_on: date, events: Events, nation: Nation) -> date:
    """Return the last day to answer after all that happened so far, oldest first.

    No day that is past is promised to whoever wrote last (see `read_segments`). While we wait for
    proof of who they are, the day as if it had come with what happened last: it only moves on.
    """
    happened = list(events)
    segments = read_segments(kind, received_on, happened, nation)
    found = reckon_answer(kind, segments, nation).due_on
    last = max([segments.received_on, *(day for _event, day in happened)])
    return found or due_date(kind, last, nation)


def read_segments(kind: RequestKind, received_on: date, events: Events, nation: Nation) -> Segments:
    """Return the segments of what happened, oldest first.

    The month begins anew with what they write once their request was closed, or was due. An
    extension that was sent too late gives nothing.
    """
    now, asked_on, is_closed = Segments(received_on=received_on), None, False
    for event, day in events:
        if event is DeadlineEvent.ASKED:
            asked_on = asked_on or day
        elif event is DeadlineEvent.CLOSED:
            asked_on, is_closed = None, True
        elif event is DeadlineEvent.REOPENED:
            is_closed = False
        elif event is DeadlineEvent.WROTE:
            if asked_on is not None and asked_on < day:
                now = replace(now, pauses=(*now.pauses, Pause(asked_on, day)))
            due_on = reckon_answer(kind, now, nation).due_on
            if is_closed or (due_on is not None and due_on < day):
                now = Segments(received_on=day, is_again=True)
            asked_on, is_closed = None, False
        else:
            now = _note(kind, now, event, day, nation)
    return replace(now, pauses=(*now.pauses, Pause(asked_on))) if asked_on else now


def _note(
    kind: RequestKind, now: Segments, event: DeadlineEvent, day: date, nation: Nation
) -> Segments:
    if event is DeadlineEvent.IDENTITY_ASKED:
        return replace(now, identity_asked_on=now.identity_asked_on or day)
    if event is DeadlineEvent.IDENTITY_PROVED:
        return replace(now, identity_proved_on=now.identity_proved_on or day)
    extended = replace(now, extended_on=now.extended_on or day)
    try:
        reckon_answer(kind, extended, nation)
    except TooLateError:
        return now
    return extended
