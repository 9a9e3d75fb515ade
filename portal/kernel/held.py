"""What a room declares about the personal details it keeps.

Every loop of the portal that must know what is held about a person (what a customer sees,
erasing, later the download and the purge) runs over these declarations and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # rules read declarations too, and rules know no database
    from portal.kernel.ids import CustomerId
    from portal.kernel.work import Work


class Fate(StrEnum):
    """What becomes of a category when its person cancels everything."""

    DELETED = "deleted"
    KEPT = "kept"
    PASSING = "passing"
    """Gone within seconds by itself: nothing to tell."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing held: what it is called, and its value as the person may read it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Holding:
    """One category of personal details, in the customer's words.

    `tables` names every table it lives in; `list_items` shows what is held about one person;
    `erase` removes it and returns how many rows went.
    """

    category: str
    purpose: str
    source: str
    recipients: str
    retention: str
    fate: Fate
    tables: frozenset[str]
    list_items: Callable[[Work, CustomerId], Iterable[Item]]
    erase: Callable[[Work, CustomerId], int]


Register = tuple[Holding, ...]
