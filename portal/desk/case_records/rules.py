"""References of cases, and the address under which a visitor reads theirs."""

from datetime import timedelta

from portal.platform.core import references

FOLLOW_WITHIN = timedelta(days=14)
"""How long a link to a visitor's message works; it works once."""
SIGNS = 4, 3
"""How many signs the groups of a reference have."""


def new_reference() -> str:
    """Make a reference that can be read out: PC-7K4Q-92W."""
    return references.new_reference("PC", *SIGNS)


def read_reference(text: str) -> str | None:
    """Return a typed reference in its canonical spelling, or None for anything else."""
    return references.read_reference(text, "PC", *SIGNS)


def path_to_follow(token: str) -> str:
    """Return the path of a link to a visitor's message."""
    return f"/follow/{token}"
