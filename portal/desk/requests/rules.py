"""What each kind of request asks besides a message, and what its answers are."""

from enum import StrEnum

from portal.desk.case_records.rules import Topic
from portal.platform.core.texts import _

LONGEST_ANSWER = 500
"""Characters of an answer to one question."""


class ObjectsTo(StrEnum):
    """What somebody objects to (UK GDPR, article 21)."""

    USE = "use"
    SHARING = "sharing"
    DIRECTORIES = "directories"
    ELSE = "else"


class RestrictBecause(StrEnum):
    """Why somebody wants their details kept and not used (UK GDPR, article 18(1))."""

    WRONG = "wrong"
    UNLAWFUL = "unlawful"
    CLAIM = "claim"
    OBJECTED = "objected"


class TakeTo(StrEnum):
    """Who gets the details that somebody takes along (UK GDPR, article 20)."""

    ME = "me"
    COMPANY = "company"


class WasNotMe(StrEnum):
    """What somebody did not do themselves."""

    SIGNED_IN = "signed-in"
    CHANGED = "changed"
    ORDERED = "ordered"
    EMAIL = "email"
    ELSE = "else"


OBJECTS_TO = {
    ObjectsTo.USE: _("Using how I use your services to choose offers for me"),
    ObjectsTo.SHARING: _("Giving my details to another company"),
    ObjectsTo.DIRECTORIES: _("Listing me in a directory"),
    ObjectsTo.ELSE: _("Something else"),
}
RESTRICT_BECAUSE = {
    RestrictBecause.WRONG: _("They’re wrong, and you’re checking them"),
    RestrictBecause.UNLAWFUL: _("You shouldn’t be using them, but I don’t want them deleted"),
    RestrictBecause.CLAIM: _("You’d delete them, but I need them for a legal claim"),
    RestrictBecause.OBJECTED: _("I’ve objected, and I’m waiting for your answer"),
}
TAKE_TO = {
    TakeTo.ME: _("To me"),
    TakeTo.COMPANY: _("To another company"),
}
WAS_NOT_ME = {
    WasNotMe.SIGNED_IN: _("Someone else signed in"),
    WasNotMe.CHANGED: _("Someone else changed my details or choices"),
    WasNotMe.ORDERED: _("Someone else registered for a service"),
    WasNotMe.EMAIL: _("I got an email about something I didn’t do"),
    WasNotMe.ELSE: _("Something else"),
}
HINTS = {
    Topic.OBJECTION: _("You can object when we use your details because it’s in our interest."),
    Topic.RESTRICTION: _("We’ll keep your details, and use them only if you agree."),
    Topic.PORTABILITY: _(
        "You get what you gave us, and what our systems noted while you used our services, in a"
        " format that other companies can read."
    ),
    Topic.COMPLAINT: _("Tell us what went wrong. We look into it, and tell you what we found."),
    Topic.NUISANCE: _("Tell us about calls or texts you don’t want, and we’ll try to stop them."),
    Topic.NOT_ME: _("Tell us what you didn’t do. We look at this before anything else."),
}
"""What each form is for, beneath its title."""
