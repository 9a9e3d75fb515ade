"""What the account room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class RegistrationAsked(AuditEvent):
    """Somebody filled in the registration form."""

    name: ClassVar[str] = "account:registration:asked"


@dataclass(frozen=True, slots=True)
class CustomerRegistered(AuditEvent):
    """An address was confirmed and the account works."""

    name: ClassVar[str] = "account:customer:registered"
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerClosed(AuditEvent):
    """An account is closed until it is deleted."""

    name: ClassVar[str] = "account:customer:closed"


@dataclass(frozen=True, slots=True)
class CustomerReturned(AuditEvent):
    """Somebody whose account was to be deleted signed in, and has it back."""

    name: ClassVar[str] = "account:customer:returned"
