"""What a choice is, how it was made, and what differs between two sets of choices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from portal.consent.purposes.rules import (
    CHANNELS,
    NO_MORE_COMPANIES,
    YES,
    Catalogue,
    Purpose,
    PurposeKind,
    list_reworded,
)
from portal.identity.contact_index.rules import Channel
from portal.platform.core.errors import DomainError
from portal.platform.core.merging import MadeFrom, merge_words

LINK_WITHIN = timedelta(hours=24)
"""How long a link to one's choices opens them; it opens nothing else."""


class ChoiceSource(StrEnum):
    """How a choice was made."""

    WEBSITE = "website"
    LINK = "link"
    SIGNAL = "signal"
    LEAVING = "leaving"
    UNDOING = "undoing"
    TELEPHONE = "staff-telephone"
    POST = "staff-post"
    SHOP = "staff-shop"


VIA = {
    ChoiceSource.WEBSITE: "you, on this website",
    ChoiceSource.LINK: "you, by a link in an email",
    ChoiceSource.SIGNAL: "your browser’s privacy signal",
    ChoiceSource.LEAVING: "us, because you left",
    ChoiceSource.UNDOING: "us, because the change of your email address was undone",
    ChoiceSource.TELEPHONE: "our staff, for you, by telephone",
    ChoiceSource.POST: "our staff, for you, by letter",
    ChoiceSource.SHOP: "our staff, for you, in a shop",
}
"""Who made a choice, as people read it."""
ASSISTED = frozenset({ChoiceSource.TELEPHONE, ChoiceSource.POST, ChoiceSource.SHOP})
"""Choices that staff set for somebody: they turn nothing on that they have not read out."""
UNSAID = frozenset({ChoiceSource.LEAVING, ChoiceSource.SIGNAL, ChoiceSource.UNDOING})
"""How choices are turned off without a word about any."""
SHARED = frozenset({PurposeKind.SHARING, PurposeKind.GROUP})
"""What Global Privacy Control speaks of: that others get details."""


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """One purpose by one channel."""

    purpose: str
    channel: str

    @property
    def value(self) -> str:
        """Return the value of its box."""
        return f"{self.purpose}:{self.channel}"


NO_MORE = Choice(NO_MORE_COMPANIES, YES)
"""A standing no to companies that are not agreed to yet; nobody else is ever asked about."""
NO_MORE_LABEL = "No more companies from now on"
NO_MORE_WHY = (
    "We won’t ask you about any other company. What’s ticked above stays on until you untick it."
)
BOXES, AT, SHOWN, WORDING = "choices", "at", "shown", "wording"
"""What a form calls the choices that it was made from, when those were saved, the purposes that
it asks about, and the number of the version that it asks in."""
REFUSALS = frozenset({NO_MORE})
"""What is refused by ticking it: kept as a choice that is on, and never a yes to anything."""
Agreed = frozenset[Choice]


class RefusedCompaniesError(DomainError):
    """Companies would be agreed to anew though any more were refused; these are their names."""

    code = "refused-companies"

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.names = names


@dataclass(frozen=True, slots=True)
class SavedChoices:
    """What a form changed, and what others had changed since it was made; both are kept.

    `asked` is what it says beside its noes, which are kept, and what has to be asked about again;
    `refusal` is why what it says beside them is not taken.
    """

    changes: list[tuple[Choice, bool]]
    followed: Sequence[tuple[Choice, bool]] = ()
    is_new: bool = False
    """Whether anything was kept: perhaps no more than a no to what was off."""
    asked: Agreed = frozenset()
    refusal: DomainError | None = None


@dataclass(frozen=True, slots=True)
class SettledForm:
    """What comes of a form, what of it must be asked about, and what others had changed.

    It is asked about where it clashes with what others did, or says yes to words that the page did
    not show. `noes` are what it turns off or refuses: they are never asked about.
    """

    agreed: Agreed
    clashes: Agreed = frozenset()
    followed: tuple[tuple[Choice, bool], ...] = ()
    reworded: Agreed = frozenset()
    noes: Agreed = frozenset()

    @property
    def asked(self) -> Agreed:
        """Return what must be asked about before anything of it is turned on."""
        return self.clashes | self.reworded


