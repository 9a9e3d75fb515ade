"""Commands: look after the audit trail."""

from portal.cli.base import commands


@commands.group("audit")
def audit_() -> None:
    """Look after the audit trail."""
