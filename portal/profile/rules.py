"""What a change of the profile is."""

from dataclasses import dataclass, replace
from datetime import datetime

from portal.account.rules import LABELS, Details, mask_account_number

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
COMPARED = (*CHANGEABLE, "account_number")
"""What a change can be of; the billing account number has a page of its own."""


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

    def masked(self) -> "Change":
        """Return the change as it may be seen without fresh proof."""
        if self.field != "account_number":
            return self
        return replace(
            self,
            before=mask_account_number(self.before),
            after=mask_account_number(self.after),
        )

    def __repr__(self) -> str:
        return f"Change({self.field})"


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What was changed at once, and when."""

    at: datetime
    changes: tuple[Change, ...]

    def masked(self) -> "ChangeSet":
        """Return the changes as they may be seen without fresh proof."""
        return replace(self, changes=tuple(change.masked() for change in self.changes))


def compare(before: Details, after: Details) -> tuple[Change, ...]:
    """Return the fields that differ."""
    return tuple(
        Change(field, getattr(before, field), getattr(after, field))
        for field in COMPARED
        if getattr(before, field) != getattr(after, field)
    )
