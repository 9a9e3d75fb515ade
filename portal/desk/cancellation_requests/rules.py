"""Rules of requests to cancel, and how long each waits for the customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.desk.cases.rules import Case
from portal.platform.core.errors import DomainError
from portal.platform.core.ids import CustomerId, RegistrationId

LINK_LIFE = timedelta(days=14)
REMINDED_BEFORE = timedelta(days=7)
"""How long before the end of a link one reminder is sent."""
SHORTEST_REASON, LONGEST_REASON = 10, 1_000


class SecondColleagueError(DomainError):
    """The colleague who asked to go on without the customer cannot approve it too."""

    code = "second-colleague"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The effect of confirming a request."""

    case: Case
    customer_id: CustomerId
    registration_id: RegistrationId | None
    deletes_account: bool

    @property
    def effect(self) -> str:
        """What it cancels, and whose, as a page takes it along."""
        return ":".join(map(str, (self.customer_id, self.registration_id, self.deletes_account)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationEmailContext:
    """The contents of an email about a request to cancel. Never printed."""

    given_name: str
    reference: str
    what: str
    path: str
    ends_at: datetime

    def __repr__(self) -> str:
        return f"CancellationEmailContext({self.reference})"
