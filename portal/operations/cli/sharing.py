"""Share a list with a company, and list those who no longer agree."""

import sys
from io import BufferedReader
from typing import BinaryIO, TextIO, cast

import click

from portal.consent.list_import.columns import open_list
from portal.consent.list_import.sheets import write_row
from portal.consent.list_screening.rules import REASONS_HEAD
from portal.consent.purposes.queries import list_versions
from portal.consent.sharing import service
from portal.consent.sharing.rules import Batch, Terms, UnfitTermsError, read_terms
from portal.identity.contact_index.rules import Channel
from portal.operations.cli.base import commands
from portal.operations.cli.lists import ENCODING, SEPARATOR, WITHHELD, say_tally, told_refusals
from portal.operations.cli.parts import ready
from portal.platform.core.clock import london_day
from portal.platform.core.errors import StaleError
from portal.platform.runtime import Runtime
from portal.platform.settings import read_settings

HEAD = ("email", "agreement", "last_shared", "stopped")


@commands.command("share")
@click.option("--with", "key", required=True, help="Which company: its key in the catalogue.")
@click.option("--agreement", help="The reference of our agreement with it; customers see it.")
@click.option(
    "--column", "columns", multiple=True, metavar="NAME",
    help="The column with email addresses.  [default: whatever has a usual name]",
)  # fmt: skip
@SEPARATOR
@ENCODING
@WITHHELD
@click.option("--stopped", is_flag=True, help="Instead: list whom the company must leave out.")
def share(  # noqa: PLR0913  # one a thing that can be said
    *,
    key: str,
    agreement: str | None,
    columns: tuple[str, ...],
    separator: str | None,
    said: str,
    withheld: TextIO | None,
    stopped: bool,
) -> None:
    """Read a list of customers, and write the rows of it that a company may be given today.

    A row is let through when its email address is a customer's who agrees to this company. All are
    recorded before the first row is written: a record may exist without its row, never the other
    way round. Exit code 3: rows could not be read, and are withheld.

    With --stopped nothing is read: it lists those whose details the company has although they no
    longer agree. Send the list to the company.
    """
    if stopped == (agreement is not None):
        raise click.UsageError("Say either --agreement, or --stopped")
    parts = ready(read_settings())
    try:
        if stopped:
            _list_stopped(parts, key)
        else:
            shape = columns, separator or "", said
            _share(parts, read_terms(key, agreement or ""), shape, withheld)
    except UnfitTermsError as refusal:
        raise click.ClickException(str(refusal)) from None
    except StaleError:
        raise click.ClickException(
            "Somebody changed their mind meanwhile. Nothing was shared: begin again"
        ) from None
    finally:
        parts.close()


def _share(
    parts: Runtime,
    terms: Terms,
    shape: tuple[tuple[str, ...], str, str],
    withheld: TextIO | None,
) -> None:
    columns, separator, said = shape
    with told_refusals():
        source = cast(BufferedReader, sys.stdin.buffer)
        opened = open_list(source, Channel.EMAIL, columns, separator, said)
        rows = list(opened.rows)  # read to its end first: whoever writes to the database waits
        with parts.work() as work:
            batch = service.share(work, terms, opened.layout, rows)
    _write(opened.header, batch)
    if withheld is not None:
        withheld.write(f"{REASONS_HEAD}{batch.rows.reasons}")
    _say_wordings(parts, terms, batch)
    say_tally(batch.rows.tally)


def _write(header: str, batch: Batch) -> None:
    out = cast(BinaryIO, sys.stdout.buffer)
    out.write(f"{header}\n{batch.rows.text}".encode())
    out.flush()


def _say_wordings(parts: Runtime, terms: Terms, batch: Batch) -> None:
    """Print the agreed words to standard error: nothing else may go with the list."""
    with parts.reading() as work:
        versions = {one.number: one for one in list_versions(work)}
    for number, count in sorted(batch.wordings.items()):
        purpose = versions[number].find(terms.purpose)
        words = purpose.text if purpose else ""
        click.echo(f"Agreed to by {count}, in version {number}: {words}", err=True)


def _list_stopped(parts: Runtime, key: str) -> None:
    with parts.work() as work:
        found = service.hand_out_stopped(work, key)
    click.echo(write_row(HEAD, ","))
    for one in found:
        days = (one.shared_at, one.stopped_at)
        last, since = (london_day(day).isoformat() if day else "" for day in days)
        click.echo(write_row((one.email, one.agreement, last, since), ","))
