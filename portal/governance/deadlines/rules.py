"""By when the law wants an answer: one pure function over what happened, and on which day.

What is kept of a request are its segments (received, identity asked for and proved, clarification
asked for and given, extension sent), never a day that was reckoned. All days are London's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from portal.platform.core.clock import spell_day
from portal.platform.core.errors import DomainError
from portal.platform.core.texts import _, _n
from portal.platform.core.working_days import (
    Nation,
    add_months,
    next_working_day,
)

MONTH, EXTENDED = 1, 3
"""Calendar months from the start, without an extension and with one (UK GDPR, article 12(3))."""
ACKNOWLEDGED_WITHIN = timedelta(days=29)
"""After the day of receipt: thirty days that begin with it (Data Protection Act 2018, section
164A). It is not moved to a working day."""
SATURDAY = 5

WROTE = _("You wrote. The law gives us one month: until {day}.")
WROTE_AGAIN = _(
    "You wrote again, so the month starts again. The law gives us one month: until {day}."
)
IDENTITY_ASKED = _("We asked you to show who you are. The month starts when you do.")
IDENTITY_PROVED = _(
    "You showed us who you are, so the month starts. The law gives us one month: until {day}."
)
PAUSE_OPEN = _("We asked you a question. The days until you answer don’t count.")
EXTENDED_TO = _(
    "We told you that your request takes longer. The law gives us two more months: until {day}."
)
LAST_DAY = _("This is our last day to answer.")
ON_SATURDAY = _(
    "This is our last day to answer. {day} is a Saturday, so it’s the next working day."
)
ON_SUNDAY = _("This is our last day to answer. {day} is a Sunday, so it’s the next working day.")
ON_HOLIDAY = _(
    "This is our last day to answer. {day} is a bank holiday, so it’s the next working day."
)
WEEKEND = {SATURDAY: ON_SATURDAY, SATURDAY + 1: ON_SUNDAY}
COMPLAINED = _("You complained. The law gives us until {day} to confirm that we have it.")
"""Why the last day to answer is the day it is, as its sender and our staff read it."""


class RequestKind(StrEnum):
    """What somebody asks for; each kind has its clock."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    OBJECTION = "objection"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    COMPLAINT = "complaint"
    """About the use of personal data: the law says when it is acknowledged, not when answered."""


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


Events = Iterable[tuple[DeadlineEvent, date]]


class TooLateError(DomainError):
    """What would move the last day to answer came after `last_day`: then nothing moves it."""

    code = "too-late"

    def __init__(self, last_day: date) -> None:
        super().__init__()
        self.last_day = last_day


@dataclass(frozen=True, slots=True)
class Pause:
    """Days for which we waited for a clarification, from our question to their answer."""

    asked_on: date
    answered_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """What happened with a request, as far as it moves the last day to answer."""

    received_on: date
    identity_asked_on: date | None = None
    identity_proved_on: date | None = None
    pauses: tuple[Pause, ...] = ()
    extended_on: date | None = None
    is_again: bool = False
    """Whether it was received anew: they wrote once more after it was closed, or due."""

    @property
    def begun_on(self) -> date | None:
        """The day from which the month counts; None while we wait for proof of who they are."""
        if self.identity_proved_on is not None:
            return max(self.identity_proved_on, self.received_on)
        return None if self.identity_asked_on is not None else self.received_on

    @property
    def waits_for_identity(self) -> bool:
        """Whether we wait for proof of who they are: the month has not started."""
        return self.begun_on is None

    @property
    def is_paused(self) -> bool:
        """Whether we wait for a clarification."""
        return any(one.answered_on is None for one in self.pauses)


@dataclass(frozen=True, slots=True)
class DueReason:
    """One step of why the last day to answer is the day it is, and on which days."""

    from_day: date
    to_day: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDeadline:
    """The last day to answer; None while we wait for proof of who they are.

    While a clarification is waited for, it is the day as if it came today or before: it only moves
    on. `extend_by` is the last day on which an extension can be sent, with its reason; None where
    it was extended already, or cannot be.
    """

    due_on: date | None
    extend_by: date | None = None
    reasons: tuple[DueReason, ...] = ()


def reckon(kind: RequestKind, segments: Segments, nation: Nation) -> AnswerDeadline:
    """Return the last day to answer, and why it is that day.

    One calendar month from the day of receipt: the same date of the next month, or that month's
    last day where there is none (UK GDPR, article 12(3), and the regulator's way of counting). The
    month starts when proof of identity arrives, where that was asked for (article 12(6)); it pauses
    while a clarification is waited for (article 12A). Days of pauses are added to the date before
    it is moved to a working day, once. Raises `TooLateError` for an extension sent too late.
    """
    if kind is RequestKind.COMPLAINT:
        last = segments.received_on + ACKNOWLEDGED_WITHIN
        text = COMPLAINED.format(day=spell_day(last))
        return AnswerDeadline(due_on=last, reasons=(DueReason(segments.received_on, last, text),))
    begun_on, paused = segments.begun_on, _total(segments)
    if begun_on is None:
        return AnswerDeadline(due_on=None, reasons=tuple(_list_steps(segments)))
    extend_by = _find_extend_by(segments, begun_on)
    if segments.extended_on is not None and segments.extended_on > extend_by:
        raise TooLateError(extend_by)
    is_extended = segments.extended_on is not None
    plain = add_months(begun_on, EXTENDED if is_extended else MONTH) + paused
    due_on = next_working_day(plain, nation)
    steps = [one for one in _list_steps(segments) if one.from_day <= due_on]
    reasons = *steps, DueReason(due_on, due_on, _say_last(plain, due_on))
    return AnswerDeadline(
        due_on=due_on, extend_by=None if is_extended else extend_by, reasons=reasons
    )


