"""Checks of the databases at start."""

import time
from datetime import date

from portal.operations.restore_check import look
from portal.operations.schema.version import are_compatible
from portal.platform.core.log import get_logger
from portal.platform.core.working_days import RELEASE, RELEASED_ON, is_library_old
from portal.platform.runtime import Runtime
from portal.platform.settings import SettingsError

log = get_logger(__name__)

LOOKS, LOOK_AGAIN_SECONDS = 3, 0.5


def refuse_unready(parts: Runtime) -> None:
    """Refuse databases without the newest schema, and old backups; raises `SettingsError`.

    So it does with a keyring that our master keys do not open.
    """
    refuse_old_schema(parts)
    refuse_closed_keyring(parts)
    refuse_old_copy(parts)


def refuse_old_schema(parts: Runtime) -> None:
    """Refuse databases without the newest schema; raises `SettingsError`."""
    if not are_compatible(parts):
        raise SettingsError("the database needs migrating. Run: python -m portal migrate")


def refuse_closed_keyring(parts: Runtime) -> None:
    """Refuse a keyring that our master keys do not open; raises `SettingsError`."""
    if not parts.keyring.is_open():
        raise SettingsError(
            "the keyring cannot be opened. PORTAL_MASTER_KEY is another one, or the keyring is."
            " While keys are changed, PORTAL_OTHER_MASTER_KEYS must have the old one"
        )


def refuse_old_copy(parts: Runtime) -> None:
    """Refuse a main database, or a keyring, that is an old backup; raises `SettingsError`."""
    comparison = look(parts)
    for _ in range(LOOKS):
        if comparison.is_ready:
            return
        time.sleep(LOOK_AGAIN_SECONDS)  # an erasure may be half-way at this very moment
        comparison = look(parts)
    if comparison.is_ahead:
        raise SettingsError(
            "the keyring is older than the database: it may hold keys of people who have left."
            " Put its newest copy back"
        )
    if comparison.is_restoring:
        raise SettingsError(
            "a copy is being put back, or that was interrupted."
            " Run: python -m portal restore FOLDER"
        )
    raise SettingsError(
        "the database is a copy from before somebody left, and they are in it."
        " Run: python -m portal replay"
    )


def refuse_without_limits(parts: Runtime) -> None:
    """Refuse if the Redis for the rate limits cannot be reached; raises `SettingsError`.

    At the start only: if it fails later, requests are let through, for it is no secret's only
    guard. One that was never there is a mistake that nobody would notice.
    """
    trouble = parts.limits.find_trouble()
    for _ in range(LOOKS):
        if not trouble:
            return
        time.sleep(LOOK_AGAIN_SECONDS)
        trouble = parts.limits.find_trouble()
    if trouble:
        raise SettingsError(
            f"PORTAL_LIMITS_URL: it {trouble}. To start without it, leave the setting out:"
            " then each process counts for itself"
        )


def warn_of_old_holidays(today: date) -> None:
    """Warn, once at start, when a proclaimed bank holiday may be missing from our deadlines."""
    if is_library_old(today):
        log.warning("bank-holidays-old", known_release=RELEASE, released_on=RELEASED_ON.isoformat())
