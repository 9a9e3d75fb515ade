"""The command that proves erasure."""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from portal.operations.cli.base import commands
from portal.operations.erasure_proof.findings import Findings
from portal.operations.erasure_proof.people import MOST
from portal.operations.erasure_proof.running import ErasureProof
from portal.platform.settings import read_settings


@commands.group("erasure")
def erasure_() -> None:
    """Prove that deleted means deleted: `erasure prove`."""


@erasure_.command("prove")
@click.option(
    "--people", type=click.IntRange(2, MOST), default=8, show_default=True, help="How many live."
)
def prove(people: int) -> None:
    """Make a throwaway portal, erase half its people, restore an old backup, and search.

    They change their address, write from each they have, are written about by staff and typed by
    others, and leave by four ways. Every byte of every file is searched for all they had typed, and
    for their keys; the old backup is decrypted with every key there is; every column is searched
    for the keyed hashes of all their contacts; lists with these are screened. Exit code 1 when
    anything of them is found, when a receipt has other numbers than the page before, or when
    something of the others is missing. The databases of the settings are not touched.
    """
    with tempfile.TemporaryDirectory(prefix="portal-proof-") as folder:
        settings = replace(
            read_settings(), instance=Path(folder) / "proof", database_url="", keyring_url=""
        )
        found = ErasureProof(settings, people, lambda words: click.echo(f"  {words} …")).run()
    _print(found)
    _conclude(found)


def _print(found: Findings) -> None:
    """Print the places searched: how much, whose values were found, and keys of the erased."""
    width = max(len(place.name) for place in found.places)
    click.echo(f"\n{'place':{width}}{'files':>8}{'bytes':>14}{'erased':>8}{'others':>8}{'keys':>6}")
    for place in found.places:
        numbers = f"{len(place.erased):8}{len(place.others):8}{place.keys:6}"
        click.echo(f"{place.name:{width}}{place.files:8}{place.size:14,}{numbers}")


def _conclude(found: Findings) -> None:
    if found.faults:
        for fault in dict.fromkeys(found.faults):
            click.echo(f"Not true: {fault}", err=True)
        sys.exit(1)
    click.echo("\nNothing of whoever left was found anywhere, and the others have everything.")
