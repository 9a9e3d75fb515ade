"""Audit events of the account recovery room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class PasswordLinkAsked(AuditEvent):
    """Somebody asked for a link to a new password (subject: nobody, for an unknown address)."""

    name: ClassVar[str] = "recovery:link:asked"


@dataclass(frozen=True, slots=True)
class ProofRefused(AuditEvent):
    """A link was followed, and the proof asked beside it was wrong."""

    name: ClassVar[str] = "recovery:proof:refused"
    blocked: bool


@dataclass(frozen=True, slots=True)
class PasswordReset(AuditEvent):
    """A password was replaced by link and proof; all sessions ended."""

    name: ClassVar[str] = "recovery:password:replaced"


@dataclass(frozen=True, slots=True)
class SecretsReplaced(AuditEvent):
    """Password, question and all second steps were replaced by the desk's link."""

    name: ClassVar[str] = "recovery:secrets:replaced"
