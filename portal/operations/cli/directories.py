"""Commands on directory entries of people who are no customers: other operators give the lists."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click

from portal.consent.list_import.sheets import EndlessRowError, write_row
from portal.consent.listed_people import service
from portal.consent.listed_people.rules import (
    HEADER,
    LONGEST_OPERATOR,
    MOST_NAMED,
    ListedWords,
    UnfitDirectoryListError,
    check_list,
    gather_words,
    read_list,
)
from portal.operations.cli.base import commands
from portal.operations.cli.parts import ready
from portal.platform.settings import read_settings


@commands.group("directories")
def directories_() -> None:
    """Take in other operators' directory entries, and hand them out: `directories import`."""


@directories_.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--operator", required=True, metavar="NAME", help="The company whose list it is.")
def import_(file: Path, operator: str) -> None:
    """Take in FILE, the whole list of an operator, in place of its list before.

    UTF-8, commas, first the line name,address,postcode,number,directories; the last has printed,
    enquiries, online and reverse, with blanks between. Where any line cannot be taken nothing is
    taken, and the lines are named. Entries that the list does not have any more are deleted with
    their keys. Numbers that are left out are skipped; what their people corrected stays. Stopped
    half-way, run it again.
    """
    name = " ".join(operator.split())
    if not 0 < len(name) <= LONGEST_OPERATOR:
        raise click.UsageError(f"--operator must have 1 to {LONGEST_OPERATOR} characters")
    with _told():
        with file.open("rb") as source:
            number = check_list(source)
        parts = ready(read_settings())
        try:
            with click.progressbar(length=number, label="Taking in", file=sys.stderr) as bar:

                def read() -> Iterator[Sequence[ListedWords]]:
                    with file.open("rb") as source:
                        for rows in gather_words(read_list(source)):
                            yield rows
                            bar.update(len(rows))

                done = service.take_list(parts.work, name, read)
        finally:
            parts.close()
    click.echo(f"New: {done.new}. Known: {done.known}. Deleted: {done.gone}.")
    click.echo(f"Left out, as their people asked: {done.left_out}.")
    if done.repeated:
        click.echo(f"Numbers that were in the list before: {done.repeated}. The first counted.")


@directories_.command("export")
def export_() -> None:
    """Write every entry to standard output, for whoever makes the directories.

    Only those that are listed today: who was taken out since the last time is not among them, so
    whoever gets the list must put it in place of the one before.
    """
    parts = ready(read_settings())
    out = cast(BinaryIO, sys.stdout.buffer)
    try:
        out.write(f"{write_row(HEADER, ',')}\r\n".encode())
        number = service.hand_out(
            parts.work, lambda one: out.write(f"{write_row(one.row, ',')}\r\n".encode())
        )
        out.flush()
    finally:
        parts.close()
    click.echo(f"Entries: {number}.", err=True)


@contextmanager
def _told() -> Iterator[None]:
    """Report in a few lines why a list cannot be taken: by lines and columns, and nobody's name."""
    try:
        yield
    except EndlessRowError as refusal:
        raise click.ClickException(
            f"{refusal}: is a quotation mark not closed? Nothing was taken in"
        ) from None
    except UnfitDirectoryListError as refusal:
        lines = [f"Line {line}: {column}" for line, column in refusal.faults]
        more = ["There may be more."] if len(lines) == MOST_NAMED else []
        raise click.ClickException("\n".join((str(refusal), *lines, *more))) from None
