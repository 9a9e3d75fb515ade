"""Choices: what they are, how they were made, and how two sets of them differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from portal.consent.purposes.rules import (
    BY_CHANNEL,
    CHANNELS,
    NO_MORE_COMPANIES,
    SHARED,
    YES,
    Catalogue,
    Purpose,
    PurposeKind,
    list_reworded,
)
from portal.identity.contact_index.rules import Channel
from portal.platform.core.errors import DomainError
from portal.platform.core.merging import MadeFrom, merge_words
from portal.platform.core.texts import _

LINK_WITHIN = timedelta(hours=24)
"""How long a link to one's choices opens them; it opens nothing else."""


class ChoiceSource(StrEnum):
    """The way in which a choice was made."""

    WEBSITE = "website"
    LINK = "link"
    SIGNAL = "signal"
    LEAVING = "leaving"
    UNDOING = "undoing"
    TELEPHONE = "staff-telephone"
    POST = "staff-post"
    SHOP = "staff-shop"


VIA = {
    ChoiceSource.WEBSITE: _("you, on this website"),
    ChoiceSource.LINK: _("you, by a link in an email"),
    ChoiceSource.SIGNAL: _("your browser’s privacy signal"),
    ChoiceSource.LEAVING: _("us, because your account was deleted"),
    ChoiceSource.UNDOING: _("us, because the change of your email address was undone"),
    ChoiceSource.TELEPHONE: _("our staff, for you, by telephone"),
    ChoiceSource.POST: _("our staff, for you, by letter"),
    ChoiceSource.SHOP: _("our staff, for you, in a shop"),
}
"""Who made a choice, as people read it."""
ASSISTED = frozenset({ChoiceSource.TELEPHONE, ChoiceSource.POST, ChoiceSource.SHOP})
"""Choices that staff set for somebody: they turn nothing on that they have not read out."""
UNSAID = frozenset({ChoiceSource.LEAVING, ChoiceSource.SIGNAL, ChoiceSource.UNDOING})
"""How choices are turned off without a word about any."""
"""What Global Privacy Control speaks of: that others get details."""


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """One purpose by one channel."""

    purpose: str
    channel: str

    @property
    def value(self) -> str:
        """Return the value of its tick box."""
        return f"{self.purpose}:{self.channel}"


NO_MORE = Choice(NO_MORE_COMPANIES, YES)
"""A standing no to companies that are not agreed to yet; nobody else is ever asked about."""
NO_MORE_LABEL = _("No more companies from now on")
NO_MORE_WHY = _(
    "Select this and we won’t ask you about any other company. What’s ticked above stays on until"
    " you untick it."
)
BOXES, AT, SHOWN, WORDING = "choices", "at", "shown", "wording"
"""What a form calls the choices that it was made from, when those were saved, the purposes that
it asks about, and the number of the version that it asks in."""
REFUSALS = frozenset({NO_MORE})
"""What is refused by ticking it: kept as a choice that is on, and never a yes to anything."""
Agreed = frozenset[Choice]


class RefusedCompaniesError(DomainError):
    """Companies were ticked together with a refusal of further companies; their names."""

    code = "refused-companies"

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.names = names


@dataclass(frozen=True, slots=True)
class SavedChoices:
    """What a form changed, and others meanwhile; `refusal` is why what was beside noes is not."""

    changes: list[tuple[Choice, bool]]
    followed: Sequence[tuple[Choice, bool]] = ()
    is_new: bool = False
    """Whether anything was kept: perhaps no more than a no to what was off."""
    to_confirm: Agreed = frozenset()
    refusal: DomainError | None = None


@dataclass(frozen=True, slots=True)
class SettledForm:
    """A form merged with what is saved: the result, what must be confirmed, and others' changes.

    A yes must be confirmed if it clashes with what others did, or if the page did not show its
    present words. `noes` are what the form turns off or refuses; they never need confirming.
    """

    agreed: Agreed
    clashes: Agreed = frozenset()
    followed: tuple[tuple[Choice, bool], ...] = ()
    reworded: Agreed = frozenset()
    noes: Agreed = frozenset()

    @property
    def to_confirm(self) -> Agreed:
        """Return the yeses that must be confirmed before any of them is turned on."""
        return self.clashes | self.reworded


