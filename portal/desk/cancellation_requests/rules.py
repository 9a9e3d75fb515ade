"""What a request to cancel is, and how long it waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.desk.cases.rules import Case
from portal.platform.core.errors import DomainError
from portal.platform.core.ids import CustomerId, RegistrationId

REMINDED_BEFORE = timedelta(days=7)
"""How long before the end of a link one reminder is sent."""
SHORTEST_REASON, LONGEST_REASON = 10, 1_000


class SecondColleagueError(DomainError):
    """Whoever asked to go on without the customer cannot agree to it as well."""

    code = "second-colleague"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What confirming would do."""

    case: Case
    customer_id: CustomerId
    registration_id: RegistrationId | None
    deletes_account: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationEmailContext:
    """What an email says of a request to cancel. Never printed."""

    given_name: str
    reference: str
    what: str
    path: str
    ends_at: datetime

    def __repr__(self) -> str:
        return f"CancellationEmailContext({self.reference})"
