"""How a look of a colleague is told: before it, to the colleague, and after it, to the customer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.governance.audit.rules import TrailGap
from portal.identity.accounts.rules import Customer
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.holdings import Holding, Item, by_label, in_reading_order
from portal.platform.core.texts import _, join

WHO = {
    Role.AGENT: _("A support agent"),
    Role.SENIOR: _("A senior support agent"),
    Role.PRIVACY_OFFICER: _("A privacy officer"),
    Role.ADMINISTRATOR: _("An administrator"),
}
"""What a customer reads of who looked: the role of then, and nobody's name."""
SOMEBODY = _("One of our staff")
"""Of looks from before the role was recorded with them."""
MESSAGE, GONE = _("your message {reference}"), _("a message of yours, since deleted")
OPENED = _("{who} opened “{part}”")
SEEN = _("They saw your name, your email address and this part, except what only you can see.")


class LookReason(StrEnum):
    """Why a colleague opens a part of somebody's record."""

    CASE = "case"
    CALLED = "called"
    WROTE = "wrote"
    SECURITY = "security"
    FAULT = "fault"


CHOSEN = {
    LookReason.CASE: _("To answer this message"),
    LookReason.CALLED: _("They’re on the phone"),
    LookReason.WROTE: _("They wrote a letter, or came into a shop"),
    LookReason.SECURITY: _("Something looks wrong with their account"),
    LookReason.FAULT: _("To put a fault right"),
}
"""The reasons as a colleague chooses one."""
READ = {
    LookReason.CASE: _("To answer {message}."),
    LookReason.CALLED: _("Someone called us about your account."),
    LookReason.WROTE: _("Someone wrote to us about your account, or came into a shop."),
    LookReason.SECURITY: _("We were checking that nobody else uses your account."),
    LookReason.FAULT: _("We were putting a fault right."),
}
"""The reasons as the customer reads them."""
WITHOUT_CASE = tuple(one for one in LookReason if one is not LookReason.CASE)
"""Reasons that nothing of the customer's bears out: each such look is told to them at once."""


@dataclass(frozen=True, slots=True)
class LookWords:
    """What a customer reads of a look: who did what, and why."""

    title: str
    text: str


def spell_look(
    words: Sequence[str], role: str | None, reference: str | None, part: str = ""
) -> LookWords:
    """Fill in who looked, by their role, the customer's message, and the part that was opened.

    `words` are what was done, and sentences about it. The page before a look and the customer's
    page after it say what this returns.
    """
    who = WHO[Role(role)] if role else SOMEBODY
    message = MESSAGE.format(reference=reference) if reference else GONE
    title, *sentences = words
    text = join((one.format(message=message) for one in sentences), " ")
    return LookWords(title.format(who=who, message=message, part=part), text)


def record_words(reason: str) -> tuple[str, ...]:
    """Return the words of a look at a part of a record; raises `ValueError` for no such reason."""
    return OPENED, READ[LookReason(reason)], SEEN


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """What a colleague asks to open, and why; `reference` is that of the case at hand."""

    part: str
    reason: LookReason
    reference: str = ""


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """A part of somebody's record. Never printed."""

    customer: Customer
    holding: Holding
    items: tuple[Item, ...]
    lost: tuple[TrailGap, ...]
    """Times of which something may be missing, since they registered."""

    def __repr__(self) -> str:
        return f"OpenedPart({self.holding.slug})"

    @property
    def labelled(self) -> dict[str, list[list[Item]]]:
        """What is in it, by what it is called."""
        return by_label(self.items)


def name_parts(register: Iterable[Holding]) -> Mapping[str, str]:
    """Return what the parts of a record are called, by their names in addresses."""
    return {one.slug: one.category for one in in_reading_order(register) if one.slug}


def find_part(register: Iterable[Holding], slug: str) -> Holding | None:
    """Return the category that a part shows; None for what no page shows."""
    return next((one for one in register if one.slug and one.slug == slug), None)
