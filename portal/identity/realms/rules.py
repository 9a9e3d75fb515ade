"""Customers and staff sign in by the same steps; their differences are one table, `REALMS`.

A step of signing in asks the realm, never the kind of person. How their accounts are found and
locked, and what is recorded of them, is in `portal.identity.sign_in.service.ACCOUNTS`.
"""

from dataclasses import dataclass
from datetime import timedelta

from portal.identity.credentials.rules import (
    LINKS,
    SHORTEST_PASSWORD,
    SHORTEST_WITH_FACTOR,
    Guarded,
)
from portal.identity.mfa.rules import Factors, Way
from portal.identity.sessions.rules import LONGEST_SESSION
from portal.platform.core.texts import _
from portal.platform.core.visit import CUSTOMER, STAFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Realm:
    """One kind of people who sign in: customers or staff."""

    kind: str
    """What their sessions and audit events are recorded under."""
    path: str
    """What the addresses of their pages begin with."""
    blueprint: str
    """The pages by which they sign in and out."""
    security_blueprint: str
    """The pages on which they change how they sign in."""
    home: str
    """The endpoint where they land."""
    cookie: str
    """The session cookie, without the prefix that binds it to the host where there is TLS."""
    same_site: str
    """Which requests from other sites bring that cookie (RFC 6265bis)."""
    longest_session: timedelta
    """After this a session ends, used or not (ASVS 7.3.2)."""
    second_steps: tuple[Way, ...]
    """What may be asked after the password."""
    shortest_with_factor: int
    """Code points of a password that is asked together with a second step."""
    issuer: str
    """What an authenticator app calls the account (`{brand}` is the brand's name)."""
    password_tries: Guarded
    code_tries: Guarded
    """Codes of all kinds together, so that no kind adds tries to another."""
    proof_tries: Guarded
    """The password once more, of somebody signed in: no stranger can use these tries up."""
    answer_tries: Guarded | None
    """The answer to the security question; None where there is no question."""
    mailings: tuple[Guarded, ...]
    """What they, or whoever knows their address, can have sent to it."""
    remembers_browsers: bool
    """Whether a browser may greet them by name (it opens nothing)."""
    can_return: bool
    """Whether signing in brings an account back that is to be deleted in seven days."""
    has_roles: bool
    """Whether pages ask what their role allows."""
    must_enrol: bool
    """Whether an account opens nothing until a second step was set up by invitation."""

    @property
    def guarded(self) -> tuple[Guarded, ...]:
        """The kinds of secret of this realm whose tries are counted."""
        answer = (self.answer_tries,) if self.answer_tries else ()
        return (self.password_tries, *answer, self.code_tries, self.proof_tries)

    @property
    def blueprints(self) -> tuple[str, str]:
        """Return the pages that both realms have."""
        return self.blueprint, self.security_blueprint

    def list_open(self, factors: Factors) -> tuple[Way, ...]:
        """Return the second steps that are open to somebody, the first one first.

        Empty for an account that cannot be signed in to yet.
        """
        return tuple(way for way in factors.ways if way in self.second_steps)


REALMS = {
    CUSTOMER: Realm(
        kind=CUSTOMER,
        path="",
        blueprint="sign_in",
        security_blueprint="account_security",
        home="dashboard.show",
        cookie="session",
        same_site=_("Lax"),
        longest_session=LONGEST_SESSION,
        second_steps=(
            Way.QUESTION,
            Way.AUTHENTICATOR,
            Way.PASSKEY,
            Way.MAILED_CODE,
            Way.RECOVERY_CODE,
        ),
        shortest_with_factor=SHORTEST_WITH_FACTOR,
        issuer="{brand}",
        password_tries=Guarded.CUSTOMER_PASSWORD,
        code_tries=Guarded.CUSTOMER_CODE,
        proof_tries=Guarded.CUSTOMER_PROOF,
        answer_tries=Guarded.CUSTOMER_ANSWER,
        mailings=(Guarded.CUSTOMER_MAILING, *LINKS),
        remembers_browsers=True,
        can_return=True,
        has_roles=False,
        must_enrol=False,
    ),
    STAFF: Realm(
        kind=STAFF,
        path="/staff",
        blueprint="staff_sign_in",
        security_blueprint="staff_security",
        home="queue_desk.home",
        cookie="desk",
        same_site=_("Strict"),
        longest_session=timedelta(hours=8),
        second_steps=(Way.AUTHENTICATOR, Way.PASSKEY, Way.RECOVERY_CODE),
        shortest_with_factor=SHORTEST_PASSWORD,
        issuer=_("{brand} Privacy desk"),
        password_tries=Guarded.STAFF_PASSWORD,
        code_tries=Guarded.STAFF_CODE,
        proof_tries=Guarded.STAFF_PROOF,
        answer_tries=None,
        mailings=(),
        remembers_browsers=False,
        can_return=False,
        has_roles=True,
        must_enrol=True,
    ),
}
"""Everything in which signing in differs; `tests/identity/realms` states it once more."""

CUSTOMERS, COLLEAGUES = REALMS[CUSTOMER], REALMS[STAFF]
