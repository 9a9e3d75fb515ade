"""Cases: topics, states, entries and deadlines."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from portal.desk.case_records.rules import (
    ANSWERED,
    CANCELLABLE,
    OUTCOMES,
    SKIP_ENDED,
    TOPICS,
    CaseOutcome,
    RequestChannel,
    RequesterKind,
    Topic,
    kind_of,
)
from portal.governance.deadlines.rules import RequestKind
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.ids import CaseId, CustomerId
from portal.platform.core.texts import _, join

LONGEST_MESSAGE = 4_000


class Status(StrEnum):
    """The state of a case."""

    NEW = "new"
    IN_PROGRESS = "in-progress"
    WAITING = "waiting"
    CLOSED = "closed"


STATUSES = {
    Status.NEW: (_("New"), "violet"),
    Status.IN_PROGRESS: (_("In progress"), "info"),
    Status.WAITING: (_("Waiting for the customer"), "warn"),
    Status.CLOSED: (_("Closed"), "ok"),
}


class Step(StrEnum):
    """A kind of entry in a case."""

    RECEIVED = "received"
    REPLIED = "replied"
    ASKED = "asked"
    ANSWERED = ANSWERED
    IDENTITY_ASKED = "identity-asked"
    IDENTITY_PROVED = "identity-proved"
    EXTENDED = "extended"
    NOTED = "noted"
    ASSIGNED = "assigned"
    LINK_SENT = "link-sent"
    REMINDED = "reminded"
    LINK_ENDED = "link-ended"
    SKIP_ASKED = "skip-asked"
    SKIP_REFUSED = "skip-refused"
    SKIP_ENDED = SKIP_ENDED
    SKIPPED = "skipped"
    HELD = "held"
    HOLD_LIFTED = "hold-lifted"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    REOPENED = "reopened"
    LET_BACK_IN = "let-back-in"
    LISTING = "listing"
    ERASED = "erased"


STEPS = {
    Step.RECEIVED: _("Message received"),
    Step.REPLIED: _("Answered"),
    Step.ASKED: _("Question asked"),
    Step.ANSWERED: _("The customer answered"),
    Step.IDENTITY_ASKED: _("Asked to show who they are"),
    Step.IDENTITY_PROVED: _("They showed who they are"),
    Step.EXTENDED: _("Told that it takes longer"),
    Step.NOTED: _("Private note"),
    Step.ASSIGNED: _("Assigned"),
    Step.LINK_SENT: _("Confirmation link sent"),
    Step.REMINDED: _("Reminder sent"),
    Step.LINK_ENDED: _("The link expired before the customer confirmed"),
    Step.SKIP_ASKED: _("A second colleague’s agreement was requested"),
    Step.SKIP_REFUSED: _("Not cancelled without the customer’s link"),
    Step.SKIP_ENDED: _("A second colleague can’t agree: the email address has changed"),
    Step.SKIPPED: _("Cancelled by two colleagues"),
    Step.HELD: _("Legal hold placed"),
    Step.HOLD_LIFTED: _("Legal hold lifted"),
    Step.CONFIRMED: _("The customer confirmed, and it is cancelled"),
    Step.CLOSED: _("Closed"),
    Step.REOPENED: _("Opened again"),
    Step.LET_BACK_IN: _("Sent a link to set up sign-in again"),
    Step.LISTING: _("Their directory entry was changed with a code"),
    Step.ERASED: _("The customer’s details were deleted"),
}
TOLD = {
    Step.RECEIVED: _("Message received"),
    Step.REPLIED: _("Answered"),
    Step.ASKED: _("Question asked"),
    Step.ANSWERED: _("You answered"),
    Step.IDENTITY_ASKED: _("We asked you to show who you are"),
    Step.IDENTITY_PROVED: _("You showed us who you are"),
    Step.EXTENDED: _("We told you that it takes longer"),
    Step.LINK_SENT: _("Confirmation link sent"),
    Step.SKIPPED: _("Cancelled"),
    Step.CONFIRMED: _("You confirmed, and it is cancelled"),
    Step.CLOSED: _("Closed"),
    Step.REOPENED: _("We opened it again"),
    Step.LET_BACK_IN: _("Sent a link to set up sign-in again"),
    Step.LISTING: _("The directory entry was changed with a code"),
}
"""What a customer has of a case, and how they read it: on the page, in the copy, in emails."""
FROM_US = (Step.REPLIED, Step.ASKED, Step.IDENTITY_ASKED, Step.EXTENDED)
"""What colleagues write to the customer."""
IN_WORDS = frozenset({Step.RECEIVED, Step.ANSWERED, Step.LISTING, *FROM_US})
"""The told steps that are told with what was said."""
ANSWERS = frozenset({Step.ANSWERED, Step.LISTING})
CLOSING = frozenset({Step.REPLIED, Step.CLOSED, Step.SKIPPED, Step.CONFIRMED})
"""What its sender does, and what closes a case: either ends a question of ours."""
UNTOLD = frozenset({
    Step.NOTED, Step.ASSIGNED, Step.REMINDED, Step.LINK_ENDED, Step.SKIP_ASKED,
    Step.SKIP_REFUSED, Step.SKIP_ENDED, Step.HELD, Step.HOLD_LIFTED, Step.ERASED,
})  # fmt: skip
"""What is between colleagues; one who has read it gives it out on request (UK GDPR, article 15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was typed, who may not have it, when and how it came if entered later. Never printed."""

    name: str
    email: str
    topic: Topic
    service: str
    text: str
    once: str
    kept_from: UUID | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else was typed, for a page of the desk to read."""
    received_at: datetime | None = None
    channel: RequestChannel | None = None
    requester: RequesterKind | None = None

    def __repr__(self) -> str:
        return f"Message({self.topic})"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One entry of a case, as a page shows it."""

    step: Step
    at: datetime
    by: str
    text: str
    role: str = ""
    """What a colleague who did it did at the desk."""
    is_told: bool = False

    @property
    def title(self) -> str:
        """The entry in a few words."""
        return TOLD[self.step] if self.is_told else STEPS[self.step]

    def as_told(self) -> "TimelineEntry | None":
        """Return the entry as the customer may see it; None for a note between colleagues.

        Colleagues have no names there.
        """
        if self.step not in TOLD:
            return None
        words = self.text if self.step in IN_WORDS else ""
        return replace(self, by="us" if self.by else "", role="", text=words, is_told=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case, as a read model; without name, address and words once they are erased.

    The address is the owner's of today, the name that of who was signed in, `typed` what was typed.
    """

    id: CaseId
    reference: str
    topic: Topic
    service: str
    status: Status
    received_at: datetime
    due_on: date
    assigned_to: UUID | None
    kept_from: UUID | None
    closed_at: datetime | None
    version: int
    customer_id: CustomerId | None
    owner_id: CustomerId | None
    name: str
    email: str
    typed: tuple[str, str] | None = None
    link_ends_at: datetime | None = None
    skip_asked_by: UUID | None = None
    outcome: CaseOutcome | None = None
    channel: RequestChannel | None = None
    requester: RequesterKind | None = None
    entries: tuple[TimelineEntry, ...] = ()
    stands_still: bool = False
    """Whether the month to answer has not begun, or pauses: we wait for its sender."""
    is_answered: bool = False
    is_news: bool = False
    hides_numbers: bool = False
    """For its reader: whether we answered, whether that is unopened, whether a number is masked."""

    def __repr__(self) -> str:
        return f"Case({self.reference})"

    @property
    def title(self) -> str:
        """The topic, with the service where one was named."""
        topic = TOPICS[self.topic]
        return f"{topic}: {CANCELLABLE[self.service].lower()}" if self.service else topic

    @property
    def kind(self) -> RequestKind:
        """By which rule the last day to answer it is reckoned."""
        return kind_of(self.topic)

    @property
    def ending(self) -> str:
        """How it ended, in a few words; nothing where that was not kept, or it is open."""
        return OUTCOMES[self.outcome] if self.outcome else ""

    @property
    def shown_status(self) -> tuple[str, str]:
        """The state as colleagues see it, and its colour."""
        return STATUSES[self.status]

    @property
    def own_status(self) -> tuple[str, str]:
        """The state as its customer sees it in a list, and its colour."""
        if self.status is Status.WAITING:
            return _("We’re waiting for your answer"), "warn"
        if self.is_news:
            return _("New reply"), "violet"
        if self.is_open:
            return _("We’re working on it"), "info"
        return (_("We replied"), "ok") if self.is_answered else (_("Closed"), "")

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has something to do yet."""
        return self.status is not Status.CLOSED

    @property
    def is_cancelling(self) -> bool:
        """Tell whether it asks to cancel."""
        return self.topic is Topic.CANCEL and self.is_open

    def days_left(self, today: date) -> int:
        """Return the days until it is due; negative when it is late."""
        return (self.due_on - today).days

    def is_late(self, today: date) -> bool:
        """Tell whether the last day to answer is over; never while the month stands still."""
        return not self.stands_still and self.due_on < today


@dataclass(frozen=True, slots=True)
class CancellationStage:
    """One stage of a request to cancel; `at` is when it was reached."""

    title: str
    at: datetime | None = None
    note: str = ""


def read_stages(case: Case) -> tuple[CancellationStage, ...]:
    """Return the stages of a case that asks to cancel; none for other cases."""
    if case.topic is not Topic.CANCEL:
        return ()
    when: dict[Step, datetime] = {}
    for entry in reversed(case.entries):  # oldest first
        if entry.step is Step.LINK_SENT:
            when.clear()  # whatever came of an earlier link
        when[entry.step] = entry.at
    sent, skipped = when.get(Step.LINK_SENT), when.get(Step.SKIPPED)
    done = when.get(Step.CONFIRMED) or skipped
    stages: tuple[CancellationStage, ...] = (
        CancellationStage(title=_("Requested with the message form"), at=case.received_at),
        CancellationStage(_("Link sent to the address on file"), sent, _note_of_link(case, when)),
        CancellationStage(title=_("Two colleagues agreed"), at=skipped)
        if skipped
        else CancellationStage(title=_("Confirmed by the customer, with the password"), at=done),
        CancellationStage(title=_("Cancelled"), at=done),
    )
    if done is None and not case.is_open:
        gone = STEPS[Step.ERASED] if when.get(Step.ERASED) == case.closed_at else ""
        closed = CancellationStage(_("Closed without cancelling"), case.closed_at, gone)
        stages = (*stages[:2], closed)
    return tuple(stage for stage in stages if stage.at or case.is_open)


def _note_of_link(case: Case, when: dict[Step, datetime]) -> str:
    """Return until when a link works, that a reminder was sent, or that it expired."""
    reminded, ended = when.get(Step.REMINDED), when.get(Step.LINK_ENDED)
    notes = [_("Reminded on {day}", day=spell_day(london_day(reminded)))] if reminded else []
    if case.link_ends_at is not None:
        notes += [_("It works until {day}", day=spell_day(london_day(case.link_ends_at)))]
    elif ended:
        notes += [_("It expired unconfirmed on {day}", day=spell_day(london_day(ended)))]
    return join(notes, ". ")
