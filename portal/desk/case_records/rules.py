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
    Topic.NOT_ME: _("I didn’t do something in my account"),
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


class RequestChannel(StrEnum):
    """By which way a request came that a colleague entered."""

    TELEPHONE = "telephone"
    LETTER = "letter"
    SHOP = "shop"
    EMAIL = "email"


class RequesterKind(StrEnum):
    """Who asks, where it is not the person themselves."""

    PARENT = "parent"
    REPRESENTATIVE = "representative"
    EXECUTOR = "executor"
    SOLICITOR = "solicitor"
    POLICE = "police"


CHANNELS = {
    RequestChannel.TELEPHONE: _("By telephone"),
    RequestChannel.LETTER: _("By letter"),
    RequestChannel.SHOP: _("In a shop"),
    RequestChannel.EMAIL: _("By email"),
}
REQUESTERS = {
    RequesterKind.PARENT: _("A parent or guardian"),
    RequesterKind.REPRESENTATIVE: _("Someone they asked to act for them"),
    RequesterKind.EXECUTOR: _("An executor of someone who died"),
    RequesterKind.SOLICITOR: _("A solicitor"),
    RequesterKind.POLICE: _("The police, a court or an authority"),
}
AUTHORITY = {
    RequesterKind.PARENT: _(
        "Check that they’re responsible for the child, and that the child can’t ask themselves."
    ),
    RequesterKind.REPRESENTATIVE: _(
        "Ask for a signed letter from the person, or a power of attorney. Then check who they are."
    ),
    RequesterKind.EXECUTOR: _(
        "Ask for the grant of probate or letters of administration. The law on personal data"
        " doesn’t cover people who have died."
    ),
    RequesterKind.SOLICITOR: _(
        "Ask for the person’s signed authority, and check the firm on the solicitors’ register."
    ),
    RequesterKind.POLICE: _(
        "Don’t answer here. A privacy officer checks the order or the request, and enters it as a"
        " disclosure."
    ),
}
"""What each has to show before they are told anything."""


class CaseOutcome(StrEnum):
    """How a case ended."""

    ANSWERED = "answered"
    DONE = "done"
    PARTLY = "partly"
    NOTHING_HELD = "nothing-held"
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly-upheld"
    NOT_UPHELD = "not-upheld"
    SECURED = "secured"
    WAS_THEM = "was-them"
    UNPROVED = "unproved"
    EXCESSIVE = "excessive"
    OTHERS = "others"
    RIGHT_ALREADY = "right-already"
    LEGAL_DUTY = "legal-duty"
    LEGAL_CLAIM = "legal-claim"
    OUR_GROUNDS = "our-grounds"
    NO_GROUND = "no-ground"
    DUPLICATE = "duplicate"
    ELSEWHERE = "elsewhere"
    THANKS = "thanks"
    WITHDRAWN = "withdrawn"
    JUNK = "junk"


