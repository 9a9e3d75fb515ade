"""How pages reach the parts of the running program."""

from flask import current_app

from portal.platform.runtime import Runtime


def runtime() -> Runtime:
    """Return the parts of the running program."""
    parts: Runtime = current_app.extensions["portal"]
    return parts
