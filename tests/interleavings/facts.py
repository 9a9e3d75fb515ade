"""What is known of a prepared portal: its people, and the sessions, links and cases they have."""

from datetime import timedelta
from uuid import UUID

from portal.desk.cancellation_requests.rules import Cancellation
from portal.identity.accounts.rules import Details
from portal.identity.credentials.rules import Verification
from portal.identity.mfa.rules import STEP_SECONDS, code_at
from portal.platform.core.ids import CustomerId, RegistrationId
from portal.platform.core.visit import Visit
from tests.world import NOON, Person

OLD, NOW, NEXT = "old@example.com", "now@example.com", "next@example.com"
"""The addresses of the customer: before, today, and the one that waits to be confirmed."""
STRANGER = "stranger@example.com"
"""The address of a visitor who is nobody’s customer."""


class Facts:
    """Filled by a scene; a verb reads what it is about from here."""

    later: timedelta
    """How long after the scene the verbs begin."""

    me: Person
    """The customer whom the verbs are about; `OLD` was their address, `NOW` is."""
    other: Person
    """Another customer."""
    sam: Person
    kit: Person
    alex: Person
    """An agent, a privacy officer, an administrator."""
    details: Details
    version: int
    registrations: list[RegistrationId]
    traces: list[bytes]
    """Keyed hashes of every address of the customer's: today's, then the one before."""

    visit: Visit
    other_visit: Visit
    half: Visit
    other_half: Visit
    visits: dict[str, Visit]
    """Sessions: of the customer two open and two half-open ones; of colleagues, by their names."""
    remembered: str
    browser: UUID
    sign_in: UUID

    own: str
    own_version: int
    lost: str
    everything: str
    one_service: str
    skipping: str
    """Cases: the customer's own; visitors' from their address: cannot get in, cancel everything,
    cancel one service, cancel everything without a confirmation."""
    saved_view: UUID
    look: UUID
    """A colleague's look at the customer's own case."""
    strangers: str
    """The case of a visitor who is nobody's customer."""
    listed: str
    """The customer's case about a number that another operator listed; a code waits for it."""
    listed_version: int
    number_code: str
    opened: str
    """The token that shows the number's entry."""
    hold: UUID
    disclosure: UUID
    """What another senior colleague entered about the customer, and nobody agreed to yet."""
    agreed: UUID
    """What a second colleague agreed to give of the customer."""

    survey: UUID
    """What all customers may answer."""
    answer: UUID
    """The customer's answer to its first question."""

    confirm: str
    undo: str
    reset: str
    anew: str
    choose: str
    to_everything: str
    to_one: str
    joining: str
    follow: str
    own_follow: str
    reading: str
    typed: str
    registering: list[str]
    """Tokens of links."""
    proof: Verification
    """Of the customer's password, given beside such a link."""
    shown_everything: Cancellation
    shown_one: Cancellation
    shown_skipping: str
    """What pages said that the links, and a second colleague, would cancel."""

    secret: str
    pending_secret: str
    codes: list[str]
    mailed_code: str
    passkey: UUID
    new_passkey: str
    asked: list[UUID]
    signed: list[str]
    signed_proof: str
    staff_passkey: UUID
    staff_asked: UUID
    staff_signed: str
    staff_signed_proof: str
    staff_new_passkey: str
    staff_pending_secret: str
    """Second steps: of an authenticator, codes, passkeys and what these answered."""

    names: dict[object, str]
    """What ids and keyed hashes of the scene are called when they are compared."""

    @property
    def my_id(self) -> CustomerId:
        return self.me.customer_id

    def code(self, secret: str, moment: float) -> str:
        """What an authenticator shows at a moment."""
        return code_at(secret, int(moment) // STEP_SECONDS)

    def code_soon(self, secret: str) -> str:
        """What it shows when the verbs begin."""
        return self.code(secret, (NOON + self.later).timestamp())
