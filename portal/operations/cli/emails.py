"""Commands on the emails that the portal sends: counts, and sending again."""

import json
from dataclasses import asdict
from uuid import UUID

import click

from portal.desk.undelivered_emails.queries import Listed, list_failed
from portal.desk.undelivered_emails.service import send_again
from portal.messaging.email.undelivered import OutboxCounts, count_emails
from portal.messaging.email.undelivered import send_now as send_all_now
from portal.operations.cli.base import commands
from portal.operations.cli.parts import ready
from portal.platform.core.errors import NotFoundError
from portal.platform.settings import read_settings

MOST = 1_000


@commands.group("emails")
def emails_() -> None:
    """See which emails wait and which failed: `emails list`, `resend`, `send-now`."""


@emails_.command("list")
@click.option("--failed", is_flag=True, help="Those that were not delivered, one a line.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(*, failed: bool, as_json: bool) -> None:
    """Count the emails that wait, were sent, and were not delivered.

    No address is printed, and no word of an email.
    """
    parts = ready(read_settings())
    with parts.reading() as work:
        counts, listed = count_emails(work), list_failed(work, MOST) if failed else []
    parts.close()
    if as_json:
        found = {**asdict(counts), **({"emails": list(map(_spell, listed))} if failed else {})}
        click.echo(json.dumps(found, indent=2, default=str))
    elif failed:
        for one in listed:
            _print(one)
        if not listed:
            click.echo("Every email was delivered, or is on its way.")
    else:
        _print_counts(counts)


@emails_.command("resend")
@click.argument("email", metavar="ID", type=click.UUID)
def resend_(email: UUID) -> None:
    """Send an undelivered email again, as long as its words are kept."""
    parts = ready(read_settings())
    try:
        with parts.work() as work:
            is_sent = send_again(work, email)
    except NotFoundError:
        raise click.ClickException("There is no email with this id that was given up") from None
    finally:
        parts.close()
    if not is_sent:
        raise click.ClickException("What it said is no longer kept, so it cannot be sent again")
    click.echo("It is on its way again.")


@emails_.command("send-now")
def send_now_() -> None:
    """Try all waiting emails at once, instead of after their pauses.

    The worker sends them; a mail server that could not be reached is tried within five minutes.
    """
    parts = ready(read_settings())
    with parts.work() as work:
        number = send_all_now(work)
    parts.close()
    click.echo(f"{number} to be tried at once.")


def _print_counts(counts: OutboxCounts) -> None:
    click.echo(f"{counts.waiting:>10}  waiting")
    click.echo(f"{counts.delayed:>10}  of them because the mail server is away")
    click.echo(f"{counts.sent:>10}  sent, in the last 30 days")
    click.echo(f"{counts.failed:>10}  not delivered, in the last 30 days")
    if counts.oldest_waiting_at is not None:
        click.echo(f"The oldest waits since {counts.oldest_waiting_at:%Y-%m-%d %H:%M:%S} UTC.")


def _print(one: Listed) -> None:
    email = one.email
    again = "" if email.has_words else ", cannot be sent again"
    case = f", case {one.reference}" if one.reference else ""
    click.echo(f"{email.id}  {email.ended_at:%Y-%m-%d %H:%M}  {email.kind}{case}")
    click.echo(f"    {email.why_alone}{f' ({email.code})' if email.code else ''}{again}")


def _spell(one: Listed) -> dict[str, object]:
    return {**asdict(one.email), "case": one.reference}