@dataclass(frozen=True, slots=True)
class ChoiceOrigin:
    """When and how a choice was last made, or said no to."""

    at: datetime
    via: ChoiceSource

    @property
    def by(self) -> str:
        """Say who made it."""
        return VIA[self.via]


@dataclass(frozen=True, slots=True)
class Noted:
    """That somebody said no to what was off: when and how, in the words of which version."""

    made: ChoiceOrigin
    wording: int
    choices: Agreed


@dataclass(frozen=True, slots=True)
class Choices:
    """What a customer agrees to today and said no to, and when each choice last changed."""

    agreed: Agreed
    version: int
    saved_at: datetime | None
    made: Mapping[Choice, ChoiceOrigin] = field(default_factory=dict)
    refused: Agreed | None = None
    noted: tuple[Noted, ...] = ()
    """Oldest first."""

    def count(self, catalogue: Catalogue) -> int:
        """Count the yeses to what is asked today; a refusal is none."""
        return len((self.agreed & offered_choices(catalogue)) - REFUSALS)

    def last(self, purpose: Purpose) -> ChoiceOrigin | None:
        """Return when anything about a purpose was last changed; a no to what was off is none."""
        found = [
            made
            for choice, made in self.made.items()
            if choice.purpose == purpose.key and not self._is_noted(choice, made)
        ]
        return max(found, key=lambda one: one.at) if found else None

    def last_said(self, choice: Choice) -> ChoiceOrigin | None:
        """Return when a choice was last made, or said no to though it was off: the younger."""
        said = [self.made.get(choice), *(one.made for one in self.noted if choice in one.choices)]
        return max(filter(None, said), key=lambda one: one.at, default=None)

    def said_outright(self) -> "Choices":
        """Return these without each no beside which a yes was said: that left the boxes alone."""
        yeses = {self.made[one] for one in (self.agreed - REFUSALS) & self.made.keys()}
        return replace(self, noted=tuple(one for one in self.noted if one.made not in yeses))

    def noting(self, said: Noted, *, is_outright: bool) -> tuple[Noted, ...]:
        """Return what was noted, and noes of now; of the same said outright the first and last."""
        if not said.choices:
            return self.noted
        same = [one for one in self.noted if one.choices == said.choices]
        gone = same[1:] if is_outright else []
        return (*(one for one in self.noted if one not in gone), said)

    def _is_noted(self, choice: Choice, made: ChoiceOrigin) -> bool:
        return any(one.made == made and choice in one.choices for one in self.noted)


def offered_choices(catalogue: Catalogue) -> Agreed:
    """Return every choice that can be made today."""
    asked = {Choice(one.key, channel) for one in catalogue.offered for channel in one.channels}
    return frozenset(asked | ({NO_MORE} if catalogue.of(PurposeKind.SHARING) else set()))


def count_offered(catalogue: Catalogue) -> int:
    """Count what can be agreed to today; a refusal is none."""
    return len(offered_choices(catalogue) - REFUSALS)


def choices_of(catalogue: Catalogue, kinds: Iterable[PurposeKind]) -> Agreed:
    """Return the choices about purposes of some kinds, also of those no longer asked."""
    wanted = set(kinds)
    return frozenset(
        Choice(one.key, channel)
        for one in catalogue.purposes
        if one.kind in wanted
        for channel in one.channels
    )


def refused_by(choices: Choices, catalogue: Catalogue) -> Agreed:
    """Return the marketing that somebody said no to.

    Of choices from before that was kept, whatever they did not agree to when they last chose.
    """
    if choices.refused is not None:
        return choices.refused
    gone = {(choices.saved_at, ChoiceSource.LEAVING)}
    ended = {choice for choice, made in choices.made.items() if (made.at, made.via) in gone}
    return choices_of(catalogue, {PurposeKind.MARKETING}) - choices.agreed - ended


