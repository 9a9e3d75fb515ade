"""Commands on retention: the schedule, and the purge that carries it out."""

import sys

import click

from portal.governance.audit.timekeeping import find_clock_fault
from portal.governance.retention.rules import read_schedule
from portal.governance.retention.service import count_due, purge
from portal.operations.cli.base import commands
from portal.operations.cli.parts import ready
from portal.operations.data_inventory import HELD
from portal.platform.core.timekeeping import spell_fault
from portal.platform.settings import read_settings


@commands.group("retention")
def retention_() -> None:
    """See the retention schedule: `retention show`."""


@retention_.command("show")
def show() -> None:
    """Print the retention schedule, in the words that customers read."""
    for line in read_schedule(HELD):
        rule = line.rule
        click.echo(f"{rule.name}\n    {line.category}: {rule.what}")
        click.echo(f"    Goes {rule.text}. {rule.basis}")


@commands.command("purge")
@click.option("--dry-run", is_flag=True, help="Count what has reached its end, and stop.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge_(*, dry_run: bool, yes: bool) -> None:
    """Delete what has reached the end of its retention, as the worker does every ten minutes.

    Safe to stop at any time and to run twice at once. What is under a legal hold stays. Each run is
    recorded with its counts.
    """
    parts = ready(read_settings())
    due = {
        name: number for name, number in count_due(parts.reading, parts.register).items() if number
    }
    for name, number in due.items():
        click.echo(f"{number:>10}  {name}")
    if not due:
        click.echo("Nothing has reached its end.")
    elif not dry_run and (yes or _is_meant()):
        with parts.reading() as work:
            fault = find_clock_fault(work, parts.timekeeper)
        if fault is not None:
            raise click.ClickException(spell_fault(fault))
        with click.progressbar(length=sum(due.values()), label="Deleting") as bar:
            went = purge(parts.work, parts.register, lambda _, number: bar.update(number))
        click.echo(f"Deleted: {sum(went.values())} records.")
    else:
        click.echo("Nothing was deleted.")
    parts.close()


def _is_meant() -> bool:
    if not sys.stdin.isatty():
        raise click.UsageError("Say --yes to delete, or --dry-run to count")
    return click.confirm("Delete them?")
