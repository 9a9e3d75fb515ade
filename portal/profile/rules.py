"""What a change of the profile is."""

from dataclasses import dataclass
from datetime import datetime

from portal.account.rules import LABELS, Details

CHANGEABLE = (
    "given_name",
    "family_name",
    "telephone",
    "mobile",
    "address_line_1",
    "address_line_2",
    "town",
    "postcode",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after. Never printed."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """What the field is called."""
        return LABELS[self.field]

    def __repr__(self) -> str:
        return f"Change({self.field})"


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What was changed at once, and when."""

    at: datetime
    changes: tuple[Change, ...]


def compare(before: Details, after: Details) -> tuple[Change, ...]:
    """Return the fields that differ."""
    return tuple(
        Change(field, getattr(before, field), getattr(after, field))
        for field in CHANGEABLE
        if getattr(before, field) != getattr(after, field)
    )
