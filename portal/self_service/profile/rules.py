"""What comes of a form that changes the profile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.identity.accounts.rules import Customer, Details
from portal.identity.profile_changes.rules import FieldChange
from portal.platform.core.merging import MadeFrom, Merged, merge

CHANGEABLE = (
    "given_name",
    "family_name",
    "kind",
    "telephone",
    "mobile",
    "address_line_1",
    "address_line_2",
    "town",
    "postcode",
    "country",
)
ADDRESS = ("address_line_1", "address_line_2", "town", "postcode", "country")
"""What is one address together: two halves of two addresses are nobody's."""
COMPARED = (*CHANGEABLE, "account_number", "account_manager")
"""What a change can be of. The billing account number has a page of its own, and an account
manager goes when nobody is a business any more."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent: some fields, what is typed into them, and what it was made from.

    `details` makes of today's details those that were sent. `untouched` are the fields that are
    as the form showed them, or that it did not have. Never printed.
    """

    fields: tuple[str, ...]
    details: Callable[[Details], Details]
    untouched: frozenset[str]
    made_from: MadeFrom

    def __repr__(self) -> str:
        return "Filled(…)"


@dataclass(frozen=True, slots=True)
class SavedDetails:
    """What a form changed, and what others had changed since it was made: labels of fields."""

    changes: tuple[FieldChange, ...]
    followed: tuple[str, ...]


def merge_details(saved: Customer, filled: Filled) -> Merged[Any]:
    """Return what comes of a form: fields that it did not touch follow what is saved."""
    now, sent = saved.details, filled.details(saved.details)
    values = {name: getattr(now, name) for name in filled.fields}
    is_newest = filled.made_from.version == saved.version
    then: Mapping[str, Any] = values if is_newest else filled.made_from.values
    typed = {
        name: then.get(name, values[name]) if name in filled.untouched else getattr(sent, name)
        for name in filled.fields
    }
    return merge(then, values, typed, together=ADDRESS)


def compare(before: Details, after: Details) -> tuple[FieldChange, ...]:
    """Return the fields that differ."""
    return tuple(
        FieldChange(field, str(getattr(before, field)), str(getattr(after, field)))
        for field in COMPARED
        if getattr(before, field) != getattr(after, field)
    )
