"""Commands about campaigns: whom a list may reach, and whom no list may reach again."""

import gc
import os
import sys
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult
from typing import BinaryIO, TextIO, cast

import click

from portal.cli.base import commands
from portal.kernel.sheets import EndlessRowError, cut_blocks, open_text, read_block, take_first_row
from portal.lists.rules import UnfitListError, UnnamedColumnError, read_layout, read_numbers
from portal.marks.rules import Channel
from portal.readiness import refuse_unready
from portal.runtime import Runtime, assemble
from portal.screening import service
from portal.screening.rules import Campaign, Reason, Screen, Tally, UnmarkedError
from portal.settings import Settings, read_settings
from portal.vault.turns import count_cores

CHANNEL = click.Choice([one.value for one in Channel])
SOME_BAD = 3
"""The exit code that says: done, but rows could not be read."""
WAITING_AT_MOST = 6
"""Blocks that are with the other processes: as many as are held in memory."""


class BrokenBlockError(Exception):
    """A fault that nobody foresaw: the line that its rows begin in, and its kind.

    Not its words, nor where it came from: they may name somebody whom the list is about.
    """


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a block, as one process hands it to another; `told` is why which line."""

    through: bytes
    count: int
    withheld: Counter[Reason]
    told: str


@commands.command("screen")
@click.option("--purpose", required=True, help="What it is about: its key in the catalogue.")
@click.option("--channel", type=CHANNEL, required=True, help="How people are to be reached.")
@click.option(
    "--column", "columns", multiple=True, metavar="NAME",
    help="A column with what reaches people. For post twice: first line, postcode."
    "  [default: whatever has a usual name]",
)  # fmt: skip
@click.option("--separator", help="Sign between the columns.  [default: , ; tab or |, by itself]")
@click.option("--prospects", is_flag=True, help="Let through also whoever is not a customer.")
@click.option(
    "--tps", type=click.File("rb"), help="Numbers of the Telephone Preference Service, one a line."
)
@click.option("--withheld", type=click.File("w"), help="Where to write which lines, and why.")
def screen(  # noqa: PLR0913  # one a thing that can be said
    *,
    purpose: str,
    channel: str,
    columns: tuple[str, ...],
    separator: str | None,
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
    parts = ready(settings)
    blocks = cut_blocks(cast(BufferedReader, sys.stdin.buffer))
    tally, is_whole = Tally(), False
    try:
        with told_refusals():
            header, rest = take_first_row(blocks)
            layout = read_layout(header, campaign.channel, columns, separator or "")
            numbers = None if tps is None else read_numbers(_lines(tps))
            with parts.reading() as work:
                asked = service.open_screen(work, campaign, layout, numbers, settings.address)
            _write(header, rest, asked, tally, withheld)
            is_whole = True
    finally:
        with parts.work() as work:
            service.note_screening(
                work, campaign, tally, with_tps=tps is not None, is_whole=is_whole
            )
        parts.close()
    say_tally(tally)


@contextmanager
def told_refusals() -> Iterator[None]:
    """Tell in one line why a list cannot be screened."""
    try:
        yield
    except UnmarkedError as refusal:
        raise click.ClickException(
            f"{refusal.number} customers wait for their marks: somebody who said no would not be"
            " found. Let the worker run until it has marked them all"
        ) from None
    except UnnamedColumnError as refusal:
        raise click.ClickException(
            f"{refusal}. Say which: --column NAME (for post, twice: first line of the address,"
            " postcode)"
        ) from None
    except UnfitListError as refusal:
        raise click.ClickException(str(refusal)) from None
    except EndlessRowError as refusal:
        raise click.ClickException(
            f"{refusal}: is a quotation mark not closed? Use nothing of what was written"
        ) from None
    except BrokenBlockError as fault:
        line, kind = fault.args
        raise click.ClickException(
            f"A row in line {line} or after it broke the program ({kind})."
            " Use nothing of what was written"
        ) from None


@commands.group("suppress")
def suppress_() -> None:
    """Keep the list of whom not to contact: `suppress add`, `suppress check`, `suppress lift`.

    Contacts are read from standard input, one a line, so that none is in a history of commands.
    For post a line is the first line of the address, a comma, and the postcode.
    """


@suppress_.command("add")
@click.option("--channel", type=CHANNEL, required=True, help="How they are not to be reached.")
def suppress_add(*, channel: str) -> None:
    """Note contacts that no campaign is to use again; it holds also when they are no customers.

    Exit code 3: lines could not be read, the others are noted.
    """
    parts = ready(read_settings())
    done = service.suppress(parts.work, Channel(channel), _lines(sys.stdin.buffer))
    parts.close()
    known = len(done.known) + len(done.unknown) - done.changed
    click.echo(f"New: {done.changed}. Noted before: {known}.")
    _name_unreadable(done.unreadable)


@suppress_.command("lift")
@click.option("--channel", type=CHANNEL, required=True, help="How they may be reached again.")
def suppress_lift(*, channel: str) -> None:
    """Take contacts off the list, because whoever has them today asked for it.

    A customer's choices are as they were. Exit code 3: lines could not be read.
    """
    parts = ready(read_settings())
    done = service.lift(parts.work, Channel(channel), _lines(sys.stdin.buffer))
    parts.close()
    click.echo(f"Lifted: {done.changed}. Not noted: {len(done.unknown)}.")
    _name_unreadable(done.unreadable)


@suppress_.command("check")
@click.option("--channel", type=CHANNEL, required=True, help="By which channel.")
def suppress_check(*, channel: str) -> None:
    """Say of each line whether it is noted. Exit code 1: not all of them are."""
    parts = ready(read_settings())
    done = service.check(parts.reading, Channel(channel), _lines(sys.stdin.buffer))
    parts.close()
    answers = [(line, "noted") for line in done.known]
    answers += [(line, "not noted") for line in done.unknown]
    for line, answer in sorted(answers):
        click.echo(f"{line}: {answer}")
    _name_unreadable(done.unreadable)
    sys.exit(1 if done.unknown else 0)


def ready(settings: Settings) -> Runtime:
    """Return the parts, as far as lists need them: whoever erases people needs more, and longer."""
    parts = assemble(settings, (), {})
    refuse_unready(parts)
    return parts


def _lines(source: BinaryIO) -> Iterator[str]:
    return (line.strip() for line in open_text(cast(BufferedReader, source)))


def _name_unreadable(lines: list[int]) -> None:
    if lines:
        named = ", ".join(map(str, lines))
        click.echo(f"Lines that could not be read: {named}", err=True)
        sys.exit(SOME_BAD)


def _write(
    header: str,
    rest: Iterator[tuple[int, bytes]],
    asked: Screen,
    tally: Tally,
    withheld: TextIO | None,
) -> None:
    """Screen what comes after the first row, and write it; a bar shows how far it is."""
    out = cast(BinaryIO, sys.stdout.buffer)
    out.write(f"{asked.head(header)}\n".encode())
    if withheld is not None:
        withheld.write("line,reason\n")
    size = os.fstat(sys.stdin.fileno()).st_size
    is_shown = sys.stderr.isatty() and size > 0
    with click.progressbar(
        length=size, label="Screening", file=sys.stderr, hidden=not is_shown
    ) as bar:
        for length, done in _screen(asked, rest):
            out.write(done.through)
            if withheld is not None:
                withheld.write(done.told)
            tally.add(done.count, done.withheld)
            bar.update(length)
    out.flush()


def _screen(asked: Screen, rest: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, _Done]]:
    """Give what becomes of each block, in order, with its length: all processors work on it."""
    global _asked  # noqa: PLW0603  # what is there before the fork need not be sent
    _asked = asked
    waiting: deque[tuple[int, AsyncResult[_Done]]] = deque()
    with get_context("fork").Pool(count_cores()) as others:
        for first, block in rest:
            waiting.append((len(block), others.apply_async(_screen_here, (block, first))))
            if len(waiting) >= WAITING_AT_MOST:
                length, done = waiting.popleft()
                yield length, done.get()
        for length, done in waiting:
            yield length, done.get()


_asked: Screen


def _screen_here(block: bytes, first: int) -> _Done:
    try:
        done = _asked.screen(read_block(block), first)
    except Exception as fault:  # noqa: BLE001  # whatever it is, its words are not told
        raise BrokenBlockError(first, type(fault).__name__) from None
    through = "\n".join([*done.through, ""]).encode()
    told = "".join([f"{line},{reason}\n" for line, reason in done.withheld])
    count = Counter([reason for _, reason in done.withheld])
    return _Done(through, len(done.through), count, told)


def say_tally(tally: Tally) -> None:
    """Say on standard error how many rows went where."""
    click.echo(f"Let through: {tally.let_through}.", err=True)
    for reason, number in sorted(tally.withheld.items()):
        click.echo(f"Withheld, {reason}: {number}.", err=True)
    if tally.bad:
        sys.exit(SOME_BAD)