@dataclass(frozen=True, slots=True)
class ChoiceOrigin:
    """When and how a choice was last made, or refused."""

    at: datetime
    via: ChoiceSource

    @property
    def by(self) -> str:
        """Return who made it, in words."""
        return VIA[self.via]


@dataclass(frozen=True, slots=True)
class Noted:
    """A refusal of a choice that was off already: when, how, and the version shown."""

    made: ChoiceOrigin
    wording: int
    choices: Agreed


@dataclass(frozen=True, slots=True)
class Choices:
    """A customer's choices and refusals, and when each choice last changed."""

    agreed: Agreed
    version: int
    saved_at: datetime | None
    made: Mapping[Choice, ChoiceOrigin] = field(default_factory=dict)
    refused: Agreed | None = None
    noted: tuple[Noted, ...] = ()
    """Oldest first."""
    lifted: Mapping[Choice, datetime] = field(default_factory=dict)
    """What the address was suppressed for, until a yes of this moment."""

    def count(self, catalogue: Catalogue) -> int:
        """Count the yeses to what is offered today; refusals are not counted."""
        return len((self.agreed & offered_choices(catalogue)) - REFUSALS)

    def last(self, purpose: Purpose) -> ChoiceOrigin | None:
        """Return the last change of a purpose; refusals of what was off are not counted."""
        found = [
            made
            for choice, made in self.made.items()
            if choice.purpose == purpose.key and not self._is_noted(choice, made)
        ]
        return max(found, key=lambda one: one.at) if found else None

    def last_said(self, choice: Choice) -> ChoiceOrigin | None:
        """Return when a choice was last changed or refused, whichever is later."""
        said = [self.made.get(choice), *(one.made for one in self.noted if choice in one.choices)]
        return max(filter(None, said), key=lambda one: one.at, default=None)

    def said_outright(self) -> "Choices":
        """Return these without refusals made in a form that also had a yes: left unticked there."""
        yeses = {self.made[one] for one in (self.agreed - REFUSALS) & self.made.keys()}
        return replace(self, noted=tuple(one for one in self.noted if one.made not in yeses))

    def noting(self, said: Noted, *, is_outright: bool) -> tuple[Noted, ...]:
        """Return the noted refusals with a new one; of explicit repeats only the first and last."""
        if not said.choices:
            return self.noted
        same = [one for one in self.noted if one.choices == said.choices]
        gone = same[1:] if is_outright else []
        return (*(one for one in self.noted if one not in gone), said)

    def _is_noted(self, choice: Choice, made: ChoiceOrigin) -> bool:
        return any(one.made == made and choice in one.choices for one in self.noted)


def offered_choices(catalogue: Catalogue) -> Agreed:
    """Return every choice that is offered today."""
    offered = {Choice(one.key, channel) for one in catalogue.offered for channel in one.channels}
    return frozenset(offered | ({NO_MORE} if catalogue.of(PurposeKind.SHARING) else set()))


def count_offered(catalogue: Catalogue) -> int:
    """Count the choices offered today; refusals are not counted."""
    return len(offered_choices(catalogue) - REFUSALS)


def choices_of(catalogue: Catalogue, kinds: Iterable[PurposeKind]) -> Agreed:
    """Return the choices about purposes of some kinds, also of those no longer offered."""
    wanted = set(kinds)
    return frozenset(
        Choice(one.key, channel)
        for one in catalogue.purposes
        if one.kind in wanted
        for channel in one.channels
    )


def refused_by(choices: Choices, catalogue: Catalogue) -> Agreed:
    """Return the marketing choices that somebody refused.

    For choices saved before refusals were recorded: whatever was not agreed to at the last change.
    """
    if choices.refused is not None:
        return choices.refused
    gone = {(choices.saved_at, ChoiceSource.LEAVING)}
    ended = {choice for choice, made in choices.made.items() if (made.at, made.via) in gone}
    return choices_of(catalogue, {PurposeKind.MARKETING}) - choices.agreed - ended