OUTCOMES = {
    CaseOutcome.ANSWERED: _("Answered"),
    CaseOutcome.DONE: _("Done as asked"),
    CaseOutcome.PARTLY: _("Done in part"),
    CaseOutcome.NOTHING_HELD: _("We hold nothing"),
    CaseOutcome.UPHELD: _("We were wrong"),
    CaseOutcome.PARTLY_UPHELD: _("We were wrong in part"),
    CaseOutcome.NOT_UPHELD: _("We did nothing wrong"),
    CaseOutcome.SECURED: _("Someone else did it, and the account is secure"),
    CaseOutcome.WAS_THEM: _("It was them after all"),
    CaseOutcome.UNPROVED: _("Refused: we can’t tell who they are"),
    CaseOutcome.EXCESSIVE: _("Refused: far more than is reasonable"),
    CaseOutcome.OTHERS: _("Refused: it would reveal someone else"),
    CaseOutcome.RIGHT_ALREADY: _("Refused: what we hold is right"),
    CaseOutcome.LEGAL_DUTY: _("Refused: the law makes us keep it"),
    CaseOutcome.LEGAL_CLAIM: _("Refused: it’s needed for a legal claim"),
    CaseOutcome.OUR_GROUNDS: _("Refused: our reasons weigh more"),
    CaseOutcome.NO_GROUND: _("Refused: the law’s conditions aren’t met"),
    CaseOutcome.DUPLICATE: _("Sent twice"),
    CaseOutcome.ELSEWHERE: _("Answered another way"),
    CaseOutcome.THANKS: _("No question in it"),
    CaseOutcome.WITHDRAWN: _("Withdrawn"),
    CaseOutcome.JUNK: _("Junk"),
}
REFUSALS = {
    CaseOutcome.UNPROVED: _("we can’t tell that you are who you say you are"),
    CaseOutcome.EXCESSIVE: _("it asks far more of us than is reasonable"),
    CaseOutcome.OTHERS: _("it would tell you about someone else"),
    CaseOutcome.RIGHT_ALREADY: _("what we hold is right"),
    CaseOutcome.LEGAL_DUTY: _("the law makes us keep it"),
    CaseOutcome.LEGAL_CLAIM: _("we need it for a legal claim"),
    CaseOutcome.OUR_GROUNDS: _("our reasons for using it weigh more than yours against it"),
    CaseOutcome.NO_GROUND: _("the conditions that the law sets for it aren’t met"),
}
"""Why a request is refused, as its sender reads it after "because"."""
WITHOUT_ANSWER = (
    CaseOutcome.ELSEWHERE,
    CaseOutcome.DUPLICATE,
    CaseOutcome.THANKS,
    CaseOutcome.WITHDRAWN,
    CaseOutcome.JUNK,
)
"""Why a case is closed without an answer."""
_DONE = CaseOutcome.DONE, CaseOutcome.PARTLY
_EVER = CaseOutcome.UNPROVED, CaseOutcome.EXCESSIVE
_FITS = {
    RequestKind.ACCESS: (*_DONE, CaseOutcome.NOTHING_HELD, *_EVER, CaseOutcome.OTHERS),
    RequestKind.CORRECTION: (*_DONE, CaseOutcome.RIGHT_ALREADY, *_EVER),
    RequestKind.ERASURE: (*_DONE, *_EVER, CaseOutcome.LEGAL_DUTY, CaseOutcome.LEGAL_CLAIM),
    RequestKind.OBJECTION: (*_DONE, *_EVER, CaseOutcome.OUR_GROUNDS, CaseOutcome.LEGAL_CLAIM),
    RequestKind.RESTRICTION: (*_DONE, *_EVER, CaseOutcome.NO_GROUND),
    RequestKind.PORTABILITY: (
        *_DONE, CaseOutcome.NOTHING_HELD, *_EVER, CaseOutcome.OTHERS, CaseOutcome.NO_GROUND,
    ),
    RequestKind.COMPLAINT: (CaseOutcome.UPHELD, CaseOutcome.PARTLY_UPHELD, CaseOutcome.NOT_UPHELD),
    RequestKind.URGENT: (CaseOutcome.SECURED, CaseOutcome.WAS_THEM, CaseOutcome.UNPROVED),
}  # fmt: skip
_ANSWERED = CaseOutcome.ANSWERED, *_DONE


def list_outcomes(kind: RequestKind) -> tuple[CaseOutcome, ...]:
    """Return how a case of a kind can end with an answer; the most usual first."""
    return _FITS.get(kind, _ANSWERED)


def spell_answer(text: str, outcome: CaseOutcome) -> str:
    """Return what somebody reads who is answered: a refusal with its reason, and where to complain.

    The law wants both in every refusal, and within the month (UK GDPR, article 12(4)).
    """
    if outcome not in REFUSALS:
        return text
    return _(
        "{text}\n\nWe haven’t done this because {why}.\n\nDon’t agree? Answer this message."
        " You can also complain to the Information Commissioner at"
        " ico.org.uk/make-a-complaint, or go to court.",
        text=text,
        why=REFUSALS[outcome],
    )
