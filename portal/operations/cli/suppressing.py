"""Commands on the suppression list: contacts that no campaign may use."""

import sys

import click

from portal.consent.list_screening import service
from portal.identity.contact_index.rules import Channel
from portal.operations.cli.base import commands
from portal.operations.cli.lists import CHANNEL, SOME_BAD, read_lines, ready_for_lists
from portal.platform.settings import read_settings

LIKE = {
    Channel.EMAIL: "name@example.com",
    Channel.TEXT: "07700 900001",
    Channel.TELEPHONE: "01632 960001, with the area code",
    Channel.POST: "1 Sample Street, ZZ99 9ZZ",
}
"""How a contact is written, by its channel."""


@commands.group("suppress")
def suppress_() -> None:
    """Keep the list of whom not to contact: `suppress add`, `suppress check`, `suppress lift`.

    Contacts are read from standard input, one on each line, so that none is in a shell's history. A
    post address is its first line, a comma, and the postcode.
    """


@suppress_.command("add")
@click.option("--channel", type=CHANNEL, required=True, help="How they are not to be reached.")
def suppress_add(*, channel: str) -> None:
    """Suppress contacts, of customers or of anybody else: no campaign uses them again.

    Exit code 3: lines could not be read, the others are suppressed.
    """
    parts = ready_for_lists(read_settings())
    done = service.suppress(parts.work, Channel(channel), read_lines(sys.stdin.buffer))
    parts.close()
    known = len(done.known) + len(done.unknown) - done.changed
    click.echo(f"New: {done.changed}. Noted before: {known}.")
    _name_unreadable(done.unreadable, channel)


@suppress_.command("lift")
@click.option("--channel", type=CHANNEL, required=True, help="How they may be reached again.")
def suppress_lift(*, channel: str) -> None:
    """Lift suppressions, because the present owner of the contact asked for it.

    A customer's choices do not change. Exit code 3: lines could not be read.
    """
    parts = ready_for_lists(read_settings())
    done = service.lift(parts.work, Channel(channel), read_lines(sys.stdin.buffer))
    parts.close()
    click.echo(f"Lifted: {done.changed}. Not noted: {len(done.unknown)}.")
    _name_unreadable(done.unreadable, channel)


@suppress_.command("check")
@click.option("--channel", type=CHANNEL, required=True, help="By which channel.")
def suppress_check(*, channel: str) -> None:
    """Report for each line whether it is suppressed. Exit code 1: not all of them are."""
    parts = ready_for_lists(read_settings())
    done = service.check(parts.reading, Channel(channel), read_lines(sys.stdin.buffer))
    parts.close()
    answers = [(line, "noted") for line in done.known]
    answers += [(line, "not noted") for line in done.unknown]
    for line, answer in sorted(answers):
        click.echo(f"{line}: {answer}")
    _name_unreadable(done.unreadable, channel)
    sys.exit(1 if done.unknown else 0)


def _name_unreadable(lines: list[int], channel: str) -> None:
    if lines:
        named = ", ".join(map(str, lines))
        click.echo(f"Lines that could not be read: {named}", err=True)
        click.echo(f"Write each like this: {LIKE[Channel(channel)]}", err=True)
        sys.exit(SOME_BAD)
