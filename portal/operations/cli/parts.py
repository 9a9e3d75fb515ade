"""The runtime, for commands."""

from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.operations.startup_checks import refuse_old_schema, refuse_unready
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import Settings


def assembled(settings: Settings) -> Runtime:
    """Return the runtime, whatever state the databases are in."""
    return assemble(settings, HELD, QUESTIONS)


def migrated(settings: Settings) -> Runtime:
    """Return the runtime; refuse databases without the newest schema."""
    parts = assembled(settings)
    refuse_old_schema(parts)
    return parts


def ready(settings: Settings) -> Runtime:
    """Return the runtime; refuse also a database, or a keyring, that is a restored old backup."""
    parts = assembled(settings)
    refuse_unready(parts)
    return parts
