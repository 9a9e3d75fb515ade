"""Audit events of the account room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class RegistrationAsked(AuditEvent):
    """Somebody sent the registration form."""

    name: ClassVar[str] = "account:registration:asked"


@dataclass(frozen=True, slots=True)
class CustomerRegistered(AuditEvent):
    """An address was confirmed, and the account was created."""

    name: ClassVar[str] = "account:customer:registered"
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerClosed(AuditEvent):
    """An account is closed until it is deleted."""

    name: ClassVar[str] = "account:customer:closed"


@dataclass(frozen=True, slots=True)
class CustomerReturned(AuditEvent):
    """Somebody signed in to an account that was to be deleted, and it stays."""

    name: ClassVar[str] = "account:customer:returned"
