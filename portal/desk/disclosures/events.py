"""Audit events of the disclosures room; nothing tells of them before their day."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class SubjectFound(AuditEvent):
    """A colleague searched for the customer of a disclosure, by what is not kept."""

    name: ClassVar[str] = "disclosures:subject:found"
    role: str = ""


@dataclass(frozen=True, slots=True)
class RegisterViewed(AuditEvent):
    """A colleague viewed what was given of a customer, or is to be given (subject: them)."""

    name: ClassVar[str] = "disclosures:register:viewed"
    role: str


@dataclass(frozen=True, slots=True)
class DisclosureAsked(AuditEvent):
    """A colleague entered what is to be given to somebody (subject: the customer)."""

    name: ClassVar[str] = "disclosures:disclosure:asked"
    kind: str


@dataclass(frozen=True, slots=True)
class DisclosureAgreed(AuditEvent):
    """A second colleague agreed: it may be given."""

    name: ClassVar[str] = "disclosures:disclosure:agreed"
    kind: str


@dataclass(frozen=True, slots=True)
class DisclosureGiven(AuditEvent):
    """A colleague noted on which day it was given."""

    name: ClassVar[str] = "disclosures:disclosure:given"
    kind: str


@dataclass(frozen=True, slots=True)
class DisclosureAbandoned(AuditEvent):
    """A colleague noted that what was agreed to was not given after all."""

    name: ClassVar[str] = "disclosures:disclosure:abandoned"
    kind: str


@dataclass(frozen=True, slots=True)
class DisclosureWithdrawn(AuditEvent):
    """A disclosure that nobody had agreed to was withdrawn, or refused."""

    name: ClassVar[str] = "disclosures:disclosure:withdrawn"
    kind: str
