"""By when the law wants an answer: one pure function over what happened, and on which day.

What is kept of a request are its segments (received, identity asked for and proved, clarification
asked for and given, extension sent), never a day that was reckoned. All days are London's.
"""

from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True)
class TermWords:
    """How the start of a request's time to answer is told."""

    wrote: str
    wrote_again: str
    identity_asked: str
    identity_proved: str


LAWS = TermWords(
    _("You wrote. The law gives us one month: until {day}."),
    _("You wrote again, so the month starts again. The law gives us one month: until {day}."),
    _("We asked you to show who you are. The month starts when you do."),
    _("You showed us who you are, so the month starts. The law gives us one month: until {day}."),
)
OURS = TermWords(
    _("You wrote. We answer within one month: until {day}."),
    _("You wrote again, so the month starts again. We answer within one month: until {day}."),
    LAWS.identity_asked,
    _("You showed us who you are, so the month starts. We answer within one month: until {day}."),
)
"""Where no law names a day."""
URGENTS = TermWords(
    _("You wrote. This is urgent, so we answer by the next working day: {day}."),
    _("You wrote again. This is urgent, so we answer by the next working day: {day}."),
    _("We asked you to show who you are. We go on when you do."),
    _("You showed us who you are. This is urgent, so we answer by the next working day: {day}."),
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
COMPLAINT_HELD = _(
    "You complained, and we confirmed at once that we have it. The law gave us until {day}"
    " to do so."
)
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
    QUESTION = "question"
    """Anything else: no law names a day, and we take a month as well."""
    URGENT = "urgent"
    """Somebody else may be using their account: by the end of the next working day."""


BY_LAW = frozenset(RequestKind) - {
    RequestKind.COMPLAINT, RequestKind.QUESTION, RequestKind.URGENT,
}  # fmt: skip
"""Whose last day to answer the law names; only that one can be extended."""


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
        return AnswerDeadline(due_on=None, reasons=tuple(_list_steps(kind, segments, nation)))
    may_extend, extend_by = kind in BY_LAW, _find_extend_by(segments, begun_on)
    is_extended = may_extend and segments.extended_on is not None
    if is_extended and segments.extended_on > extend_by:  # type: ignore[operator]  # it is there
        raise TooLateError(extend_by)
    plain = _find_term(kind, begun_on, is_extended=is_extended) + paused
    due_on = next_working_day(plain, nation)
    steps = [one for one in _list_steps(kind, segments, nation) if one.from_day <= due_on]
    reasons = *steps, DueReason(due_on, due_on, _say_last(plain, due_on))
    is_to_extend = may_extend and not is_extended
    return AnswerDeadline(
        due_on=due_on, extend_by=extend_by if is_to_extend else None, reasons=reasons
    )


def reckon_answer(kind: RequestKind, segments: Segments, nation: Nation) -> AnswerDeadline:
    """Return the last day to answer a case, as `reckon` does; of a complaint, by our own month.

    The law wants a complaint confirmed, which happens at once, and then an outcome without undue
    delay (Data Protection Act 2018, section 164A): it names no day, so we do.
    """
    if kind is not RequestKind.COMPLAINT:
        return reckon(kind, segments, nation)
    found, first = reckon(RequestKind.QUESTION, segments, nation), segments.received_on
    day = spell_day(first + ACKNOWLEDGED_WITHIN)
    held = DueReason(first, first, COMPLAINT_HELD.format(day=day))
    return replace(found, reasons=(held, *found.reasons))


def _find_term(kind: RequestKind, begun_on: date, *, is_extended: bool) -> date:
    if kind is RequestKind.URGENT:
        return begun_on + timedelta(days=1)
    return add_months(begun_on, EXTENDED if is_extended else MONTH)


def due_date(kind: RequestKind, received_on: date, nation: Nation) -> date:
    """Return the last day to answer what came on a day, while nothing else has happened."""
    term = _find_term(kind, received_on, is_extended=False)
    return next_working_day(term, nation)


def _list_steps(kind: RequestKind, segments: Segments, nation: Nation) -> Iterator[DueReason]:
    """Say what happened, in order, but for the last day itself."""
    received, begun, paused = segments.received_on, segments.begun_on, _total(segments)
    words = _find_words(kind)
    asked_on = segments.identity_asked_on
    if begun is None:
        waits = max(received, asked_on or received)
        yield DueReason(received, waits, words.identity_asked)
        return
    term = _find_term(kind, begun, is_extended=False)
    day = spell_day(next_working_day(term, nation) if kind is RequestKind.URGENT else term)
    wrote = words.wrote_again if segments.is_again else words.wrote
    text = words.identity_proved if segments.identity_proved_on is not None else wrote
    steps = [DueReason(begun, begun, text.format(day=day))]
    for one in _merge(segments, begun):
        end = one.answered_on
        days = (end - one.asked_on).days if end else 0
        text = _n(
            "We waited for your answer. That day doesn’t count.",
            "We waited for your answer. Those {number} days don’t count.",
            days,
        )
        steps.append(DueReason(one.asked_on, end or one.asked_on, text if end else PAUSE_OPEN))
    if kind in BY_LAW and segments.extended_on is not None:
        longer = spell_day(add_months(begun, EXTENDED) + paused)
        sent_on = segments.extended_on
        steps.append(DueReason(sent_on, sent_on, EXTENDED_TO.format(day=longer)))
    yield from sorted(steps, key=lambda one: one.from_day)


def _find_words(kind: RequestKind) -> TermWords:
    if kind is RequestKind.URGENT:
        return URGENTS
    return LAWS if kind in BY_LAW else OURS


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