def label_of(catalogue: Catalogue, choice: Choice) -> str:
    """Return the full label of a choice, for pages on which purposes are not headings."""
    if choice == NO_MORE:
        return NO_MORE_LABEL
    purpose = catalogue.find(choice.purpose)
    title = purpose.title if purpose else choice.purpose
    if purpose and purpose.kind is PurposeKind.MARKETING:
        return BY_CHANNEL[Channel(choice.channel)].format(title=title)
    return _("Sharing with {title}", title=title) if purpose and purpose.kind in SHARED else title


def title_of(catalogue: Catalogue, choice: Choice, *, is_on: bool) -> str:
    """Return a yes or a no in words; a refusal turned nothing on."""
    if choice in REFUSALS:
        said = _("{label}: chosen") if is_on else _("{label}: taken back")
    else:
        said = _("{label} turned on") if is_on else _("{label} turned off")
    return said.format(label=label_of(catalogue, choice))


def read_choices(values: Iterable[str]) -> Agreed:
    """Return the choices that box values stand for."""
    pairs = (value.partition(":") for value in values)
    return frozenset(Choice(purpose, channel) for purpose, _, channel in pairs)


def marketing_of(choices: Iterable[Choice]) -> Agreed:
    """Return those about marketing: only noes to these are recorded as refusals."""
    return frozenset(one for one in choices if one.channel in CHANNELS)


def unticked(sent: Agreed, made_from: MadeFrom, offered: Agreed) -> Agreed:
    """Return the choices that a form showed and that came unticked: it refuses those.

    An unticked box that somebody else turned off meanwhile counts too; a ticked one never does. A
    form that does not say what it showed counts as having shown all that is offered today.
    """
    shown = made_from.words(SHOWN)
    noes = offered - sent - REFUSALS
    return frozenset(one for one in noes if shown is None or one.purpose in shown)


def settle_form(
    saved: Choices, sent: Agreed, made_from: MadeFrom, versions: Sequence[Catalogue]
) -> SettledForm:
    """Merge a form with the saved choices: boxes that it did not touch stay as they are saved.

    A yes clashes where the same choice was explicitly refused after the form was made, or at any
    time if the form does not say when it was made. A no never clashes. For a form that does not say
    what it was made from, every difference is a clash. `versions` are all, newest first.
    """
    settled = _merge_form(saved, sent, made_from, offered_choices(versions[0]))
    reworded = list_reworded(versions, made_from.values.get(WORDING, ""), made_from.moment(AT))
    yeses = settled.agreed - saved.agreed - REFUSALS
    return replace(settled, reworded=frozenset(one for one in yeses if one.purpose in reworded))


def _merge_form(saved: Choices, sent: Agreed, made_from: MadeFrom, offered: Agreed) -> SettledForm:
    words = made_from.words(BOXES)
    if made_from.version == saved.version:
        return SettledForm(sent, noes=_noes_of(saved.agreed & offered, sent))
    if words is None:
        return SettledForm(sent, (saved.agreed ^ sent) & offered)
    then, at = read_choices(words), made_from.moment(AT)
    merged, outright = merge_words(then, saved.agreed, sent), saved.said_outright()
    said = {one: outright.last_said(one) for one in sent - then - saved.agreed}
    clashes = frozenset(one for one, made in said.items() if made and (at is None or made.at > at))
    others = sorted((then ^ saved.agreed) - (then ^ sent))
    followed = tuple((choice, choice in saved.agreed) for choice in others)
    return SettledForm(merged, clashes, followed, noes=_noes_of(saved.agreed & offered, merged))


def _noes_of(before: Agreed, after: Agreed) -> Agreed:
    return (before - after - REFUSALS) | ((after - before) & REFUSALS)


def says_yes(before: Agreed, after: Agreed) -> bool:
    """Tell whether anything is turned on; ticking a refusal does not count."""
    return bool(after - before - REFUSALS)
