"""What is said after something was asked for: done, or that it was so already."""

from flask import flash

from portal.platform.core.texts import _

SAME = _("Nothing was changed.")


def say_outcome(words: str, *, is_new: bool, otherwise: str = SAME) -> None:
    """Say that something was done, in green; or, as no more than news, that nothing was."""
    flash(words if is_new else otherwise, "ok" if is_new else "info")
