"""What is to be found where, and what was."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from portal.kernel.clock import utc_clock
from portal.proof.searching import Place

SHOWN = frozenset(
    {
        "given_name", "family_name", "email", "telephone", "mobile", "address_line_1",
        "address_line_2", "town", "postcode", "message", "addition", "reply",
    }
)  # fmt: skip
"""What a customer finds on their own pages; the rest of what they typed is shown to nobody."""
NEVER_KEPT = frozenset({"password", "answer"})
"""What is kept as a fingerprint alone."""


@dataclass
class Findings:
    """What came of the proof: where was searched, and what is wrong, if anything."""

    places: list[Place] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def expect(self, what: str, *, holds: bool) -> None:
        """Note a fault unless something holds."""
        if not holds:
            self.faults.append(what)


class MovedClock:
    """The time of today, and some days more when the proof lets them pass."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the moment it is in the proof."""
        return utc_clock().astimezone(UTC) + self._ahead

    def move(self, **by: float) -> None:
        """Let time pass."""
        self._ahead += timedelta(**by)
