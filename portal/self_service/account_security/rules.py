"""What is true of how somebody signs in: what their page says, and what may be changed."""

from dataclasses import dataclass
from datetime import datetime

from portal.identity.credentials.rules import SHORTEST_PASSWORD
from portal.identity.mfa.rules import AuthenticatorSetup, Factors, prepare
from portal.identity.realms.rules import Realm
from portal.identity.sessions.rules import RecentSignIn, Remembered
from portal.platform.core.clock import london_day
from portal.platform.core.errors import DomainError
from portal.platform.core.texts import _
from portal.self_service.email_change.rules import PendingEmailChange

LISTED = 10
"""Sign-ins on the page itself."""
PAGE = 30
"""Sign-ins on each page of all of them."""
MOST_REFUSED = 10
A_MONTH, A_YEAR = 30, 365
"""Days, for saying roughly how old something is."""

WRONG_CODE = _("That code isn’t right. Wait for the next one, and enter that")
LAST_FACTOR = _("You always need an app or a passkey. Add another one first.")
LONGER_FIRST = _("Choose a password of at least 15 characters first. Then you can remove this.")
DONE = {
    "password": _("We’ve changed your password. You’re signed out everywhere else."),
    "question": _("We’ve changed your security question. You’re signed out everywhere else."),
    "authenticator": _("Your new authenticator app is set up. You’re signed out everywhere else."),
    "no-authenticator": _(
        "We’ve removed the authenticator app. You’re signed out everywhere else."
    ),
    "passkey": _("We’ve added your passkey. You’re signed out everywhere else."),
    "no-passkey": _("We’ve removed the passkey. You’re signed out everywhere else."),
    "one": _("You’re signed out there."),
    "others": _("You’re signed out everywhere else."),
    "browser": _("That browser no longer remembers you."),
    "unknown": (
        _(
            "Thank you for telling us. We’ve signed everyone else out, stopped remembering your"
            " browsers, and told our staff."
        )
    ),
}
"""What people read once it is done."""
REFUSED = {
    "password": _("The password was wrong"),
    "password-again": _("The password was wrong, when asked again"),
    "answer": _("The answer to the security question was wrong"),
    "authenticator": _("The code from the authenticator app was wrong"),
    "mailed-code": _("The emailed code was wrong"),
    "recovery-code": _("The recovery code was wrong"),
    "passkey": _("The passkey didn’t work"),
}
"""What went wrong in a sign-in attempt, by the step that the audit trail names."""


class ShortPasswordError(DomainError):
    """A password that will do beside a second step only would be left alone."""


class LastFactorError(DomainError):
    """Without this second step a colleague would have none left."""

    code = "last-factor"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A try to sign in that failed; of whoever tried, nothing is kept."""

    at: datetime
    text: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class SecurityOverview:
    """How somebody signs in; `pending` is the secret of an app that is being set up."""

    realm: Realm
    email: str
    own_words: tuple[str, ...]
    """What a password must not be made of."""
    question: str
    """Empty for staff."""
    password_set_at: datetime
    factors: Factors
    pending: str = ""
    password_is_short: bool = False

    def __repr__(self) -> str:
        return "SecurityOverview(…)"

    @property
    def is_down_to_one(self) -> bool:
        """Tell whether there is a single second step, recovery codes aside."""
        steps = len(self.factors.passkeys) + (self.factors.authenticator_added_at is not None)
        return steps == 1

    @property
    def must_keep_last(self) -> bool:
        """Tell whether a colleague's only second step has to stay."""
        return self.realm.must_enrol and self.is_down_to_one

    @property
    def needs_longer_password(self) -> bool:
        """Tell whether the last second step has to stay until a longer password is chosen."""
        return self.password_is_short and self.is_down_to_one

    @property
    def shortest_password(self) -> int:
        """Return how many characters a new password needs: fewer with a strong second step."""
        is_beside = self.factors.are_strong
        return self.realm.shortest_with_factor if is_beside else SHORTEST_PASSWORD

    def enrolment(self, brand: str) -> AuthenticatorSetup | None:
        """Return what sets up the app that was begun with; None where none was."""
        return prepare(self.pending, self.email, self.realm.issuer.format(brand=brand))


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page shows."""

    mine: SecurityOverview
    open: tuple[RecentSignIn, ...]
    browsers: tuple[Remembered, ...]
    past: tuple[RecentSignIn, ...]
    refused: tuple[Refusal, ...]
    has_more: bool
    waiting: PendingEmailChange | None
    """A change of address that nobody has confirmed yet."""


def spell_age(then: datetime, now: datetime) -> str:
    """Say how long ago a moment was, in days of London: today, 12 days ago, 3 months ago."""
    days = (london_day(now) - london_day(then)).days
    if days < 1:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 2 * A_MONTH:
        return _("{number} days ago", number=days)
    if days < 2 * A_YEAR:
        return _("{number} months ago", number=days // A_MONTH)
    return _("{number} years ago", number=days // A_YEAR)
