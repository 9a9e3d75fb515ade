"""Screen a campaign list: write the rows of it that may be contacted today."""

import gc
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BufferedReader
from itertools import chain
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import BinaryIO, TextIO, cast

import click

from portal.consent.list_import.columns import read_layout, read_numbers
from portal.consent.list_import.sheets import cut_blocks, take_first_row
from portal.consent.list_screening import service
from portal.consent.list_screening.rules import (
    REASONS_HEAD,
    Campaign,
    Contacts,
    Reader,
    Screen,
    Tally,
)
from portal.identity.contact_index.rules import Channel
from portal.operations.cli.base import commands
from portal.operations.cli.lists import (
    CHANNEL,
    ENCODING,
    SEPARATOR,
    WITHHELD,
    BrokenBlockError,
    read_lines,
    ready_for_lists,
    say_tally,
    told_refusals,
)
from portal.platform.encryption.hashing_slots import count_cores
from portal.platform.runtime import Runtime
from portal.platform.settings import read_settings

WAITING_AT_MOST = 6
"""Blocks that are with the other processes: as many as are held in memory."""
EARLY_AT_MOST = 40
"""Blocks that are read while the database is busy: they take twice the room until their turn."""
Early = dict[int, Contacts]
"""What some blocks have to reach people by, by the number of their first line."""
Opened = tuple[Screen, Iterator[tuple[int, bytes]], Early]
"""What decides on rows, all blocks of them, and what some are known to have."""


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a block, as one process hands it to another."""

    through: bytes
    reasons: str
    tally: Tally


@commands.command("screen")
@click.option("--purpose", required=True, help="What it is about: its key in the catalogue.")
@click.option("--channel", type=CHANNEL, required=True, help="How people are to be reached.")
@click.option(
    "--column", "columns", multiple=True, metavar="NAME",
    help="A column with what reaches people. For post twice: first line, postcode."
    "  [default: whatever has a usual name]",
)  # fmt: skip
@SEPARATOR
@ENCODING
@click.option("--prospects", is_flag=True, help="Let through also whoever is not a customer.")
@click.option(
    "--tps", type=click.File("rb"), help="Numbers of the Telephone Preference Service, one a line."
)
@WITHHELD
def screen(  # noqa: PLR0913  # one a thing that can be said
    *,
    purpose: str,
    channel: str,
    columns: tuple[str, ...],
    separator: str | None,
    said: str,
    prospects: bool,
    tps: BinaryIO | None,
    withheld: TextIO | None,
) -> None:
    """Read a campaign list, and write the rows of it that may be contacted today.

    A row comes through when its contact is a customer's who says yes to this purpose by this
    channel, and nobody's who says no. Exit code 3: rows could not be read, and are withheld.
    """
    campaign = Campaign(purpose=purpose, channel=Channel(channel), prospects=prospects)
    if tps is not None and campaign.channel is not Channel.TELEPHONE:
        raise click.UsageError("--tps is about telephone calls alone")
    gc.disable()  # nothing here goes round in circles, and a million rows are much to look through
    settings = read_settings()
    parts = ready_for_lists(settings)
    blocks = cut_blocks(cast(BufferedReader, sys.stdin.buffer), said)
    tally, is_whole = Tally(), False
    try:
        with told_refusals():
            header, rest = take_first_row(blocks)
            layout = read_layout(header, campaign.channel, columns, separator or "")
            numbers = None if tps is None else read_numbers(read_lines(tps))
            with parts.reading() as work:
                reader = service.open_reader(work, campaign, layout, numbers)
            opening = partial(_open_screen, parts, reader)
            _write(header, _open(opening, reader, rest), tally, withheld)
            is_whole = True
    finally:
        with parts.work() as work:
            service.note_screening(
                work, campaign, tally, with_tps=tps is not None, is_whole=is_whole
            )
        parts.close()
    say_tally(tally)


def _open_screen(parts: Runtime, reader: Reader) -> Screen:
    with parts.reading() as work:
        return service.open_screen(work, reader, parts.settings.address)


def _open(
    opening: Callable[[], Screen], reader: Reader, rest: Iterator[tuple[int, bytes]]
) -> Opened:
    """Open the screen, and read the first blocks while the database is busy."""
    blocks: list[tuple[int, bytes]] = []
    early: Early = {}
    with ThreadPoolExecutor(1) as aside:
        opened = aside.submit(opening)
        while not opened.done() and len(blocks) < EARLY_AT_MOST and (one := next(rest, None)):
            blocks.append(one)
            first, block = one
            with _naming_the_line(first):
                early[first] = reader.read(reader.split(block, first))
        return opened.result(), chain(blocks, rest), early


def _write(header: str, opened: Opened, tally: Tally, withheld: TextIO | None) -> None:
    """Screen what comes after the first row, and write it; a bar shows how far it is."""
    out = cast(BinaryIO, sys.stdout.buffer)
    out.write(f"{opened[0].head(header)}\n".encode())
    if withheld is not None:
        withheld.write(REASONS_HEAD)
    size = os.fstat(sys.stdin.fileno()).st_size
    is_shown = sys.stderr.isatty() and size > 0
    with click.progressbar(
        length=size, label="Screening", file=sys.stderr, hidden=not is_shown
    ) as bar:
        for length, done in _screen(*opened):
            out.write(done.through)
            if withheld is not None:
                withheld.write(done.reasons)
            tally.add(done.tally)
            bar.update(length)
    out.flush()
    if withheld is not None:
        withheld.flush()  # a full disk is noticed while it still counts


def _screen(
    asked: Screen, rest: Iterator[tuple[int, bytes]], early: Early
) -> Iterator[tuple[int, _Done]]:
    """Give what becomes of each block, in order, with its length: all processors work on it."""
    global _asked, _early  # what is there before the fork need not be sent
    _asked, _early = asked, early
    waiting: deque[tuple[int, Future[_Done]]] = deque()
    with ProcessPoolExecutor(count_cores(), get_context("fork"), _end_with_parent) as others:
        for first, block in rest:
            waiting.append((len(block), others.submit(_screen_here, block, first)))
            if len(waiting) >= WAITING_AT_MOST:
                length, done = waiting.popleft()
                yield length, done.result()
        for length, done in waiting:
            yield length, done.result()


def _end_with_parent() -> None:
    """Let a process end when the one that made it is no more: nobody else would end it."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


_asked: Screen
_early: Early


def _screen_here(block: bytes, first: int) -> _Done:
    with _naming_the_line(first):
        done = _asked.screen(block, first, _early.get(first))
    return _Done(done.text.encode(), done.reasons, done.tally)


@contextmanager
def _naming_the_line(first: int) -> Iterator[None]:
    """Let a fault that nobody foresaw name the line that its rows begin in, and nobody."""
    try:
        yield
    except Exception as fault:  # noqa: BLE001  # whatever it is, its words are not told
        raise BrokenBlockError(first, type(fault).__name__) from None
