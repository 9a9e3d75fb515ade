"""Commands about copies of the databases: backup, restore, replay."""

import click

from portal.cli.base import commands, migrated, refuse_old_copy
from portal.replay import look, replay
from portal.settings import read_settings


@commands.command("replay")
def replay_() -> None:
    """Delete from a copy that was put back whoever has left since it was made."""
    parts = migrated(read_settings())
    if look(parts).is_ahead:
        refuse_old_copy(parts)
    done = replay(parts, is_restored=True, report=lambda _: None)
    click.echo(
        f"Deleted again: {done.people} people, {done.forms} forms, {done.cases} messages."
        f" Letters given up: {done.letters}. Everybody has to sign in again."
    )
