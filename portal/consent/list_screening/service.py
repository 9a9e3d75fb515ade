"""Screen campaign lists, and keep the list of whom not to contact."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress as ignore
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, product
from uuid import uuid4

from portal.consent.list_import.cell_values import spell_line
from portal.consent.list_import.columns import Layout, UnfitListError
from portal.consent.list_import.preference_service import Numbers
from portal.consent.list_screening.events import ContactsLifted, ContactsSuppressed, ListScreened
from portal.consent.list_screening.queries import find_consents, get_consents
from portal.consent.list_screening.rules import (
    Campaign,
    Consents,
    Screen,
    Tally,
    UnindexedError,
)
from portal.consent.marketing.rules import choices_of
from portal.consent.purposes.queries import get_catalogue
from portal.consent.purposes.rules import (
    SHARED,
    PurposeKind,
)
from portal.consent.unsubscribe.rules import SEAL, address_maker
from portal.governance.audit.trail import record
from portal.identity.contact_index.queries import count_unindexed
from portal.identity.contact_index.rules import HASHED_AS, Channel
from portal.platform.core.ledger import Suppressed
from portal.platform.core.sealing import Sealer
from portal.platform.core.texts import _
from portal.platform.core.work import Work, Works

AT_ONCE = 200
"""Contacts that are asked about together; each may be noted for several purposes."""


@dataclass(slots=True)
class Suppressing:
    """The result of a text with one contact on each line.

    `changed` is the number of contacts suppressed or lifted. The lists are line numbers: contacts
    that were suppressed before, contacts that were not, and lines that could not be read.
    """

    changed: int = 0
    known: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)


def open_screen(  # noqa: PLR0913  # one a thing that can be said
    work: Work,
    campaign: Campaign,
    layout: Layout,
    *,
    public_url: str = "",
    tps: Numbers | None = None,
    is_short: bool = False,
) -> Screen:
    """Return what decides on the rows of a list, from the consents of this moment.

    For a list that `is_short` in comparison with the number of customers, consents are looked up
    batch by batch, so the transaction has to stay open; for others all consents are read at once.

    Raises `UnindexedError` while customers wait for their hashes: a refusal would not be found.
    Raises `UnfitListError` for a purpose that is not offered today.
    """
    kinds = SHARED if campaign.is_shared else {PurposeKind.MARKETING}
    asked = [one.key for one in get_catalogue(work).offered if one.kind in kinds]
    if campaign.purpose not in asked:
        raise UnfitListError(
            _("Customers are asked about these purposes: {keys}", keys=", ".join(asked))
        )
    waiting = count_unindexed(work)
    if waiting:
        raise UnindexedError(waiting)
    unsubscribe_at = None
    if campaign.channel is Channel.EMAIL and not campaign.is_shared:
        seal = work.vault.tagger(SEAL, campaign.purpose)
        unsubscribe_at = address_maker(seal, public_url, campaign.purpose)
    return Screen(
        campaign=campaign,
        layout=layout,
        tps=tps,
        hash_value=work.vault.lookup_hasher(HASHED_AS[campaign.channel]),
        consents=partial(find_consents, work, campaign) if is_short else _get_all(work, campaign),
        unsubscribe_at=unsubscribe_at,
    )


def _get_all(work: Work, campaign: Campaign) -> Callable[[Collection[bytes]], Consents]:
    consents = get_consents(work, campaign)
    return lambda _: consents


def note_screening(
    work: Work, campaign: Campaign, tally: Tally, *, with_tps: bool, is_whole: bool
) -> None:
    """Record that a list was screened, and how many rows went where."""
    record(
        work,
        ListScreened(
            uuid4(),
            campaign.purpose,
            campaign.channel,
            campaign.prospects,
            with_tps,
            tally.let_through,
            sum(tally.withheld.values()),
            is_whole,
        ),
    )


def suppress(works: Works, channel: Channel, lines: Iterable[str]) -> Suppressing:
    """Suppress each contact of a text, so that no campaign uses it; repeating changes nothing."""
    kinds = [channel.value]
    done = _go_through(
        works, channel, kinds, lines, lambda vault, contacts: vault.suppress(contacts)
    )
    with works() as work:
        record(work, ContactsSuppressed(uuid4(), channel, done.changed))
    return done


def lift(works: Works, channel: Channel, lines: Iterable[str]) -> Suppressing:
    """Lift the suppressions of each contact of a text; its customer's own choices still apply.

    It lifts those for every purpose, also where only one was refused.
    """
    done = _go_through(works, channel, _list_kinds(works, channel), lines, _lift)
    with works() as work:
        record(work, ContactsLifted(uuid4(), channel, done.changed))
    return done


def check(works: Works, channel: Channel, lines: Iterable[str]) -> Suppressing:
    """Tell of each contact of a text whether it is suppressed for any purpose."""
    return _go_through(works, channel, _list_kinds(works, channel), lines, lambda _, __: 0)


def _lift(vault: Sealer, contacts: set[Suppressed]) -> int:
    """Lift every suppression of some contacts; return how many were lifted."""
    noted = vault.ledger.list_suppressed(contacts)
    vault.lift(noted)
    return len({value_hash for _, value_hash in noted})


def _list_kinds(works: Works, channel: Channel) -> list[str]:
    """Return every kind of suppression that there may be for a channel."""
    with works() as work:
        catalogue = get_catalogue(work)
    choices = choices_of(catalogue, {PurposeKind.MARKETING})
    return [channel.value, *(one.value for one in sorted(choices) if one.channel == channel)]


def _go_through(
    works: Works,
    channel: Channel,
    kinds: list[str],
    lines: Iterable[str],
    change: Callable[[Sealer, set[Suppressed]], int],
) -> Suppressing:
    done = Suppressing()
    rest = enumerate(lines, 1)
    while batch := list(islice(rest, AT_ONCE)):
        with works() as work:
            found = _read_lines(work, channel, batch, done)
            contacts = set(product(kinds, found.values()))
            noted = work.vault.ledger.list_suppressed(contacts) if found else set()
            there = {value_hash for _, value_hash in noted}
            done.changed += change(work.vault, contacts)
        for line, value_hash in found.items():
            (done.known if value_hash in there else done.unknown).append(line)
    return done


def _read_lines(
    work: Work, channel: Channel, batch: list[tuple[int, str]], done: Suppressing
) -> dict[int, bytes]:
    """Return the keyed hash of each line that is not empty and can be read."""
    hash_value = work.vault.lookup_hasher(HASHED_AS[channel])
    found = {}
    for line, text in batch:
        with ignore(ValueError):
            value = spell_line(channel, text)
            if value:
                found[line] = hash_value(value)
            continue
        done.unreadable.append(line)
    return found
