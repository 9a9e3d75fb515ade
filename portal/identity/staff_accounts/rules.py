"""Colleagues, their roles, and the tasks that each role may do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.platform.core.addresses import spell_email
from portal.platform.core.errors import DomainError
from portal.platform.core.ids import StaffId
from portal.platform.core.texts import _

INVITED_WITHIN = timedelta(minutes=10)
"""How long an invitation works (ASVS 6.4.1)."""
LAST_ADMINISTRATOR = _(
    "This is the only administrator. Give someone else the role first, and wait until they join"
)


class Role(StrEnum):
    """A colleague's role at the desk."""

    AGENT = "agent"
    SENIOR = "senior"
    PRIVACY_OFFICER = "privacy-officer"
    ADMINISTRATOR = "administrator"


ROLES = {
    Role.AGENT: _("Support agent"),
    Role.SENIOR: _("Senior agent"),
    Role.PRIVACY_OFFICER: _("Privacy officer"),
    Role.ADMINISTRATOR: _("Administrator"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewColleague:
    """Details of a new colleague. Never printed."""

    name: str
    email: str
    role: Role

    def __repr__(self) -> str:
        return "NewColleague(…)"

    def words(self) -> dict[str, str]:
        """Return them as the document to seal."""
        return {"name": self.name, "email": self.email}


class Task(StrEnum):
    """A task that only some roles may do; everything else any colleague may."""

    ASSIST_CHOICES = "choose-for-caller"
    HOLD = "hold"
    LET_BACK_IN = "let-back-in"
    LOOK_AFTER_STAFF = "look-after-staff"
    EDIT_CATALOGUE = "edit-catalogue"
    EDIT_SURVEYS = "edit-surveys"
    """Say what customers may answer: surveys, competitions and lifestyle questions."""
    EDIT_REPLIES = "edit-replies"
    """Write the ready-made replies that colleagues put into their answers."""
    SEE_WEBHOOKS = "see-webhooks"
    """See the announcements to the receiver of webhooks, and send them again."""
    SEE_UNDELIVERED = "see-undelivered"
    """See the emails that were not delivered, and send them again."""
    SEE_REGISTER = "see-register"
    """See the full register of processing."""
    SCREEN_LISTS = "screen-lists"
    OPEN_RECORD = "open-record"
    """Open a part of a customer's record to answer a case of theirs."""
    OPEN_WITHOUT_CASE = "open-without-case"
    """Open one without a case, which is told to the customer and the privacy officers at once."""
    DISCLOSE = "disclose"
    """Enter what is to be given to the police, a court or another company."""
    AGREE_TO_DISCLOSE = "agree-to-disclose"
    """Be the second colleague who agrees to it."""
    ASK_TO_CANCEL = "ask-to-cancel"
    """Ask a second colleague to cancel for a customer who cannot confirm it."""
    AGREE_TO_CANCEL = "agree-to-cancel"
    """Be that second colleague."""


MAY: dict[Role, frozenset[Task]] = {
    Role.AGENT: frozenset({Task.ASSIST_CHOICES, Task.OPEN_RECORD, Task.ASK_TO_CANCEL}),
    Role.SENIOR: frozenset(
        {
            Task.ASSIST_CHOICES,
            Task.HOLD,
            Task.LET_BACK_IN,
            Task.OPEN_RECORD,
            Task.OPEN_WITHOUT_CASE,
            Task.DISCLOSE,
            Task.ASK_TO_CANCEL,
            Task.AGREE_TO_CANCEL,
        }
    ),
    Role.PRIVACY_OFFICER: frozenset(
        {
            Task.ASSIST_CHOICES,
            Task.HOLD,
            Task.LET_BACK_IN,
            Task.EDIT_CATALOGUE,
            Task.EDIT_SURVEYS,
            Task.EDIT_REPLIES,
            Task.SEE_WEBHOOKS,
            Task.SEE_UNDELIVERED,
            Task.SEE_REGISTER,
            Task.SCREEN_LISTS,
            Task.OPEN_RECORD,
            Task.OPEN_WITHOUT_CASE,
            Task.DISCLOSE,
            Task.AGREE_TO_DISCLOSE,
            Task.ASK_TO_CANCEL,
            Task.AGREE_TO_CANCEL,
        }
    ),
    Role.ADMINISTRATOR: frozenset({Task.LOOK_AFTER_STAFF, Task.SEE_WEBHOOKS, Task.SEE_UNDELIVERED}),
}
"""Who may do what: read by the pages' guard, by tests and by the documents (ASVS 8.1.1)."""


def may(role: str, task: str) -> bool:
    """Tell whether a role may do a task; False for an unknown role."""
    return role in set(Role) and Task(task) in MAY[Role(role)]


class AlreadyStaffError(DomainError):
    """There is, or was, a colleague with this email address."""

    code = "already-staff"


class LastAdministratorError(DomainError):
    """The last administrator must stay: nobody else could look after the accounts."""

    code = "last-administrator"


STAFF_EMAIL = _("staff email")
"""The kind of keyed hash for staff addresses: other than customers', so the two never meet."""


def spell_staff_email(text: str) -> str:
    """Return the spelling that a staff address is hashed by."""
    return spell_email(text.strip())


@dataclass(frozen=True, slots=True)
class Colleague:
    """A colleague, as a read model."""

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
    def guessable_details(self) -> tuple[str, ...]:
        """Return details that others may know, which a password must not be made of."""
        return self.name, self.email
