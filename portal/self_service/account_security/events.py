"""Audit events of the security room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class PasswordChanged(AuditEvent):
    """A customer chose a new password."""

    name: ClassVar[str] = "security:password:changed"


@dataclass(frozen=True, slots=True)
class QuestionChanged(AuditEvent):
    """A customer chose a security question and its answer anew."""

    name: ClassVar[str] = "security:question:changed"


@dataclass(frozen=True, slots=True)
class AuthenticatorAdded(AuditEvent):
    """An authenticator app was set up, perhaps in place of another."""

    name: ClassVar[str] = "security:authenticator:added"
    is_another: bool


@dataclass(frozen=True, slots=True)
class AuthenticatorRemoved(AuditEvent):
    """An authenticator app was taken away."""

    name: ClassVar[str] = "security:authenticator:removed"


@dataclass(frozen=True, slots=True)
class CodesMade(AuditEvent):
    """Recovery codes were made in place of all there were."""

    name: ClassVar[str] = "security:codes:made"


@dataclass(frozen=True, slots=True)
class PasskeyAdded(AuditEvent):
    """A passkey was added."""

    name: ClassVar[str] = "security:passkey:added"


@dataclass(frozen=True, slots=True)
class PasskeyRemoved(AuditEvent):
    """A passkey was taken away."""

    name: ClassVar[str] = "security:passkey:removed"


@dataclass(frozen=True, slots=True)
class SessionsEnded(AuditEvent):
    """A customer ended sessions of theirs: `which` is one, others or all."""

    name: ClassVar[str] = "security:session:ended"
    which: str


@dataclass(frozen=True, slots=True)
class BrowserForgotten(AuditEvent):
    """A customer had a remembered browser forgotten."""

    name: ClassVar[str] = "security:browser:forgotten"


@dataclass(frozen=True, slots=True)
class SignInReported(AuditEvent):
    """A customer does not recognise a sign-in; every other session ended."""

    name: ClassVar[str] = "security:sign-in:reported"
