"""Audit events of a remembered browser."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CopiedCookieNoticed(AuditEvent):
    """An old token of a remembered browser was shown again; all of them are forgotten."""

    name: ClassVar[str] = "entrance:cookie:copied"
