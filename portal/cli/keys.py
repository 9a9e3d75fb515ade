"""Commands: look after the keys."""

from portal.cli.base import commands


@commands.group("keys")
def keys_() -> None:
    """Look after the keys."""
