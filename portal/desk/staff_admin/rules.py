"""What is true of looking after colleagues: what the list says, and what came of joining."""

from dataclasses import dataclass

from portal.identity.staff_accounts.rules import Colleague

BACK_IN_QUEUE = "Back in the queue"
"""What the case says whose colleague has left without handing it over to another."""


@dataclass(frozen=True, slots=True)
class ListedColleague:
    """A colleague on the list; `has_joined`: a second step is set up, so they can sign in."""

    colleague: Colleague
    has_joined: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of setting up the first second step: the session, and the codes to keep."""

    token: str
    codes: tuple[str, ...]

    def __repr__(self) -> str:
        return "Joined(…)"
