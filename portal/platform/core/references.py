"""Numbers that can be read out over the telephone, such as PC-7K4Q-92W."""

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O, U, 0 or 1: they are mistaken for each other when read out."""
WRITTEN = re.compile(r"\b([A-Z]{2}-[2-9A-Z]{4}-[2-9A-Z]{3})\b")
"""References as they stand in a text; it splits one into what stands between them, and them."""


def new_reference(prefix: str, *sizes: int) -> str:
    """Make a random reference: a prefix and groups of signs."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(size)) for size in sizes)
    return "-".join((prefix, *groups))


def read_reference(text: str, prefix: str, *sizes: int) -> str | None:
    """Return the one spelling of a reference that somebody typed, or None for anything else."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    body = signs.removeprefix(prefix)
    if len(body) != sum(sizes) or not set(body) <= set(ALPHABET):
        return None
    groups, start = [prefix], 0
    for size in sizes:
        groups.append(body[start : start + size])
        start += size
    return "-".join(groups)
