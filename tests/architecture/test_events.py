"""What the audit trail can say: every event, with its fields, is listed here on purpose."""

import importlib
import inspect
from dataclasses import dataclass, fields
from typing import ClassVar

import pytest

from portal.governance.audit.events import AuditEvent
from tests.architecture import declarations
from tests.architecture.rules import ROOT

# To change an event is to change what was promised to whoever reads the trail years later.
EVENTS: dict[str, tuple[str, ...]] = {
    "account:customer:registered": ("subject_id", "services"),
    "account:customer:closed": ("subject_id",),
    "account:customer:returned": ("subject_id",),
    "account:registration:asked": ("subject_id",),
    "registrations:service:registered": ("subject_id", "service"),
    "audit:copy:restored": ("subject_id", "made_at", "entries_lost"),
    "callers:manager:named": ("subject_id", "is_there", "role"),
    "callers:choices:set": ("subject_id", "caller", "via", "was_read", "role"),
    "cancellation:copy:taken": ("subject_id",),
    "cancellation:customer:decided": ("subject_id",),
    "cancellation:customer:erased": ("subject_id", "rows"),
    "cancellation:customer:planned": ("subject_id", "is_held"),
    "cancellation:erasure:checked": ("subject_id", "left"),
    "cancellation:erasure:repeated": ("subject_id",),
    "cancellation:registration:cancelled": ("subject_id", "service"),
    "cases:case:assigned": ("subject_id", "staff_id"),
    "cases:case:moved": ("subject_id", "step", "status", "role", "case_id"),
    "cases:case:opened": ("subject_id", "topic"),
    "cases:case:found": ("subject_id", "role", "case_id"),
    "cases:case:viewed": ("subject_id", "in_full", "role", "part", "case_id"),
    "cases:queue:downloaded": ("subject_id", "view", "number"),
    "cases:queue:searched": ("subject_id", "found"),
    "outcomes:case:reopened": ("subject_id", "role"),
    "deadlines:identity:asked": ("subject_id", "role"),
    "deadlines:identity:proved": ("subject_id", "proof", "role"),
    "deadlines:deadline:extended": ("subject_id", "role"),
    "disclosures:register:viewed": ("subject_id", "role"),
    "disclosures:subject:found": ("subject_id", "role"),
    "disclosures:disclosure:agreed": ("subject_id", "kind"),
    "disclosures:disclosure:asked": ("subject_id", "kind"),
    "disclosures:disclosure:given": ("subject_id", "kind"),
    "disclosures:disclosure:abandoned": ("subject_id", "kind"),
    "disclosures:disclosure:withdrawn": ("subject_id", "kind"),
    "emails:email:repeated": ("subject_id",),
    "entrance:code:sent": ("subject_id",),
    "entrance:cookie:copied": ("subject_id",),
    "entrance:customer:proved": ("subject_id", "way"),
    "entrance:customer:signed-in": ("subject_id", "way", "is_new_device"),
    "entrance:customer:signed-out": ("subject_id",),
    "entrance:customer:timed-out": ("subject_id",),
    "entrance:customer:told": ("subject_id",),
    "entrance:sign-in:refused": ("subject_id", "step", "blocked"),
    "holds:hold:lifted": ("subject_id",),
    "holds:hold:placed": ("subject_id", "until"),
    "catalogue:version:published": ("subject_id", "number", "purpose"),
    "listed:list:handed-out": ("subject_id", "number"),
    "listed:list:taken": ("subject_id", "new", "known", "left_out", "gone"),
    "listed:code:made": ("subject_id", "way", "role"),
    "listed:entry:corrected": ("subject_id",),
    "listed:entry:shown": ("subject_id",),
    "listed:number:left-out": ("subject_id",),
    "listed:number:proved": ("subject_id",),
    "listed:number:readmitted": ("subject_id",),
    "listings:enrolment:told": ("subject_id", "service"),
    "listings:enrolment:withdrawn": ("subject_id", "service"),
    "listings:entry:changed": ("subject_id", "listing", "agreed"),
    "preferences:link:asked": ("subject_id",),
    "preferences:choice:made": ("subject_id", "purpose", "channel", "agreed"),
    "preferences:refusal:noted": ("subject_id",),
    "display:settings:chosen": ("subject_id",),
    "profile:details:changed": ("subject_id", "fields"),
    "records:customer:found": ("subject_id", "role"),
    "records:record:opened": ("subject_id", "part", "reason", "role", "case_id"),
    "recovery:customer:readmitted": ("subject_id", "role"),
    "recovery:link:asked": ("subject_id",),
    "legal:customer:searched": ("subject_id", "role"),
    "legal:customer:viewed": ("subject_id", "role"),
    "recovery:numbers:viewed": ("subject_id", "role"),
    "recovery:password:replaced": ("subject_id",),
    "recovery:proof:refused": ("subject_id", "blocked"),
    "recovery:secrets:replaced": ("subject_id",),
    "mailbox:change:asked": ("subject_id",),
    "mailbox:change:cancelled": ("subject_id",),
    "mailbox:change:confirmed": ("subject_id",),
    "mailbox:change:undone": ("subject_id",),
    "replies:reply:retired": ("subject_id", "reply_id"),
    "replies:reply:used": ("subject_id", "reply_id", "number"),
    "replies:version:published": ("subject_id", "reply_id", "number"),
    "surveys:answers:deleted": ("subject_id", "number"),
    "surveys:answers:given": ("subject_id", "number"),
    "surveys:survey:closed": ("subject_id", "survey_id"),
    "surveys:version:published": ("subject_id", "survey_id", "number"),
    "security:authenticator:added": ("subject_id", "is_another"),
    "security:authenticator:removed": ("subject_id",),
    "security:browser:forgotten": ("subject_id",),
    "security:codes:made": ("subject_id",),
    "security:passkey:added": ("subject_id",),
    "security:passkey:removed": ("subject_id",),
    "screening:contacts:lifted": ("subject_id", "channel", "lifted"),
    "screening:contacts:suppressed": ("subject_id", "channel", "added"),
    "screening:list:screened": (
        "subject_id",
        "purpose",
        "channel",
        "prospects",
        "tps",
        "let_through",
        "withheld",
        "is_whole",
    ),
    "sharing:list:shared": (
        "subject_id",
        "purpose",
        "agreement",
        "let_through",
        "withheld",
    ),
    "sharing:stopped:listed": ("subject_id", "purpose", "found"),
    "security:password:changed": ("subject_id",),
    "security:question:changed": ("subject_id",),
    "security:session:ended": ("subject_id", "which"),
    "security:sign-in:reported": ("subject_id",),
    "staff:codes:made": ("subject_id",),
    "staff:factor:added": ("subject_id", "way"),
    "staff:factor:removed": ("subject_id", "way"),
    "staff:invitation:used": ("subject_id",),
    "staff:member:added": ("subject_id", "role"),
    "staff:member:closed": ("subject_id", "handed_over"),
    "staff:member:invited": ("subject_id",),
    "staff:member:proved": ("subject_id", "way"),
    "staff:member:signed-in": ("subject_id", "way", "is_new_device"),
    "staff:member:signed-out": ("subject_id",),
    "staff:member:timed-out": ("subject_id",),
    "staff:password:changed": ("subject_id",),
    "staff:role:changed": ("subject_id", "before", "role"),
    "staff:session:ended": ("subject_id", "which"),
    "staff:sign-in:refused": ("subject_id", "step", "blocked"),
    "unsubscribing:stranger:unsubscribed": ("subject_id",),
    "connectors:erasure:confirmed": ("subject_id", "system", "records"),
    "connectors:erasure:abandoned": ("subject_id", "system"),
    "corrections:value:asked": ("subject_id", "category"),
    "corrections:value:decided": ("subject_id", "outcome", "told", "role"),
    "webhooks:announcement:repeated": ("subject_id", "number"),
}


