"""The values to be found on pages, the faults found, and a clock that can be moved."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from portal.operations.erasure_proof.searching import Place
from portal.platform.core.clock import utc_clock

SHOWN = frozenset(
    {
        "given_name", "family_name", "email", "telephone", "mobile", "address_line_1",
        "address_line_2", "town", "postcode", "message", "addition", "complaint", "early_message",
        "former_message", "visitors_message", "reply", "answered", "account_number", "manager",
        "passkey", "corrected", "told_others", "given", "first_email", "undone_email",
        "wished_email", "old_telephone", "old_mobile", "old_address_line_1", "old_postcode", "film",
    }
)  # fmt: skip
"""What a customer finds on their own pages and in their copy; the rest is shown to nobody."""
NEVER_KEPT = frozenset({"password", "answer", "strangers_name"})
"""What is kept as a fingerprint alone, or not at all: a stranger's registration has ended."""
PASSING = frozenset({"draft_email"})
"""What goes by itself in the days of the proof."""


@dataclass
class Findings:
    """The result of the proof: the places searched, and the faults."""

    places: list[Place] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    traces: Place = field(default_factory=lambda: Place("every column, by keyed hash"))

    def expect(self, what: str, *, holds: bool) -> None:
        """Note a fault unless something holds."""
        if not holds:
            self.faults.append(what)


class MovedClock:
    """The present time plus the days that the proof has let pass."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the proof's present moment."""
        return utc_clock().astimezone(UTC) + self._ahead

    def move(self, **by: float) -> None:
        """Let time pass."""
        self._ahead += timedelta(**by)
