"""What another system answered, as its customer reads it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from portal.platform.core.connectors import OutsideItem, References, Silence
from portal.platform.core.errors import NotFoundError
from portal.platform.core.holdings import Item
from portal.platform.core.masking import mask_account_numbers
from portal.platform.core.other_systems import OtherSystem, OtherSystems, OutsideCategory
from portal.platform.core.texts import _

SYSTEM = "other_system"
"""With a message that asks for what a system holds: the system's slug."""
PAGE = 50
"""Things on one page."""
LONGEST_ASKING = 20
"""Seconds that all systems may take for a download; one that was not asked by then is away."""
SILENCES = {
    Silence.AWAY: _("{Name} didn’t answer."),
    Silence.WRONG: _("{Name} gave an answer that we can’t trust, so we don’t show it."),
    Silence.UNCONNECTED: _("{Name} can’t be asked from this website."),
    Silence.UNSURE: _("{Name} can’t tell by your email address alone which records are yours."),
}
"""Why there is nothing of a system, as a sentence."""


@dataclass(frozen=True, slots=True)
class AskedCategory:
    """A category of another system, with what it answered; or why there is nothing of it.

    `answer_by` is the London day by which a colleague answers instead, `reference` their message.
    """

    about: OutsideCategory
    items: list[Item] = field(default_factory=list)
    total: int = 0
    silence: Silence | None = None
    answer_by: date | None = None
    reference: str = ""

    @property
    def is_owed(self) -> bool:
        """Whether it should have come, and did not."""
        return self.silence in {Silence.AWAY, Silence.WRONG}

    @property
    def why(self) -> str:
        """Why there is nothing, as a sentence."""
        if self.silence is None:
            return ""
        return SILENCES[self.silence].format(name=self.about.system_name)


def is_unsure(references: References, total: int) -> bool:
    """Tell whether a system that gave nothing may hold something after all.

    It was asked for somebody whom it does not know, without the address: another had that before.
    """
    return not total and not references["email"]


def read_item(
    about: OutsideCategory, said: OutsideItem, own: Collection[str] | None = None
) -> Item:
    """Return a thing as its person reads it; with `own`, billing account numbers are masked."""
    label, value = said.label, said.value
    if own is not None:
        label, value = (mask_account_numbers(one, own) for one in (label, value))
    return Item(label, value, said.at, about.slug, said.at)


def get_category(systems: OtherSystems, slug: str) -> tuple[OtherSystem, OutsideCategory]:
    """Return a category of another system, with the system; raises `NotFoundError`."""
    for system in systems:
        for one in system.categories:
            if one.slug == slug:
                return system, one
    raise NotFoundError


def count_pages(total: int) -> int:
    """Return how many pages there are of so many things; at least one."""
    return max(-(-total // PAGE), 1)
