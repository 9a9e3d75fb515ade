"""What the domain says when it refuses. None of these carries a personal detail."""


class DomainError(Exception):
    """A refusal; `code` names it for tests, logs and pages."""

    code = "refused"


class NotFoundError(DomainError):
    """There is no such thing, or it is not yours: the two look the same on purpose."""

    code = "not-found"


class NotAllowedError(DomainError):
    """A colleague may not do that: their role no longer allows it, or it is about themselves.

    With an argument, it is the title and the words of the page that says so.
    """

    code = "not-allowed"


class SessionEndedError(DomainError):
    """The sign-in that somebody acts under was ended while their request was under way."""

    code = "session-ended"


class StaleError(DomainError):
    """The thing has changed since the form was made from it."""

    code = "stale"


class DeadlockedError(StaleError):
    """Two changes at once waited for each other, and this one was undone; it can be sent again."""

    code = "deadlocked"


class WrongClockError(DomainError):
    """Our clock cannot be right, so nothing is done that cannot be undone."""

    code = "wrong-clock"


class BeingRestoredError(DomainError):
    """A copy is being put back, so that nothing is done to what takes its place."""

    code = "being-restored"


class UnreadableError(DomainError):
    """A sealed value does not open: wrong key, changed byte, or moved from another row."""

    code = "unreadable"

    def __init__(self, place: str) -> None:
        super().__init__(f"The sealed value at {place} cannot be opened")
        self.place = place


class KeyGoneError(UnreadableError):
    """The person's key has been destroyed, so nothing of theirs can be read again."""

    code = "key-gone"


def name_places(fault: BaseException) -> list[str]:
    """Return where a fault came from, `file:line:function`, and nothing of its words.

    They quote values. The last twelve places, the innermost last.
    """
    places, step = [], fault.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno}:{code.co_name}")
        step = step.tb_next
    return places[-12:]


TROUBLE_NOTE = "database trouble: "
"""How a note begins that says in a driver's error which database was in trouble, and with what."""


def read_note(fault: BaseException) -> tuple[str, ...]:
    """Return which database was in trouble, and with what; nothing for any other error."""
    notes = getattr(getattr(fault, "orig", None), "__notes__", ())
    found = (one.removeprefix(TROUBLE_NOTE) for one in notes if one.startswith(TROUBLE_NOTE))
    return tuple(next(found, "").split())
