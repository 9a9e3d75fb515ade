"""What signing in writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CustomerSignedIn(AuditEvent):
    """Somebody got in; `way` says by which second step."""

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
    """Somebody who is signed in proved once more who they are."""

    name: ClassVar[str] = "entrance:customer:proved"
    way: str


@dataclass(frozen=True, slots=True)
class CodeSent(AuditEvent):
    """A code to sign in with went to the address on file."""

    name: ClassVar[str] = "entrance:code:sent"


@dataclass(frozen=True, slots=True)
class CustomerSignedOut(AuditEvent):
    """A session was ended by its owner."""

    name: ClassVar[str] = "entrance:customer:signed-out"


@dataclass(frozen=True, slots=True)
class CustomerTimedOut(AuditEvent):
    """A session was ended by its page, because nothing had happened for too long."""

    name: ClassVar[str] = "entrance:customer:timed-out"


@dataclass(frozen=True, slots=True)
class CustomerTold(AuditEvent):
    """An email went out that somebody tries to sign in."""

    name: ClassVar[str] = "entrance:customer:told"
