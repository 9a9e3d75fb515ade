"""What a change of a profile is."""

from dataclasses import dataclass, replace
from datetime import datetime

from portal.identity.accounts.rules import LABELS, mask_account_number, spell_detail

NUMBER = "account_number"
"""The field of the billing account number."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after. Never printed."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """What the field is called."""
        return LABELS[self.field]

    def worded(self) -> "FieldChange":
        """Return the change in the words that people chose it by."""
        before, after = (spell_detail(self.field, value) for value in (self.before, self.after))
        return replace(self, before=before, after=after)

    def masked(self) -> "FieldChange":
        """Return the change as it may be seen without fresh proof."""
        if self.field != NUMBER:
            return self.worded()
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
    changes: tuple[FieldChange, ...]

    def masked(self) -> "ChangeSet":
        """Return the changes as they may be seen without fresh proof."""
        return replace(self, changes=tuple(change.masked() for change in self.changes))
