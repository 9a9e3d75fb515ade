"""Commands: prove that deleted means deleted."""

from portal.cli.base import commands


@commands.group("erasure")
def erasure_() -> None:
    """Prove that deleted means deleted."""
