"""What ought to be so of one customer's choices, by the plainest reckoning."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.consent.marketing.rules import NO_MORE, ChoiceSource
from portal.consent.purposes.rules import FIRST, YES, PurposeKind
from portal.identity.contact_index.rules import Channel

Pair = tuple[str, str]
NO_MORE_PAIR = (NO_MORE.purpose, NO_MORE.channel)
ACTORS = {"customer": "customer", "visitor": "link", "staff": "staff"}
"""How the receiver is told of each who may act."""


@dataclass(frozen=True)
class Line:
    """One line of the history."""

    at: datetime
    pair: Pair
    agreed: bool
    via: str
    actor: str
    wording: int

    def told(self) -> dict[str, Any]:
        """What the receiver is told of it."""
        purpose, channel = self.pair
        return {
            "purpose": purpose,
            "channel": channel,
            "agreed": self.agreed,
            "wording": self.wording,
            "by": ACTORS[self.actor],
        }


@dataclass
class Model:
    """What is on, what was said, what is asked, and what no list may use."""

    kinds: dict[str, PurposeKind] = field(
        default_factory=lambda: {one.key: one.kind for one in FIRST.purposes}
    )
    gone: set[str] = field(default_factory=set)
    number: int = FIRST.number
    on: frozenset[Pair] = frozenset()
    version: int = 0
    refused: frozenset[Pair] = frozenset()
    made: dict[Pair, tuple[datetime, str]] = field(default_factory=dict)
    """When and how each choice was changed last."""
    was: dict[int, frozenset[Pair]] = field(default_factory=lambda: {0: frozenset()})
    """What was on in each version."""
    showed: dict[int, frozenset[str]] = field(default_factory=dict)
    """What a page asked about that was opened when a version was saved."""
    saved_at: dict[int, str] = field(default_factory=lambda: {0: ""})
    """When each version was saved."""
    asked_in: dict[int, int] = field(default_factory=lambda: {0: FIRST.number})
    """In which version of the words, then."""
    words: list[dict[str, str]] = field(
        default_factory=lambda: [{one.key: one.title for one in FIRST.purposes}]
    )
    """What each version of the words calls everything, from the first on."""
    lines: list[Line] = field(default_factory=list)
    off_already: list[tuple[datetime, ChoiceSource, frozenset[Pair]]] = field(default_factory=list)
    """Each time that somebody said no to what was off: outright, or not said before by a form."""
    told: list[Line | None] = field(default_factory=list)
    """A line for each choice; nothing stands for the account that was closed."""
    noted: set[tuple[Channel, str]] = field(default_factory=set)

    def pairs(self, purposes: Iterable[str]) -> frozenset[Pair]:
        """Every choice about some purposes."""
        return frozenset(
            (key, channel)
            for key in purposes
            for channel in (Channel if self.kinds[key] is PurposeKind.MARKETING else (YES,))
        )

    def __post_init__(self) -> None:
        self.showed[0] = frozenset(key for key, _ in self.asked)

    @property
    def asked(self) -> frozenset[Pair]:
        """Every choice that is asked today."""
        keys = self.kinds.keys() - self.gone
        more = (
            {NO_MORE_PAIR} if any(self.kinds[one] is PurposeKind.SHARING for one in keys) else set()
        )
        return self.pairs(keys) | more

    @property
    def drawn(self) -> frozenset[Pair]:
        """Every choice that a page draws: no company more where no more are wanted."""
        companies = self.pairs(
            key for key, kind in self.kinds.items() if kind is PurposeKind.SHARING
        )
        return self.asked - (companies - self.on if NO_MORE_PAIR in self.on else frozenset())

    @property
    def shared(self) -> frozenset[Pair]:
        """Every choice by which others get details, whether asked today or not."""
        return self.pairs(
            key
            for key, kind in self.kinds.items()
            if kind in {PurposeKind.SHARING, PurposeKind.GROUP}
        )

    @property
    def screenable(self) -> list[str]:
        """What a campaign may be about."""
        return sorted(key for key, kind in self.kinds.items() if kind is PurposeKind.MARKETING)

    def new_companies(self, wanted: frozenset[Pair]) -> frozenset[Pair]:
        """What a standing no to more companies refuses of a form."""
        if NO_MORE_PAIR not in self.on & wanted:
            return frozenset()
        companies = self.pairs(
            key for key, kind in self.kinds.items() if kind is PurposeKind.SHARING
        )
        return (wanted - self.on) & companies

    def saved(self, wanted: frozenset[Pair]) -> frozenset[Pair]:
        """What is on once a form is saved: what is no longer asked stays as it was said."""
        return (wanted & self.asked) | (self.on - self.asked)

    def is_stale(self, wanted: frozenset[Pair], version: int) -> bool:
        """Whether a form is older than what it would change."""
        return version != self.version and (self.saved(wanted) != self.on or not self.version)

    def is_refused_since(self, pairs: frozenset[Pair], version: int) -> bool:
        """Whether one of these was said no to after a version: then the no is younger.

        A no to what was off, beside a yes that stands, is none: that form left the box alone.
        """
        said = [(at, frozenset({pair})) for pair, (at, _) in self.made.items()]
        yeses = [self.made[pair][0] for pair in self.on - {NO_MORE_PAIR}]
        said += [(at, noes) for at, _, noes in self.off_already if at not in yeses]
        return version != self.version and any(
            at.isoformat() > self.saved_at[version] for at, noes in said if noes & pairs
        )

    def reworded(self, pairs: frozenset[Pair], wording: int | None) -> frozenset[Pair]:
        """Which of these are asked in other words than a page may have shown."""
        shown = self.words if wording is None else [self.words[wording - FIRST.number]]
        return frozenset(
            (key, channel)
            for key, channel in pairs - {NO_MORE_PAIR}
            if any(one.get(key) != self.words[-1][key] for one in shown)
        )

    def unticked(
        self, wanted: frozenset[Pair], sent: frozenset[Pair], shown: frozenset[str] | None = None
    ) -> frozenset[Pair]:
        """What a form says no to: what it showed, neither ticked nor on in the end."""
        noes = self.asked - wanted - sent - {NO_MORE_PAIR}
        return noes if shown is None else frozenset(one for one in noes if one[0] in shown)

    def turn(  # noqa: PLR0913  # one a thing that can be said
        self,
        after: frozenset[Pair],
        at: datetime,
        via: ChoiceSource,
        actor: str,
        *,
        noes: frozenset[Pair] = frozenset(),
        form: frozenset[Pair] | None = None,
    ) -> None:
        """Note what somebody said, also a no to what was off: outright, or by a form."""
        before, self.on = self.on, after
        said = (noes | (form or frozenset())) - after
        is_first = form is not None and not self.version
        if before == after and not said and not is_first:
            return
        marketing = said & self.pairs(self.screenable)
        is_outright = not after - before - {NO_MORE_PAIR}
        self.made |= dict.fromkeys(before ^ after, (at, via))
        if news := (said if is_outright else marketing - self.refused) - before:
            same = [one for one in self.off_already if one[2] == news]
            gone = same[1:] if is_outright else []  # the first and the last are kept
            self.off_already = [one for one in self.off_already if one not in gone]
            self.off_already.append((at, via, news))
        self.refused = (self.refused | marketing) - after
        self.version += 1
        self.asked_in[self.version] = self.number
        self.was[self.version], self.saved_at[self.version] = after, at.isoformat()
        self.showed[self.version] = frozenset(key for key, _ in self.drawn)
        for pair in sorted(before ^ after):
            line = Line(at, pair, pair in after, via, actor, self.number)
            self.lines.append(line)
            self.told.append(line)
        if any(channel == Channel.EMAIL for _, channel in after - before):
            self.noted = {one for one in self.noted if one[0] is not Channel.EMAIL}