def find_events() -> list[type[AuditEvent]]:
    """Return the events of every room; those that tests make up do not count."""
    found = (path.relative_to(ROOT) for path in ROOT.glob("portal/*/*/events.py"))
    names = [".".join(path.with_suffix("").parts) for path in found]
    return [
        event
        for name in sorted(names)
        for _, event in inspect.getmembers(importlib.import_module(name), inspect.isclass)
        if issubclass(event, AuditEvent) and event is not AuditEvent and event.__module__ == name
    ]


def field_names(event: type[AuditEvent]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(event))


def test_every_event_is_listed_with_its_fields() -> None:
    found = {event.name: field_names(event) for event in find_events()}
    changes = declarations.differences(EVENTS, found)
    assert not changes, "\n".join(changes)


def test_no_two_events_share_a_name() -> None:
    names = [event.name for event in find_events()]
    assert len(names) == len(set(names))


def test_events_are_well_named_still_and_free_of_personal_details() -> None:
    faults = declarations.wrong_events(find_events())
    assert not faults, "\n".join(faults)


@dataclass(frozen=True, slots=True)
class Proper(AuditEvent):
    name: ClassVar[str] = "events:test-case:signed-in"
    version: int


@dataclass(frozen=True, slots=True)
class Foreign(AuditEvent):
    name: ClassVar[str] = "profile:name:changed"


@dataclass(frozen=True, slots=True)
class Shouting(AuditEvent):
    name: ClassVar[str] = "EVENTS"


@dataclass(frozen=True, slots=True)
class Present(AuditEvent):
    name: ClassVar[str] = "events:case:close"


@dataclass(frozen=True, slots=True)
class Nameless(AuditEvent):
    pass


@dataclass(frozen=True, slots=True)
class Telling(AuditEvent):
    name: ClassVar[str] = "events:profile:changed"
    given_name: str


@dataclass(frozen=True, slots=True)
class Lodging(AuditEvent):
    name: ClassVar[str] = "events:profile:changed"
    address_line_1: str


class Moving:
    name: ClassVar[str] = "events:profile:changed"


@pytest.mark.parametrize("event", [Foreign, Shouting, Present, Nameless, Telling, Lodging, Moving])
def test_a_wrong_event_is_found(event: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event, "__module__", "portal.events.events")
    assert len(declarations.wrong_events([event])) == 1


def test_a_proper_event_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Proper, "__module__", "portal.events.events")
    assert declarations.wrong_events([Proper]) == []


def test_a_new_a_changed_and_a_missing_event_are_found() -> None:
    expected = {"a:b:changed": ("x",), "a:c:changed": ()}
    found = {"a:b:changed": ("x", "y"), "a:d:changed": ()}
    assert declarations.differences(expected, found) == [
        "gone:    'a:c:changed': (),",
        "new:     'a:d:changed': (),",
        "changed: 'a:b:changed': ('x', 'y'),",
    ]
