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
