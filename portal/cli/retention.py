"""Commands: see how long what is kept, and delete what has reached its end."""

from portal.cli.base import commands


@commands.group("retention")
def retention_() -> None:
    """See how long what is kept, and delete what has reached its end."""
