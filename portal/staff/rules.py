"""What a member of staff is, what roles may do, and what is said at the door of the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import segno

from portal.credentials.rules import Guarded, Proof
from portal.factors.rules import Factors, Way, enrolment_address
from portal.kernel.errors import DomainError
from portal.kernel.ids import StaffId
from portal.kernel.visit import Device
from portal.sessions.rules import SignedIn

INVITED_WITHIN = timedelta(minutes=10)
"""How long an invitation works (ASVS 6.4.1)."""
MOST_SIGN_INS = 50
QUIET_ZONE = 4
"""Light squares around the picture for an app (ISO/IEC 18004, 6.3.8)."""
GUARDED = (Guarded.STAFF_PASSWORD, Guarded.STAFF_CODE)
SECOND_STEPS = (Way.AUTHENTICATOR, Way.PASSKEY, Way.RECOVERY_CODE)
"""What a colleague may be asked after the password; never anything that only somebody knows."""

WRONG_CODE = "That code is not right, or it is too old"
WRONG_PASSKEY = "That passkey did not work. Try again, or sign in another way"
NOT_MADE = "That passkey did not work, so it was not kept. Try again"
UNFINISHED = (
    "Your account has no second step yet, so it opens nothing."
    " Ask an administrator to send the invitation again"
)
"""Said only after the right password."""
SAME_PASSWORD = "That is the password you have now. Choose another one"  # noqa: S105  # words
LAST_ADMINISTRATOR = (
    "Nobody else could look after the accounts then. Make somebody else administrator first,"
    " and wait until they have joined"
)


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
    LET_BACK_IN = "let-back-in"
    LOOK_AFTER_STAFF = "look-after-staff"


MAY: dict[Role, frozenset[Task]] = {
    Role.AGENT: frozenset(),
    Role.SENIOR: frozenset({Task.HOLD, Task.LET_BACK_IN}),
    Role.PRIVACY_OFFICER: frozenset({Task.HOLD, Task.LET_BACK_IN}),
    Role.ADMINISTRATOR: frozenset({Task.LOOK_AFTER_STAFF}),
}
"""Who may do what: read by the pages' guard, by tests and by the documents (ASVS 8.1.1)."""


def may(role: str, task: str) -> bool:
    """Tell whether somebody with a role may do a task; a role that is none may do nothing."""
    return role in set(Role) and Task(task) in MAY[Role(role)]


class AlreadyStaffError(DomainError):
    """There is, or was, a member of staff with this e-mail address."""

    code = "already-staff"


class LastAdministratorError(DomainError):
    """Without this administrator nobody could look after the accounts."""

    code = "last-administrator"


class LastFactorError(DomainError):
    """Without this second step none would be left."""

    code = "last-factor"


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
    email: str
    role: Role
    added_at: datetime
    signed_in_at: datetime | None
    is_closed: bool

    def __repr__(self) -> str:
        return f"Colleague({self.role})"

    @property
    def facts(self) -> tuple[str, ...]:
        """What a password must not be made of."""
        return self.name, self.email


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of a step of signing in; a token only where it was right.

    `is_unfinished`: the password was right, and the account has no second step.
    """

    proof: Proof
    token: str = ""
    is_unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a colleague signs in; `pending` is the secret of an app that is being set up."""

    colleague: Colleague
    password_set_at: datetime | None
    factors: Factors
    pending: str = ""
    open: tuple[SignedIn, ...] = ()

    def __repr__(self) -> str:
        return "Standing(…)"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What sets an authenticator app up: to type, to follow on the same device, to point at.

    `path` draws the dark ones of `size` × `size` squares (SVG).
    """

    secret: str
    address: str
    size: int
    path: str

    def __repr__(self) -> str:
        return "Enrolment(…)"


def prepare(standing: Standing, brand: str) -> Enrolment | None:
    """Return what sets up the app that somebody has begun with; None where nobody has."""
    secret = standing.pending
    if not secret:
        return None
    address = enrolment_address(secret, standing.colleague.email, f"{brand} Privacy desk")
    rows = list(segno.make(address, error="m", micro=False).matrix_iter(border=QUIET_ZONE))
    dark = (
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, square in enumerate(row) if square
    )
    spelled = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return Enrolment(spelled, address, len(rows), "".join(dark))


def spell_place(device: Device, present: Device) -> str:
    """Say where a device is, as far as is known."""
    same = device.network and device.network == present.network
    return device.place or ("This network" if same else "Another network")
