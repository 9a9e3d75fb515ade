"""Commands on the keys."""

import click

from portal.operations.cli.base import commands
from portal.operations.cli.parts import migrated
from portal.platform.encryption.crypto import new_master_text
from portal.platform.settings import read_settings


@commands.group("keys")
def keys_() -> None:
    """Look after the keys: `keys rotate` changes the master key."""


@keys_.command("new")
def new() -> None:
    """Print a new master key. It is stored nowhere."""
    click.echo(new_master_text())


@keys_.command("rotate")
def rotate() -> None:
    """Rewrap every key under PORTAL_MASTER_KEY, while the portal runs.

    First restart every process with the new key as PORTAL_MASTER_KEY and the old one as
    PORTAL_OTHER_MASTER_KEYS. Killed half-way, run it again: it continues with the rest. Sealed
    documents stay as they are.
    """
    parts = migrated(read_settings())
    keyring = parts.keyring
    with click.progressbar(length=keyring.count(), label="Keys") as bar:
        changed = keyring.rewrap(bar.update)
    while missed := keyring.rewrap(lambda _: None):  # made by a process with the old settings
        changed += missed
    parts.close()
    click.echo(
        f"{changed} keys are wrapped anew, and no other master key wraps any:"
        " PORTAL_OTHER_MASTER_KEYS can go."
    )
