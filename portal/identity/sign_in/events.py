"""Audit events of signing in."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CustomerSignedIn(AuditEvent):
    """Somebody signed in; `way` says by which second step."""

    name: ClassVar[str] = "entrance:customer:signed-in"
    way: str
    is_new_device: bool


@dataclass(frozen=True, slots=True)
class SignInRefused(AuditEvent):
    """A try was wrong, or there is no such customer (subject: nobody)."""

    name: ClassVar[str] = "entrance:sign-in:refused"
    step: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class CustomerProved(AuditEvent):
    """A signed-in customer gave fresh proof."""

    name: ClassVar[str] = "entrance:customer:proved"
    way: str


@dataclass(frozen=True, slots=True)
class CodeSent(AuditEvent):
    """A code to sign in with was emailed to the address on file."""

    name: ClassVar[str] = "entrance:code:sent"


@dataclass(frozen=True, slots=True)
class CustomerSignedOut(AuditEvent):
    """A customer signed out."""

    name: ClassVar[str] = "entrance:customer:signed-out"


@dataclass(frozen=True, slots=True)
class CustomerTimedOut(AuditEvent):
    """The page ended a session, because it was unused for too long."""

    name: ClassVar[str] = "entrance:customer:timed-out"


@dataclass(frozen=True, slots=True)
class CustomerTold(AuditEvent):
    """An email about tries to sign in was written."""

    name: ClassVar[str] = "entrance:customer:told"
