"""How the day is greeted, and how events are told to the person they are about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from portal.consent.directories.rules import LISTINGS, SERVICES, Listing, PreferenceService
from portal.consent.marketing.rules import Choice, title_of
from portal.consent.purposes.rules import Catalogue
from portal.identity.accounts.rules import SERVICES as OUR_SERVICES
from portal.identity.accounts.rules import Service
from portal.platform.core.texts import _, _n

NOON, EVENING = 12, 18
CHOICE = "preferences:choice:made"
TURNED_ON, TURNED_OFF = _("{listing} turned on"), _("{listing} turned off")
TIMED_OUT = "entrance:customer:timed-out"


class Told(Protocol):
    """A line of the audit trail."""

    @property
    def at(self) -> datetime: ...
    @property
    def name(self) -> str: ...
    @property
    def actor_kind(self) -> str: ...
    @property
    def facts(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that happened, in plain words."""

    title: str
    at: datetime
    by: str
    text: str = ""


ACTIVITY: dict[str, Callable[[dict[str, Any]], str]] = {
    "account:customer:registered": lambda _facts: _("You created your account"),
    "account:customer:signed-in": lambda _facts: _("You signed in"),
    "account:customer:signed-out": lambda _facts: _("You signed out"),
    "account:sign-in:refused": lambda _facts: _("Failed sign-in attempt"),
    "account:customer:told-of-tries": lambda _facts: _(
        "We emailed you about failed sign-in attempts"
    ),
    "entrance:customer:signed-in": lambda _facts: _("You signed in"),
    "entrance:customer:signed-out": lambda _facts: _("You signed out"),
    TIMED_OUT: lambda _facts: _("We signed you out because nothing happened for a while"),
    "entrance:sign-in:refused": lambda _facts: _("Failed sign-in attempt"),
    "entrance:customer:told": lambda _facts: _("We emailed you about failed sign-in attempts"),
    "entrance:cookie:copied": lambda _facts: _(
        "We stopped remembering your devices, because someone may have copied a cookie from one"
    ),
    "recovery:link:asked": lambda _facts: _("Someone asked for a link to choose a new password"),
    "recovery:password:replaced": lambda _facts: _("You chose a new password with a link"),
    "recovery:secrets:replaced": lambda _facts: _("You set up your sign-in again with our link"),
    "recovery:customer:readmitted": lambda _facts: _("We sent you a link to get back in"),
    "security:password:changed": lambda _facts: _("You changed your password"),
    "security:question:changed": lambda _facts: _("You changed your security question"),
    "security:authenticator:added": lambda _facts: _("You set up an authenticator app"),
    "security:authenticator:removed": lambda _facts: _("You removed your authenticator app"),
    "security:codes:made": lambda _facts: _("You got new recovery codes"),
    "security:passkey:added": lambda _facts: _("You added a passkey"),
    "security:passkey:removed": lambda _facts: _("You removed a passkey"),
    "security:session:ended": lambda facts: (
        _("You signed out on one device")
        if facts["which"] == "one"
        else _("You signed out everywhere")
    ),
    "security:browser:forgotten": lambda _facts: _("You stopped a browser from remembering you"),
    "security:sign-in:reported": lambda _facts: _("You reported a sign-in you didn’t recognise"),
    "mailbox:change:asked": lambda _facts: _("You asked to change your email address"),
    "mailbox:change:cancelled": lambda _facts: _("You cancelled the change of your email address"),
    "mailbox:change:confirmed": lambda _facts: _("Your email address was changed"),
    "mailbox:change:undone": lambda _facts: _("Your old email address was brought back"),
    "callers:manager:named": lambda facts: (
        _("You have a new account manager")
        if facts["is_there"]
        else _("You no longer have an account manager")
    ),
    "profile:details:changed": lambda facts: _n(
        "You changed one of your details",
        "You changed {number} of your details",
        len(facts["fields"]),
    ),
    "listings:entry:changed": lambda facts: (TURNED_ON if facts["agreed"] else TURNED_OFF).format(
        listing=LISTINGS[Listing(facts["listing"])]
    ),
    "listings:enrolment:told": lambda facts: _(
        "You told us you registered with the {service}", service=_service(facts)
    ),
    "listings:enrolment:withdrawn": lambda facts: _(
        "You told us you’re not registered with the {service}", service=_service(facts)
    ),
    "surveys:answers:given": lambda facts: _n(
        "You saved your answer to one of our questions",
        "You saved your answers to {number} of our questions",
        facts["number"],
    ),
    "surveys:answers:deleted": lambda facts: _n(
        "You deleted one of your answers", "You deleted {number} of your answers", facts["number"]
    ),
    CHOICE: lambda facts: str(facts["title"]),
    "registrations:service:registered": lambda facts: _(
        "You registered {service}", service=OUR_SERVICES[Service(facts["service"])]
    ),
    "cancellation:registration:cancelled": lambda _facts: _("You cancelled a registration"),
}
ROUTINE = frozenset({
    "account:customer:signed-in", "account:customer:signed-out", TIMED_OUT,
    "entrance:customer:signed-in", "entrance:customer:signed-out",
})  # fmt: skip
"""What happens every day: on the page of all activity, and not on the home page."""
WHO = {"customer": _("you"), "staff": _("us"), "system": _("us")}


def _service(facts: dict[str, Any]) -> str:
    return SERVICES[PreferenceService(facts["service"])].title


def greeting(hour: int) -> str:
    """Return how one greets at an hour of the day (0 to 23, London)."""
    if hour < NOON:
        return _("Good morning")
    return _("Good afternoon") if hour < EVENING else _("Good evening")


def describe(entry: Told, catalogue: Catalogue) -> Activity:
    """Tell an event to the person it is about; choices by what they are called today."""
    facts = entry.facts
    if entry.name == CHOICE:
        choice = Choice(facts["purpose"], facts["channel"])
        facts = {**facts, "title": title_of(catalogue, choice, is_on=facts["agreed"])}
    by = _("us") if entry.name == TIMED_OUT else WHO.get(entry.actor_kind, "")
    return Activity(ACTIVITY[entry.name](facts), entry.at, by)
