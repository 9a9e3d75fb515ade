"""Screen a campaign list: write the rows of it that may be contacted today."""

import gc
import os
import sys
from collections.abc import Iterable, Iterator
from io import BufferedReader
from typing import BinaryIO, TextIO, cast

import click

from portal.consent.list_import.columns import OpenList, open_list
from portal.consent.list_import.preference_service import read_numbers
from portal.consent.list_import.sheets import Row, gather_rows
from portal.consent.list_screening import service
from portal.consent.list_screening.rules import REASONS_HEAD, Campaign, Screen, Screened, Tally
from portal.identity.contact_index.rules import Channel
from portal.operations.cli.base import commands
from portal.operations.cli.lists import (
    CHANNEL,
    ENCODING,
    SEPARATOR,
    WITHHELD,
    BrokenRowsError,
    read_lines,
    ready_for_lists,
    say_tally,
    told_refusals,
)
from portal.platform.settings import read_settings


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

    A row is let through when its contact is a customer's who agrees to this purpose by this
    channel, and nobody's who refuses. Exit code 3: rows could not be read, and are withheld.
    """
    campaign = Campaign(purpose=purpose, channel=Channel(channel), prospects=prospects)
    if tps is not None and campaign.channel is not Channel.TELEPHONE:
        raise click.UsageError("--tps is about telephone calls alone")
    gc.disable()  # nothing here goes round in circles, and a million rows are much to look through
    parts = ready_for_lists(read_settings())
    tally, is_whole = Tally(), False
    try:
        with told_refusals():
            source = cast(BufferedReader, sys.stdin.buffer)
            opened = open_list(source, campaign.channel, columns, separator or "", said)
            numbers = None if tps is None else read_numbers(read_lines(tps))
            address = parts.settings.address
            with parts.reading() as work:
                asked = service.open_screen(
                    work, campaign, opened.layout, public_url=address, tps=numbers
                )
            _write(opened, asked, tally, withheld)
            is_whole = True
    finally:
        with parts.work() as work:
            service.note_screening(
                work, campaign, tally, with_tps=tps is not None, is_whole=is_whole
            )
        parts.close()
    say_tally(tally)


def _write(opened: OpenList, asked: Screen, tally: Tally, withheld: TextIO | None) -> None:
    """Screen the rows after the first, and write them; a progress bar is shown."""
    out = cast(BinaryIO, sys.stdout.buffer)
    out.write(f"{asked.head(opened.header)}\n".encode())
    if withheld is not None:
        withheld.write(REASONS_HEAD)
    size = os.fstat(sys.stdin.fileno()).st_size
    is_shown = sys.stderr.isatty() and size > 0
    with click.progressbar(
        length=size, label="Screening", file=sys.stderr, hidden=not is_shown
    ) as bar:
        for length, done in screen_rows(asked, opened.rows):
            out.write(done.text.encode())
            if withheld is not None:
                withheld.write(done.reasons)
            tally.add(done.tally)
            bar.update(length)
    out.flush()
    if withheld is not None:
        withheld.flush()  # a full disk is noticed while it still counts


def screen_rows(asked: Screen, rows: Iterable[Row]) -> Iterator[tuple[int, Screened]]:
    """Yield the result of each batch of rows, with its length.

    An unexpected error names the first line of the batch, and nobody.
    """
    for some in gather_rows(rows):
        try:
            done = asked.screen(some)
        except Exception as fault:  # noqa: BLE001  # whatever it is, its words are not told
            raise BrokenRowsError(some[0].line, type(fault).__name__) from None
        yield sum(len(row.text) + 1 for row in some), done
