"""Commands that look after the support staff."""

import sys
from getpass import getpass

import click

from portal.account.rules import parse_email
from portal.cli.base import commands, ready
from portal.credentials.rules import QUESTIONS, find_weakness
from portal.settings import read_settings
from portal.staff.rules import ROLES, AlreadyStaffError, Role
from portal.staff.service import NewColleague, add_staff


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
    parts = ready(read_settings())
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


def _ask(prompt: str) -> str:
    if sys.stdin.isatty():
        return getpass(prompt)
    return sys.stdin.readline().rstrip("\n")
