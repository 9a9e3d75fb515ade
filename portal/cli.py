"""Commands. Exit code 0: done; 1: refused or failed, with the reason; 2: wrong usage."""

import json
import os
import signal
import sys
import threading
from getpass import getpass

import click
from sqlalchemy.exc import DBAPIError

from portal import demonstration
from portal.account.rules import parse_email
from portal.app import ROOT, create_app
from portal.credentials.rules import QUESTIONS, find_weakness
from portal.kernel.clock import utc_clock
from portal.kernel.log import set_up
from portal.mail.render import Press
from portal.mail.transport import FolderTransport, SmtpTransport, Transport
from portal.register import HELD
from portal.runtime import Runtime, assemble
from portal.schema import are_newest
from portal.schema import migrate as bring_up
from portal.serving import Server
from portal.settings import Settings, SettingsError, describe, read_settings
from portal.staff.rules import ROLES, AlreadyStaffError, Role
from portal.staff.service import NewColleague, add_staff
from portal.trial import Trial
from portal.worker import Worker


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit code 1."""
    os.umask(0o077)  # databases, keys, letters and logs are ours alone
    try:
        commands(prog_name="python -m portal")
    except SettingsError as refusal:
        click.echo(f"The portal cannot start: {refusal}", err=True)
        sys.exit(1)
    except DBAPIError as fault:
        click.echo(f"The database does not answer: {type(fault.orig).__name__}", err=True)
        sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Run the privacy portal.

    Settings are environment variables that begin with PORTAL_; `settings` lists them.
    Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
    """


@commands.command("demo")
@click.option("--load-only", is_flag=True, help="Make and fill the database, then stop.")
def demo(*, load_only: bool) -> None:
    """Try the portal: make everything it needs, with made-up people, and run it."""
    Trial(read_settings()).run(load_only=load_only)


@commands.command("serve")
def serve() -> None:
    """Run the web server. Put a proxy with TLS in front of it."""
    settings = read_settings()
    create_app(settings)  # what is wrong is said now and once, not by each process
    parts = _ready(settings)
    if not settings.demonstration:
        with parts.work() as work:
            if demonstration.are_present(work):
                raise SettingsError("the database holds the demonstration people. Use another one")
    parts.close()
    Server(settings).run()


@commands.command("worker")
def worker() -> None:
    """Run the worker: it sends the letters and finishes what was interrupted."""
    settings = read_settings()
    set_up()
    parts, stop = _ready(settings), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    press = Press(
        ROOT / "templates",
        brand=settings.brand_name,
        public_url=settings.address,
        sender=settings.mail_from,
        host=settings.host,
        clock=utc_clock,
    )
    Worker(parts, press, _transport(settings)).run(stop)


@commands.command("migrate")
def migrate() -> None:
    """Bring both databases to the newest schema."""
    settings = read_settings()
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = assemble(settings, HELD, QUESTIONS)
    bring_up(parts)
    parts.close()
    click.echo("Both databases have the newest schema.")


@commands.command("settings")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def settings_(*, as_json: bool) -> None:
    """List every setting with its default and its meaning."""
    if as_json:
        click.echo(json.dumps([list(row) for row in describe()], indent=2))
        return
    for name, default, about in describe():
        click.echo(f"{name}\n    {about}\n    Default: {default or 'none'}")


@commands.group("staff")
def staff() -> None:
    """Look after the support staff: `staff add` gives somebody an account."""


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Name that colleagues see.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.AGENT.value,
    show_default=True, help=f"What they do: {', '.join(ROLES.values()).lower()}.",
)  # fmt: skip
@click.option(
    "--question", type=click.Choice(sorted(QUESTIONS)), default="lost-place", show_default=True
)
def staff_add(email: str, name: str, role: str, question: str) -> None:
    """Give EMAIL an account at the desk.

    The password and the answer are asked for; without a terminal they are read from standard
    input, a line each.
    """
    parts = _ready(read_settings())
    try:
        address = parse_email(email)
    except ValueError:
        raise click.UsageError("EMAIL must be an e-mail address") from None
    password = _ask("Password (15 characters or more): ")
    weakness = find_weakness(password, (name, *address.replace("@", ".").split(".")))
    if weakness:
        raise click.ClickException(f"This password will not do: {weakness.value}")
    answer = _ask(f"{parts.questions.get(question, QUESTIONS[question])} ")
    if not answer.strip():
        raise click.ClickException("The answer is missing")
    new = NewColleague(
        name=name.strip(),
        email=address,
        role=Role(role),
        password=password,
        question=parts.questions.get(question, QUESTIONS[question]),
        answer=answer,
    )
    try:
        add_staff(parts.work, parts.hasher, new)
    except AlreadyStaffError:
        raise click.ClickException("There is an account with this address already") from None
    click.echo("Done. They can sign in at /staff/sign-in.")


def _ready(settings: Settings) -> Runtime:
    """Return the parts; refuse a database without the newest schema."""
    parts = assemble(settings, HELD, QUESTIONS)
    if not are_newest(parts):
        raise SettingsError("the database needs migrating. Run: python -m portal migrate")
    return parts


def _transport(settings: Settings) -> Transport:
    if not settings.smtp_url:
        return FolderTransport(settings.instance / "mail")
    try:
        return SmtpTransport(settings.smtp_url)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _ask(prompt: str) -> str:
    if sys.stdin.isatty():
        return getpass(prompt)
    return sys.stdin.readline().rstrip("\n")
