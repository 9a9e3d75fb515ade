"""Commands on webhooks: what waits, and sending announcements again."""

import sys
from datetime import UTC, datetime

import click

from portal.consent.webhooks.queries import count_states, list_ended
from portal.consent.webhooks.rules import spell_sent
from portal.consent.webhooks.service import send_all_again
from portal.operations.cli.base import commands
from portal.operations.cli.parts import ready
from portal.platform.runtime import Runtime
from portal.platform.settings import read_settings

EVER = datetime(1970, 1, 1, tzinfo=UTC)


@commands.group("events")
def events_() -> None:
    """See what the receiver of webhooks was told: `events list`, `events replay`."""


@events_.command("list")
def list_() -> None:
    """Count the announcements that wait, were delivered, and were given up."""
    parts = ready(read_settings())
    with parts.work() as work:
        counts = count_states(work, EVER)
    parts.close()
    click.echo(f"{counts.waiting:>10}  waiting")
    click.echo(f"{counts.delivered:>10}  delivered, in the last 30 days")
    click.echo(f"{counts.given_up:>10}  given up, in the last 30 days")
    if counts.oldest_waiting_at is not None:
        click.echo(f"The oldest waits since {counts.oldest_waiting_at:%Y-%m-%d %H:%M:%S} UTC.")
    if not parts.receiver.is_there:
        click.echo("Nobody is told of changes: PORTAL_WEBHOOK_URL is not set.")


@events_.command("replay")
@click.option("--dead", is_flag=True, help="Only what was given up.  [default: delivered as well]")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="Only what happened on this day (UTC) or later.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
def replay_(*, dead: bool, since: datetime | None, yes: bool) -> None:
    """Send announcements again, each under its old id, which the receiver may know.

    Of several about the same choice only the newest is sent: an old yes never follows a newer no.
    Safe to run while the worker runs, which does the sending.
    """
    if not dead and since is None:
        raise click.UsageError("Say --dead, or from which day on: --since YYYY-MM-DD")
    parts = ready(read_settings())
    try:
        _replay(parts, since.replace(tzinfo=UTC) if since else None, dead_only=dead, yes=yes)
    finally:
        parts.close()


def _replay(parts: Runtime, since: datetime | None, *, dead_only: bool, yes: bool) -> None:
    if not parts.receiver.is_there:
        raise click.ClickException("There is nobody to tell: PORTAL_WEBHOOK_URL is not set")
    with parts.work() as work:
        ended = list_ended(work, since, dead_only=dead_only)
    number = sum(not is_overtaken for _, is_overtaken in ended)
    click.echo(f"{number:>10}  to be sent again")
    click.echo(f"{len(ended) - number:>10}  overtaken by newer ones: not sent")
    if number and (yes or _is_meant()):
        click.echo(spell_sent(send_all_again(parts.work, since, dead_only=dead_only)))
    else:
        click.echo("Nothing is sent again.")


def _is_meant() -> bool:
    if not sys.stdin.isatty():
        raise click.UsageError("Say --yes to send them again")
    return click.confirm("Send them again?")
