"""What every command needs: the group they belong to, and the parts of the program."""

import click

from portal.credentials.rules import QUESTIONS
from portal.readiness import refuse_old_schema, refuse_unready
from portal.register import HELD
from portal.runtime import Runtime, assemble
from portal.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Run the privacy portal.

    Settings are environment variables that begin with PORTAL_; `settings` lists them.
    Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
    """


def assembled(settings: Settings) -> Runtime:
    """Return the parts, whatever state the databases are in."""
    return assemble(settings, HELD, QUESTIONS)


def migrated(settings: Settings) -> Runtime:
    """Return the parts; refuse databases without the newest schema."""
    parts = assembled(settings)
    refuse_old_schema(parts)
    return parts


def ready(settings: Settings) -> Runtime:
    """Return the parts; refuse also a database, or a keyring, that is an old copy put back."""
    parts = assembled(settings)
    refuse_unready(parts)
    return parts
