"""Commands on the audit trail."""

import click

from portal.governance.audit.chain import give_up_end
from portal.governance.audit.chain import verify as verify_trail
from portal.governance.audit.seals import TrailSeal
from portal.operations.cli.base import commands
from portal.operations.cli.parts import migrated
from portal.platform.settings import read_settings


@commands.group("audit")
def audit_() -> None:
    """Look after the audit trail: `audit verify` finds whatever was changed in it."""


@audit_.command("verify")
@click.option("--seal", "written", metavar="POSITION:HEX", help="A seal that was noted outside.")
def verify(*, written: str | None) -> None:
    """Walk the audit trail and name the place of the first fault; it may run beside the portal.

    Note the newest seal outside now and then, and give it back with --seal: then nobody who
    holds both databases can cut the trail before it.
    """
    given = _read_seal(written) if written is not None else None
    parts = migrated(read_settings())
    found = verify_trail(parts, given)
    parts.close()
    click.echo(f"Sealed: {found.sealed}. Waiting: {found.waiting}.")
    if found.newest is not None:
        click.echo(f"Newest seal: {found.newest}")
    for line in found.given_up:
        click.echo(f"Given up: {line}")
    if found.fault is not None:
        raise click.ClickException(f"The audit trail is not whole. At {found.fault}")


@audit_.command("go-on")
@click.confirmation_option(
    prompt="What came after the newest seal there is will be given up. Go on?",
    help="Do not ask.",
)
def go_on() -> None:
    """Accept the newest seal after an older backup of the database was restored.

    Until then `audit verify` reports that the end is missing, and the keyring notes no newer seal.
    The loss of an end stays noted in the keyring for good, and `verify` reports it.
    """
    parts = migrated(read_settings())
    line = give_up_end(parts)
    parts.close()
    click.echo(f"Given up: {line}" if line else "Nothing is lost.")


def _read_seal(written: str) -> TrailSeal:
    try:
        return TrailSeal.read(written)
    except ValueError:
        raise click.BadParameter(
            "must be what `audit verify` printed: POSITION:HEX", param_hint="--seal"
        ) from None
