"""References of cases, what of one is looked at, and how long a visitor's link to one works."""

from datetime import timedelta
from enum import StrEnum

from portal.governance.deadlines.rules import RequestKind
from portal.identity.accounts.rules import SERVICES
from portal.platform.core import references
from portal.platform.core.errors import DomainError
from portal.platform.core.texts import _

FOLLOW_WITHIN = timedelta(days=14)
"""How long a link to a visitor's message works; it works once."""
KEPT_AFTER_CLOSING, NUMBER_KEPT = timedelta(days=365), timedelta(days=2 * 365)
"""How long the words of a case stay once it was closed, and how long its reference."""
SKIP_ENDED = "skip-ended"
"""The step of a case whose request to a second colleague ended with a change of address."""
ANSWERED = "answered"
"""The step of a case by which whoever sent it adds to it."""
ASKED_ABOUT = (
    _("This message asks about you"),
    _("A customer asks why you looked at something of theirs, so someone else answers it."),
)
"""What the colleague reads who may not open such a message."""
SIGNS = 4, 3
"""How many signs the groups of a reference have."""


class CasePart(StrEnum):
    """What of a case a page of the desk shows."""

    MESSAGE = "message"
    CHOICES = "choices"
    """All marketing choices of its customer, and when they were made."""
    MANAGER = "manager"
    """Who the account manager of its customer is."""


class AlreadySentError(DomainError):
    """Another request is saving the same copy of the form at this moment."""

    code = "already-sent"


def new_reference() -> str:
    """Make a reference that can be read out: PC-7K4Q-92W."""
    return references.new_reference("PC", *SIGNS)


def read_reference(text: str) -> str | None:
    """Return a typed reference in its canonical spelling, or None for anything else."""
    return references.read_reference(text, "PC", *SIGNS)


def path_to_follow(token: str) -> str:
    """Return the path of a link to a visitor's message."""
    return f"/follow/{token}"


class Topic(StrEnum):
    """The topic of a message."""

    MARKETING = "marketing"
    COPY = "copy"
    CORRECTION = "correction"
    CANCEL = "cancel-registration"
    OBJECTION = "objection"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    COMPLAINT = "complaint"
    NUISANCE = "nuisance-calls"
    NOT_ME = "not-me"
    SIGN_IN = "sign-in"
    NUMBER = "number-in-directories"
    OTHER = "other"


TOPICS = {
    Topic.MARKETING: _("Stop marketing"),
    Topic.COPY: _("A copy of what you hold about me"),
    Topic.CORRECTION: _("Correct my details"),
    Topic.CANCEL: _("Cancel my registration"),
    Topic.OBJECTION: _("Object to how you use my details"),
    Topic.RESTRICTION: _("Keep my details, but stop using them"),
    Topic.PORTABILITY: _("Take my details to another company"),
    Topic.COMPLAINT: _("Complain about how you use my details"),
    Topic.NUISANCE: _("Nuisance calls"),
    Topic.NOT_ME: _("Something in my account wasn’t me"),
    Topic.SIGN_IN: _("I can’t sign in"),
    Topic.NUMBER: _("My number in your directories"),
    Topic.OTHER: _("Something else"),
}
KINDS = {
    Topic.COPY: RequestKind.ACCESS,
    Topic.CORRECTION: RequestKind.CORRECTION,
    Topic.CANCEL: RequestKind.ERASURE,
    Topic.OBJECTION: RequestKind.OBJECTION,
    Topic.RESTRICTION: RequestKind.RESTRICTION,
    Topic.PORTABILITY: RequestKind.PORTABILITY,
    Topic.COMPLAINT: RequestKind.COMPLAINT,
    Topic.NUMBER: RequestKind.CORRECTION,
    Topic.NOT_ME: RequestKind.URGENT,
}


def kind_of(topic: Topic) -> RequestKind:
    """Return by which rule the last day to answer a message is reckoned."""
    return KINDS.get(topic, RequestKind.QUESTION)


OWN_FORM = (
    Topic.NOT_ME,
    Topic.COMPLAINT,
    Topic.OBJECTION,
    Topic.RESTRICTION,
    Topic.PORTABILITY,
    Topic.NUISANCE,
)
"""What is asked for with a form of its own, the most urgent first."""
EVERYTHING = "everything"
CANCELLABLE = {
    **{service.value: name for service, name in SERVICES.items()},
    EVERYTHING: _("All of them, and delete my account"),
}
