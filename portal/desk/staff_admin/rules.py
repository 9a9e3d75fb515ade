"""Read models of staff administration: a listed colleague, and the result of joining."""

from dataclasses import dataclass

from portal.identity.staff_accounts.rules import Colleague
from portal.platform.core.texts import _

BACK_IN_QUEUE = _("Back in the queue")
"""What the case says whose colleague has left without handing it over to another."""


@dataclass(frozen=True, slots=True)
class ListedColleague:
    """A colleague on the list; `has_joined`: a second step is set up, so they can sign in."""

    colleague: Colleague
    has_joined: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """The result of setting up the first second step: the session, and the recovery codes."""

    token: str
    codes: tuple[str, ...]

    def __repr__(self) -> str:
        return "Joined(…)"
