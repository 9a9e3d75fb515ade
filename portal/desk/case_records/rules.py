"""How the number of a case is made and read."""

from portal.platform.core import references

SIGNS = 4, 3
"""How many signs the groups of a reference have."""


def new_reference() -> str:
    """Make a reference that can be read out: PC-7K4Q-92W."""
    return references.new_reference("PC", *SIGNS)


def read_reference(text: str) -> str | None:
    """Return the one spelling of a reference that somebody typed, or None for anything else."""
    return references.read_reference(text, "PC", *SIGNS)
