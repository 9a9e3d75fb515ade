"""Commands. Exit code 0: done; 1: refused or failed, with the reason; 2: wrong usage.

Some have a fourth: 3: done, but not everything could be read.
"""

import os
import sys

import click
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from portal.operations.cli.base import commands
from portal.platform.core.errors import UnreadableError, name_places
from portal.platform.core.trouble import find_trouble
from portal.platform.settings import SettingsError


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit code 1."""
    os.umask(0o077)  # databases, keys, emails and logs are ours alone
    try:
        commands(prog_name="python -m portal")
    except SettingsError as refusal:
        click.echo(f"The portal cannot start: {refusal}", err=True)
        sys.exit(1)
    except UnreadableError as refusal:
        click.echo(f"{refusal}. Is PORTAL_MASTER_KEY the right one?", err=True)
        sys.exit(1)
    except (DBAPIError, PoolTimeoutError) as fault:
        click.echo(find_trouble(fault).describe(), err=True)
        sys.exit(1)
    except Exception as fault:  # noqa: BLE001  # whatever it is: its words may name somebody
        places = "\n  ".join(name_places(fault))
        click.echo(f"A fault that nobody foresaw: {type(fault).__name__}\n  {places}", err=True)
        sys.exit(1)
