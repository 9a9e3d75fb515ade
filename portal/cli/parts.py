"""The parts of the program, for commands."""

from portal.credentials.rules import QUESTIONS
from portal.readiness import refuse_old_schema, refuse_unready
from portal.register import HELD
from portal.runtime import Runtime, assemble
from portal.settings import Settings


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
