"""What every command needs: the group they belong to, and the parts of the program."""

import time

import click

from portal.credentials.rules import QUESTIONS
from portal.register import HELD
from portal.replay import look
from portal.runtime import Runtime, assemble
from portal.schema import are_newest
from portal.settings import Settings, SettingsError

LOOKS, LOOK_AGAIN_SECONDS = 3, 0.5


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
    """Return the parts; refuse a database without the newest schema."""
    parts = assembled(settings)
    if not are_newest(parts):
        raise SettingsError("the database needs migrating. Run: python -m portal migrate")
    return parts


def ready(settings: Settings) -> Runtime:
    """Return the parts; refuse also a database, or a keyring, that is an old copy put back."""
    parts = migrated(settings)
    refuse_old_copy(parts)
    return parts


def refuse_old_copy(parts: Runtime) -> None:
    """Refuse a main database, or a keyring, that is an old copy put back."""
    standing = look(parts)
    for _ in range(LOOKS):
        if standing.is_ready:
            return
        time.sleep(LOOK_AGAIN_SECONDS)  # an erasure may be half-way at this very moment
        standing = look(parts)
    if standing.is_ahead:
        raise SettingsError(
            "the keyring is older than the database: it may hold keys of people who have left."
            " Put its newest copy back"
        )
    if standing.is_restoring:
        raise SettingsError(
            "a copy is being put back, or that was interrupted."
            " Run: python -m portal restore FOLDER"
        )
    raise SettingsError(
        "the database is a copy from before somebody left, and they are in it."
        " Run: python -m portal replay"
    )
