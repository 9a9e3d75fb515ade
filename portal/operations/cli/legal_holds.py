"""Commands on legal holds on customers."""

import sys
from datetime import timedelta
from uuid import UUID

import click

from portal.desk.customer_holds import service
from portal.governance.legal_holds.rules import (
    LONGEST_HOLD,
    LONGEST_REASON,
    SHORTEST_REASON,
    NewHold,
    read_day,
)
from portal.identity.staff_accounts.queries import find_colleague_by_email
from portal.identity.staff_accounts.rules import Task, may
from portal.operations.cli.base import commands
from portal.operations.cli.parts import ready
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.errors import NotAllowedError, NotFoundError
from portal.platform.core.ids import CustomerId, StaffId
from portal.platform.core.visit import STAFF
from portal.platform.core.work import Actor
from portal.platform.runtime import Runtime
from portal.platform.settings import read_settings

BY = click.option("--by", required=True, metavar="EMAIL", help="The colleague who answers for it.")
NOBODY = "No customer has this address or reference"


@commands.group("hold")
def hold_() -> None:
    """Keep a customer from being deleted: `hold place`, `hold list`, `hold lift`.

    The customer is named on the first line of standard input, so that no address is in a shell's
    history: by an email address, or the reference of a case.
    """


@hold_.command("place")
@BY
@click.option("--until", "day", required=True, help="Such as 2027-03-01.")
def place(*, by: str, day: str) -> None:
    """Place a legal hold; the reason is the rest of standard input."""
    who, _, why = sys.stdin.read().partition("\n")
    parts = ready(read_settings())
    try:
        new = _read(parts, why, day)
        actor, customer_id = _begin(parts, by, who)
        with parts.work(actor) as work:
            hold_id = service.hold_customer(work, _staff(actor), customer_id, new)
        click.echo(f"{hold_id}\t{new.until}")
    finally:
        parts.close()


@hold_.command("list")
@BY
def list_(*, by: str) -> None:
    """List the holds on a customer: id, last day, reason."""
    parts = ready(read_settings())
    try:
        actor, customer_id = _begin(parts, by, sys.stdin.readline())
        with parts.work(actor) as work:
            _, holds = service.view_customer(work, customer_id)
        for one in holds:
            click.echo(f"{one.id}\t{one.until}\t{' '.join(one.why.split())}")
    finally:
        parts.close()


@hold_.command("lift")
@BY
@click.argument("hold_id", type=click.UUID)
def lift(*, by: str, hold_id: UUID) -> None:
    """Lift a legal hold on a customer before its day."""
    parts = ready(read_settings())
    try:
        actor, customer_id = _begin(parts, by, sys.stdin.readline())
        with parts.work(actor) as work:
            service.lift_hold_of_customer(work, _staff(actor), customer_id, hold_id)
    except NotFoundError:
        raise click.ClickException("This customer has no such hold") from None
    finally:
        parts.close()
    click.echo("Lifted.")


def _begin(parts: Runtime, by: str, who: str) -> tuple[Actor, CustomerId]:
    """Return the colleague, if their role may, and the customer; the search is recorded."""
    with parts.work() as work:
        colleague = find_colleague_by_email(work, by)
    if colleague is None or colleague.is_closed or not may(colleague.role, Task.HOLD):
        raise click.ClickException("No colleague with this address may place or lift holds")
    actor = Actor(STAFF, colleague.id)
    try:
        with parts.work(actor) as work:
            found = service.seek_customer(work, who.strip())
    except NotAllowedError as refusal:
        raise click.ClickException(str(refusal.args[0][0])) from None
    if found is None:
        raise click.ClickException(NOBODY)
    return actor, found


def _read(parts: Runtime, why: str, day: str) -> NewHold:
    """Return the hold to place; raises `ClickException` for an unusable reason or day."""
    reason, today = why.strip(), london_day(parts.clock())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise click.ClickException(
            f"The reason must have {SHORTEST_REASON} to {LONGEST_REASON:,} characters"
        )
    try:
        until = read_day(day)
    except ValueError:
        raise click.ClickException("Enter a day, such as 2027-03-01") from None
    if not timedelta() < until - today <= LONGEST_HOLD:
        last = spell_day(today + LONGEST_HOLD)
        raise click.ClickException(f"The day must be ahead, and no later than {last}")
    return NewHold(why=reason, until=until)


def _staff(actor: Actor) -> StaffId:
    if actor.id is None:
        raise LookupError("Nobody answers for it")
    return StaffId(actor.id)
