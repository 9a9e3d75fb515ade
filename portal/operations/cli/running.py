"""Commands that run the portal: demo, serve, worker, migrate, settings."""

import json
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import click

from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.transport import FolderTransport, SmtpTransport, Transport
from portal.operations import demo_data
from portal.operations.app import create_app
from portal.operations.backup.erasure_replay import replay
from portal.operations.cli.base import commands
from portal.operations.cli.parts import assembled, ready
from portal.operations.demo import DemoInstance
from portal.operations.demo_billing import BILLING, BillingSystem
from portal.operations.restore_check import keeps_erasures
from portal.operations.schema.migrate import GrantError, can_grant, grant_all
from portal.operations.schema.migrate import migrate as bring_up
from portal.operations.server import Server
from portal.operations.startup_checks import refuse_without_limits, warn_of_old_holidays
from portal.operations.worker.email_sending import refuse_unsendable
from portal.operations.worker.worker import Worker
from portal.platform.core.clock import london_day, utc_clock
from portal.platform.core.log import set_up
from portal.platform.encryption.installation import StrangersError
from portal.platform.runtime import Runtime
from portal.platform.settings import SettingsError, describe, read_settings


@commands.command("demo")
@click.option("--load-only", is_flag=True, help="Make and fill the database, then stop.")
def demo(*, load_only: bool) -> None:
    """Try the portal: make everything it needs, with made-up people, and run it."""
    DemoInstance(read_settings()).run(load_only=load_only)


@commands.command("demo-billing", hidden=True)
def demo_billing() -> None:
    """Run the made-up billing system that the demonstration's portal asks, until Ctrl+C."""
    settings = read_settings()
    if not settings.demonstration:
        raise click.ClickException("This is not the demonstration")
    said = json.loads(Path(settings.other_systems_file).read_text("utf-8"))
    billing = next(one for one in said if one["slug"] == BILLING)
    emails = [one.details.email for one in demo_data.CUSTOMERS]
    port, file = urlsplit(billing["url"]).port or 0, settings.instance / "billing.json"
    with BillingSystem(emails, billing["secret"], file, port) as system:
        system.serve_forever()


@commands.command("demo-code")
@click.argument("email")
def demo_code(email: str) -> None:
    """Print the present authenticator code of a made-up colleague."""
    settings = read_settings()
    has_own_keys = bool(settings.secret_key or settings.master_key)
    is_there = (settings.instance / "master_key").exists() and not has_own_keys
    if not settings.demonstration and not is_there:
        raise click.ClickException("This is not the demonstration")
    code = demo_data.find_code(email.strip().casefold(), utc_clock())
    if code is None:
        raise click.ClickException("Nobody made up has this address at the desk")
    click.echo(code)


@commands.command("serve")
def serve() -> None:
    """Run the web server. Put a proxy with TLS in front of it."""
    settings = read_settings()
    create_app(settings)  # what is wrong is said now and once, not by each process
    parts = ready(settings)
    refuse_without_limits(parts)
    warn_of_old_holidays(london_day(parts.clock()))
    if not settings.demonstration:
        with parts.work() as work:
            if demo_data.are_present(work):
                raise SettingsError("the database holds the demonstration people. Use another one")
    parts.close()
    Server(settings).run()


@commands.command("worker")
def worker() -> None:
    """Run the worker: it sends the emails and finishes what was interrupted."""
    settings = read_settings()
    set_up()
    parts, stop = ready(settings), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    warn_of_old_holidays(london_day(parts.clock()))
    press, transport = EmailRenderer.of(settings, utc_clock), _transport(parts)
    refuse_unsendable(parts, press, transport)
    if not Worker(parts, press, transport).run(stop):
        sys.exit(1)


@commands.command("migrate")
@click.option("--grant-to", metavar="ROLE", help="Give a role of PostgreSQL what the portal needs.")
def migrate(*, grant_to: str | None) -> None:
    """Bring both databases to the newest schema, while the portal runs.

    Long steps and waiting are reported on standard error; killed, run it again. With --grant-to the
    portal can run as ROLE, which can neither change the schema nor take anything back in the audit
    trail. Give it each time: new tables come without it.
    """
    settings = read_settings()
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = assembled(settings)
    if grant_to is not None and not can_grant(parts):
        raise click.ClickException("--grant-to needs PostgreSQL: SQLite knows no roles")
    try:
        is_first = not keeps_erasures(parts)
        bring_up(parts, lambda words: click.echo(words, err=True))
    except StrangersError as refusal:
        raise click.ClickException(str(refusal)) from None
    if is_first:
        replay(parts, is_restored=False, report=lambda _: None)
    click.echo("Both databases have the newest schema.")
    if grant_to is not None:
        try:
            grant_all(parts, grant_to)
        except GrantError as refusal:
            raise click.ClickException(str(refusal)) from None
        click.echo("The role has what the portal needs.")
    parts.close()


@commands.command("settings")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def settings_(*, as_json: bool) -> None:
    """List every setting with its default and its meaning."""
    if as_json:
        click.echo(json.dumps([list(row) for row in describe()], indent=2))
        return
    for name, default, about in describe():
        click.echo(f"{name}\n    {about}\n    Default: {default or 'none'}")


def _transport(parts: Runtime) -> Transport:
    folder = parts.mail_folder
    return FolderTransport(folder) if folder else SmtpTransport(parts.mail_server)
