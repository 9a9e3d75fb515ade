"""Screen campaign lists, and keep the list of whom not to contact."""

from collections.abc import Iterable
from contextlib import suppress as ignore
from dataclasses import dataclass, field
from itertools import islice
from uuid import uuid4

from portal.audit.trail import record
from portal.catalogue.queries import get_catalogue
from portal.catalogue.rules import Kind
from portal.kernel.compact import Numbers
from portal.kernel.ledger import Suppressed
from portal.kernel.work import Work, Works
from portal.marks.queries import count_unmarked
from portal.marks.rules import HASHED_AS, Channel
from portal.screening.events import ContactsSuppressed, ListScreened
from portal.screening.queries import get_standings
from portal.screening.rules import (
    Campaign,
    Layout,
    Screen,
    Tally,
    UnfitListError,
    UnmarkedError,
    spell_line,
)

AT_ONCE = 500


@dataclass(slots=True)
class Suppressing:
    """What came of a text with one contact a line.

    The lists are numbers of lines: contacts that were noted before, those that were not, and what
    is no address or number.
    """

    added: int = 0
    known: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)


def open_screen(work: Work, campaign: Campaign, layout: Layout, tps: Numbers | None) -> Screen:
    """Return what decides on rows, as everything stands at this moment.

    Raises `UnmarkedError` while customers wait for their marks: somebody who said no would not
    be found. Raises `UnfitListError` for a purpose that nobody is asked about today.
    """
    asked = [one.key for one in get_catalogue(work).of(Kind.MARKETING)]
    if campaign.purpose not in asked:
        raise UnfitListError(f"Customers are asked about these purposes: {', '.join(asked)}")
    waiting = count_unmarked(work)
    if waiting:
        raise UnmarkedError(waiting)
    return Screen(
        campaign=campaign,
        layout=layout,
        standings=get_standings(work, campaign),
        tps=tps,
        hash_value=work.vault.lookup_hasher(HASHED_AS[campaign.channel]),
    )


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
    """Note each contact of a text so that no campaign uses it again; a second time is nothing new.

    Its customer, if it has one, keeps their account and their choices.
    """
    done = _look_up(works, channel, lines, is_noted=True)
    with works() as work:
        record(work, ContactsSuppressed(uuid4(), channel, done.added))
    return done


def check(works: Works, channel: Channel, lines: Iterable[str]) -> Suppressing:
    """Tell of each contact of a text whether it is noted as not to be used."""
    return _look_up(works, channel, lines, is_noted=False)


def _look_up(
    works: Works, channel: Channel, lines: Iterable[str], *, is_noted: bool
) -> Suppressing:
    done = Suppressing()
    rest = enumerate(lines, 1)
    while batch := list(islice(rest, AT_ONCE)):
        with works() as work:
            found = _read_lines(work, channel, batch, done)
            there = work.vault.ledger.list_suppressed(found.values()) if found else set()
            if is_noted:
                done.added += work.vault.suppress({*found.values()} - there)
        for line, contact in found.items():
            (done.known if contact in there else done.unknown).append(line)
    return done


def _read_lines(
    work: Work, channel: Channel, batch: list[tuple[int, str]], done: Suppressing
) -> dict[int, Suppressed]:
    """Return the keyed hash of each line that is not empty and can be read."""
    hash_value = work.vault.lookup_hasher(HASHED_AS[channel])
    found = {}
    for line, text in batch:
        with ignore(ValueError):
            value = spell_line(channel, text)
            if value:
                found[line] = (channel.value, hash_value(value))
            continue
        done.unreadable.append(line)
    return found
