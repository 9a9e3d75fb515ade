"""What a member of staff is."""

from dataclasses import dataclass
from enum import StrEnum

from portal.kernel.errors import DomainError
from portal.kernel.ids import StaffId


class Role(StrEnum):
    """What somebody does at the desk."""

    AGENT = "agent"
    SENIOR = "senior"
    PRIVACY_OFFICER = "privacy-officer"
    ADMINISTRATOR = "administrator"


ROLES = {
    Role.AGENT: "Support agent",
    Role.SENIOR: "Senior agent",
    Role.PRIVACY_OFFICER: "Privacy officer",
    Role.ADMINISTRATOR: "Administrator",
}


class Task(StrEnum):
    """What only some may do at the desk; everything else any colleague may."""

    HOLD = "hold"
    HAND_OVER = "hand-over"
    LET_BACK_IN = "let-back-in"
    LOOK_AFTER_STAFF = "look-after-staff"


MAY: dict[Role, frozenset[Task]] = {
    Role.AGENT: frozenset(),
    Role.SENIOR: frozenset({Task.HOLD, Task.HAND_OVER, Task.LET_BACK_IN}),
    Role.PRIVACY_OFFICER: frozenset({Task.HOLD, Task.HAND_OVER, Task.LET_BACK_IN}),
    Role.ADMINISTRATOR: frozenset({Task.HAND_OVER, Task.LOOK_AFTER_STAFF}),
}
"""Who may do what: read by the pages' guard, by tests and by the documents (ASVS 8.1.1)."""


def may(role: str, task: str) -> bool:
    """Tell whether somebody with a role may do a task; a role that is none may do nothing."""
    return role in set(Role) and Task(task) in MAY[Role(role)]


MAY_HOLD = frozenset({Role.SENIOR, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})
"""Who may place and lift legal holds."""


class AlreadyStaffError(DomainError):
    """There is a member of staff with this e-mail address."""

    code = "already-staff"


STAFF_EMAIL = "staff email"
"""The kind of keyed hash for staff addresses: other than customers', so the two never meet."""


def spell_staff_email(text: str) -> str:
    """Return the spelling of a staff address that is looked up."""
    return text.strip().casefold()


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff, as pages read one."""

    id: StaffId
    name: str
    role: Role
    is_closed: bool