def label_of(catalogue: Catalogue, choice: Choice) -> str:
    """Return how a choice is called where purposes are not headings."""
    if choice == NO_MORE:
        return NO_MORE_LABEL
    purpose = catalogue.find(choice.purpose)
    title = purpose.title if purpose else choice.purpose
    if purpose and purpose.kind is PurposeKind.MARKETING:
        return f"{title} by {CHANNELS[Channel(choice.channel)].lower()}"
    return f"Sharing with {title}" if purpose and purpose.kind in SHARED else title


def title_of(catalogue: Catalogue, choice: Choice, *, is_on: bool) -> str:
    """Return how a yes or a no is told; of a refusal nothing was turned on."""
    if choice in REFUSALS:
        return f"{label_of(catalogue, choice)}: {'chosen' if is_on else 'taken back'}"
    return f"{label_of(catalogue, choice)} turned {'on' if is_on else 'off'}"


def read_choices(values: Iterable[str]) -> Agreed:
    """Return the choices that box values stand for."""
    pairs = (value.partition(":") for value in values)
    return frozenset(Choice(purpose, channel) for purpose, _, channel in pairs)


def marketing_of(choices: Iterable[Choice]) -> Agreed:
    """Return those about marketing: a no to one of these is kept."""
    return frozenset(one for one in choices if one.channel in CHANNELS)


def unticked(sent: Agreed, made_from: MadeFrom, asked: Agreed) -> Agreed:
    """Return what a form showed and what came unticked: it says no to that.

    A box that came ticked is no no, also where somebody else had turned it off meanwhile. A form
    that does not say what it showed had whatever is asked today.
    """
    shown = made_from.words(SHOWN)
    noes = asked - sent - REFUSALS
    return frozenset(one for one in noes if shown is None or one.purpose in shown)


def settle_form(
    saved: Choices, sent: Agreed, made_from: MadeFrom, versions: Sequence[Catalogue]
) -> SettledForm:
    """Return what comes of a form: boxes that it did not touch stay as they are saved.

    A yes is a clash where the same choice was said no to outright since the form was made: the no
    is younger, as any is where the form does not say when it was made. A no is none. Of a form that
    does not say what it was made from, every difference is one. `versions` are all, newest first.
    """
    settled = _merge_form(saved, sent, made_from, offered_choices(versions[0]))
    reworded = list_reworded(versions, made_from.values.get(WORDING, ""), made_from.moment(AT))
    yeses = settled.agreed - saved.agreed - REFUSALS
    return replace(settled, reworded=frozenset(one for one in yeses if one.purpose in reworded))


def _merge_form(saved: Choices, sent: Agreed, made_from: MadeFrom, asked: Agreed) -> SettledForm:
    words = made_from.words(BOXES)
    if made_from.version == saved.version:
        return SettledForm(sent, noes=_noes_of(saved.agreed & asked, sent))
    if words is None:
        return SettledForm(sent, (saved.agreed ^ sent) & asked)
    then, at = read_choices(words), made_from.moment(AT)
    merged, outright = merge_words(then, saved.agreed, sent), saved.said_outright()
    said = {one: outright.last_said(one) for one in sent - then - saved.agreed}
    clashes = frozenset(one for one, made in said.items() if made and (at is None or made.at > at))
    others = sorted((then ^ saved.agreed) - (then ^ sent))
    followed = tuple((choice, choice in saved.agreed) for choice in others)
    return SettledForm(merged, clashes, followed, noes=_noes_of(saved.agreed & asked, merged))


def _noes_of(before: Agreed, after: Agreed) -> Agreed:
    return (before - after - REFUSALS) | ((after - before) & REFUSALS)


def says_yes(before: Agreed, after: Agreed) -> bool:
    """Tell whether something is turned on; a refusal is no yes."""
    return bool(after - before - REFUSALS)
