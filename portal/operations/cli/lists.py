"""Shared parts of the commands on lists: reading lines, errors, and counts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import BinaryIO, cast

import click

from portal.consent.list_import.columns import UnfitListError, UnnamedColumnError
from portal.consent.list_import.sheets import EndlessRowError, name_encoding, open_text
from portal.consent.list_screening.rules import Tally, UnindexedError, WithheldReason
from portal.identity.contact_index.rules import Channel
from portal.operations.startup_checks import refuse_unready
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import Settings


def _read_encoding(_context: click.Context, _option: click.Parameter, said: str) -> str:
    try:
        return name_encoding(said)
    except LookupError:
        raise click.BadParameter("no list is saved in that. Try windows-1252") from None


CHANNEL = click.Choice([one.value for one in Channel])
SEPARATOR = click.option(
    "--separator", help="Sign between the columns.  [default: , ; tab or |, by itself]"
)
ENCODING = click.option(
    "--encoding", "said", metavar="NAME", default="utf-8", callback=_read_encoding,
    help="How the list was saved, such as windows-1252.  [default: UTF-8, or as its mark says]",
)  # fmt: skip
WITHHELD = click.option(
    "--withheld", type=click.File("w"), help="Where to write which lines, and why."
)
SOME_BAD = 3
"""The exit code that says: done, but not everything could be read."""


class BrokenRowsError(Exception):
    """An unexpected error: the first line of the rows concerned, and the type of the error.

    Not its message, nor its cause: they may name somebody on the list.
    """


def ready_for_lists(settings: Settings) -> Runtime:
    """Return the runtime, as far as lists need it: erasing people needs more, and takes longer."""
    parts = assemble(settings, (), {})
    refuse_unready(parts)
    return parts


def read_lines(source: BinaryIO) -> Iterator[str]:
    """Yield each line of a file as text, trimmed."""
    return (line.strip() for line in open_text(cast(BufferedReader, source)))


@contextmanager
def told_refusals() -> Iterator[None]:
    """Report in one line why a list cannot be screened."""
    try:
        yield
    except UnindexedError as refusal:
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
    except BrokenRowsError as fault:
        line, kind = fault.args
        raise click.ClickException(
            f"A row in line {line} or after it broke the program ({kind})."
            " Use nothing of what was written"
        ) from None


def say_tally(tally: Tally) -> None:
    """Print the counts of rows to standard error."""
    click.echo(f"Let through: {tally.let_through}.", err=True)
    for reason, number in sorted(tally.withheld.items()):
        click.echo(f"Withheld, {reason}: {number}.", err=True)
    if tally.withheld[WithheldReason.SIGNS]:
        click.echo("Is it not saved as UTF-8? Say how: --encoding windows-1252, say", err=True)
    if tally.bad:
        sys.exit(SOME_BAD)
