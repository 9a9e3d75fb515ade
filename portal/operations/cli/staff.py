"""Commands on staff accounts."""

import click

from portal.desk.staff_admin import service
from portal.desk.staff_admin.queries import list_members
from portal.identity.staff_accounts.queries import find_colleague_by_email
from portal.identity.staff_accounts.rules import (
    LAST_ADMINISTRATOR,
    ROLES,
    AlreadyStaffError,
    Colleague,
    LastAdministratorError,
    NewColleague,
    Role,
)
from portal.identity.staff_accounts.service import add_staff
from portal.operations.cli.base import commands
from portal.operations.cli.parts import ready
from portal.platform.core.addresses import parse_email
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import StaffId
from portal.platform.core.names import parse_name, wrong_name
from portal.platform.core.work import Work
from portal.platform.runtime import Runtime
from portal.platform.settings import read_settings

ROLE = click.Choice([role.value for role in Role])


@commands.group("staff")
def staff() -> None:
    """Look after staff accounts: `staff add` creates one."""


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Name that colleagues see.")
@click.option(
    "--role", type=ROLE, default=Role.AGENT.value, show_default=True,
    help=f"What they do: {', '.join(ROLES.values()).lower()}.",
)  # fmt: skip
def staff_add(email: str, name: str, role: str) -> None:
    """Create an account for EMAIL, and print the address of the invitation.

    They choose a password and set up a second step there; nobody else sees either.
    """
    parts = ready(read_settings())
    try:
        address = parse_email(email)
    except ValueError:
        raise click.UsageError("EMAIL must be an e-mail address") from None
    if not name.strip():
        raise click.UsageError("--name must be a name")
    try:
        spelled = parse_name(name)
    except ValueError:
        raise click.UsageError(wrong_name("--name")) from None
    new = NewColleague(name=spelled, email=address, role=Role(role))
    try:
        with parts.work() as work:
            path = service.invite(work, add_staff(work, new))
    except AlreadyStaffError:
        raise click.ClickException(
            "There is, or was, an account with this address already"
        ) from None
    _say_invitation(parts, path)


@staff.command("invite")
@click.argument("email")
def staff_invite(email: str) -> None:
    """Send EMAIL a new invitation: to join, or to set up sign-in again after losing everything.

    Their credentials are replaced when the link is used, not before.
    """
    parts = ready(read_settings())
    with parts.work() as work:
        path = service.invite(work, _find(work, email).id)
    _say_invitation(parts, path)


@staff.command("role")
@click.argument("email")
@click.argument("role", type=ROLE)
def staff_role(email: str, role: str) -> None:
    """Change the role of EMAIL to ROLE; it applies from their next click."""
    parts = ready(read_settings())
    try:
        with parts.work() as work:
            service.change_role(work, _find(work, email).id, Role(role))
    except LastAdministratorError:
        raise click.ClickException(LAST_ADMINISTRATOR) from None
    click.echo(f"Done. They are now: {ROLES[Role(role)].lower()}.")


@staff.command("close")
@click.argument("email")
@click.option("--hand-to", metavar="EMAIL", help="Who takes over; without it, the queue does.")
def staff_close(email: str, hand_to: str | None) -> None:
    """Close the account of EMAIL, who leaves, and reassign their open cases."""
    parts = ready(read_settings())
    try:
        with parts.work() as work:
            leaver = _find(work, email)
            to: StaffId | None = _find(work, hand_to).id if hand_to else None
            if to == leaver.id:
                raise click.ClickException("Somebody who leaves cannot take over")
            handed = service.close_account(work, leaver.id, to)
    except NotFoundError:
        raise click.ClickException("Whoever is to take over has not joined yet") from None
    except LastAdministratorError:
        raise click.ClickException(LAST_ADMINISTRATOR) from None
    click.echo(f"Closed. Open cases handed over: {handed}.")


@staff.command("list")
def staff_list() -> None:
    """List who works at the desk."""
    parts = ready(read_settings())
    with parts.work() as work:
        members = list_members(work)
    for one in members:
        who = one.colleague
        seen = f"last signed in {who.signed_in_at:%Y-%m-%d}" if who.signed_in_at else ""
        state = seen or ("set up" if one.has_joined else "invited")
        click.echo(f"{who.email:<32} {who.role:<16} {state:<26} {who.name}")


def _find(work: Work, email: str) -> Colleague:
    found = find_colleague_by_email(work, email)
    if found is None or found.is_closed:
        raise click.ClickException("Nobody with this address works at the desk")
    return found


def _say_invitation(parts: Runtime, path: str) -> None:
    click.echo(f"{parts.settings.address}{path}")
    click.echo("This address works once, for 10 minutes. It is also on its way by email.")