def due_date(received_on: date, nation: Nation) -> date:
    """Return the last day to answer what came on a day, while nothing else has happened."""
    return next_working_day(add_months(received_on, MONTH), nation)


def due_after(received_on: date, events: Events, nation: Nation) -> date:
    """Return the last day to answer after all that happened so far, oldest first.

    No day that is past is promised to whoever wrote last (see `read_segments`). While we wait for
    proof of who they are, the day as if it had come with what happened last: it only moves on.
    """
    happened = list(events)
    segments = read_segments(received_on, happened, nation)
    found = reckon(RequestKind.ACCESS, segments, nation).due_on
    last = max([segments.received_on, *(day for _event, day in happened)])
    return found or due_date(last, nation)


def read_segments(received_on: date, events: Events, nation: Nation) -> Segments:
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
        elif event is DeadlineEvent.WROTE:
            if asked_on is not None and asked_on < day:
                now = replace(now, pauses=(*now.pauses, Pause(asked_on, day)))
            due_on = reckon(RequestKind.ACCESS, now, nation).due_on
            if is_closed or (due_on is not None and due_on < day):
                now = Segments(received_on=day, is_again=True)
            asked_on, is_closed = None, False
        else:
            now = _note(now, event, day, nation)
    return replace(now, pauses=(*now.pauses, Pause(asked_on))) if asked_on else now


def _note(now: Segments, event: DeadlineEvent, day: date, nation: Nation) -> Segments:
    if event is DeadlineEvent.IDENTITY_ASKED:
        return replace(now, identity_asked_on=now.identity_asked_on or day)
    if event is DeadlineEvent.IDENTITY_PROVED:
        return replace(now, identity_proved_on=now.identity_proved_on or day)
    extended = replace(now, extended_on=now.extended_on or day)
    try:
        reckon(RequestKind.ACCESS, extended, nation)
    except TooLateError:
        return now
    return extended


def _list_steps(segments: Segments) -> Iterator[DueReason]:
    """Say what happened, in order, but for the last day itself."""
    received, begun, paused = segments.received_on, segments.begun_on, _total(segments)
    asked_on = segments.identity_asked_on
    if begun is None:
        waits = max(received, asked_on or received)
        yield DueReason(received, waits, IDENTITY_ASKED)
        return
    month = spell_day(add_months(begun, MONTH))
    wrote = WROTE_AGAIN if segments.is_again else WROTE
    text = IDENTITY_PROVED if segments.identity_proved_on is not None else wrote
    steps = [DueReason(begun, begun, text.format(day=month))]
    for one in _merge(segments, begun):
        end = one.answered_on
        days = (end - one.asked_on).days if end else 0
        text = _n(
            "We waited for your answer. That day doesn’t count.",
            "We waited for your answer. Those {number} days don’t count.",
            days,
        )
        steps.append(DueReason(one.asked_on, end or one.asked_on, text if end else PAUSE_OPEN))
    if segments.extended_on is not None:
        longer = spell_day(add_months(begun, EXTENDED) + paused)
        day = segments.extended_on
        steps.append(DueReason(day, day, EXTENDED_TO.format(day=longer)))
    yield from sorted(steps, key=lambda one: one.from_day)


def _say_last(plain: date, due_on: date) -> str:
    if due_on == plain:
        return LAST_DAY
    return WEEKEND.get(plain.weekday(), ON_HOLIDAY).format(day=spell_day(plain))


def _find_extend_by(segments: Segments, begun_on: date) -> date:
    """Return the last day to send an extension: of the month, with the pauses asked for by then."""
    sent_on = segments.extended_on
    asked = [one for one in segments.pauses if sent_on is None or one.asked_on <= sent_on]
    return add_months(begun_on, MONTH) + _total(replace(segments, pauses=tuple(asked)))


def _total(segments: Segments) -> timedelta:
    """Return how long we waited for clarifications, each day once, from the start of the month."""
    begun = segments.begun_on
    if begun is None:
        return timedelta()
    ended = ((one.asked_on, one.answered_on) for one in _merge(segments, begun))
    return sum((end - start for start, end in ended if end), timedelta())


def _merge(segments: Segments, begun_on: date) -> list[Pause]:
    """Return the pauses in order, none before the month began, those that overlap as one."""
    merged = list[Pause]()
    for one in sorted(segments.pauses, key=lambda one: one.asked_on):
        start = max(one.asked_on, begun_on)
        if one.answered_on is not None and one.answered_on <= start:
            continue
        last = merged[-1] if merged else None
        if last is not None and (last.answered_on is None or start <= last.answered_on):
            ends = last.answered_on, one.answered_on
            end = None if None in ends else max(day for day in ends if day)
            merged[-1] = Pause(last.asked_on, end)
        else:
            merged.append(Pause(start, one.answered_on))
    return merged
