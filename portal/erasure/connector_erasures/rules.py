"""When another system is told again, and what a receipt says of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.connectors import References
from portal.platform.core.holdings import Stay
from portal.platform.core.other_systems import OtherSystems, start_sentence
from portal.platform.core.texts import _

PATIENCE = timedelta(days=1)
"""How long a receipt waits for other systems to confirm; then it says which of them have not."""
GIVEN_UP_AFTER = timedelta(days=30)
"""How long a system that does not confirm is told again: the month of UK GDPR, article 12(3)."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=6)
CLAIM = timedelta(minutes=1)
"""How long a worker may take over one try before another may try it."""
KEPT = timedelta(days=30)
"""How long it is known afterwards that a system confirmed, or did not."""


@dataclass(frozen=True, slots=True)
class ClaimedErasure:
    """What another system is about to be told. Never printed: it finds a person."""

    id: UUID
    system: str
    references: References

    def __repr__(self) -> str:
        return f"ClaimedErasure({self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemOutcome:
    """What came of telling one system: when it confirmed, what went there, and what it keeps.

    While it `is_waiting` it is told again; then it has confirmed, or was given up.
    """

    system: str
    asked_at: datetime
    confirmed_at: datetime | None
    is_waiting: bool
    erased: int
    kept: tuple[str, ...]

    def lines(self, systems: OtherSystems) -> list[str]:
        """Return what a receipt says of it."""
        known = {one.slug: one.name for one in systems}
        name = start_sentence(known.get(self.system, self.system))
        if self.confirmed_at is None:
            asked = spell_day(london_day(self.asked_at))
            return [f"{name}, told on {asked}: has not confirmed yet"]
        confirmed = spell_day(london_day(self.confirmed_at))
        return [
            f"{name}, confirmed on {confirmed}, number of records deleted: {self.erased}",
            *(f"{name} keeps: {line}" for line in self.kept),
        ]


def name_note(references: References) -> str:
    """Return under which name the keyring remembers what a system has to be told of a person."""
    return f"outside-{references['person'][0][:32]}"


def next_pause(tries: int) -> timedelta:
    """Return how long to wait after so many tries in vain: twice as long each time."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 20)), LONGEST_PAUSE)


def is_hopeless(asked_at: datetime, now: datetime) -> bool:
    """Tell whether a system has had its time to confirm."""
    return now - asked_at >= GIVEN_UP_AFTER


def waits_until(decided_at: datetime) -> datetime:
    """Return until when the receipt of an erasure waits for other systems."""
    return decided_at + PATIENCE


def next_look(decided_at: datetime, now: datetime, longest: timedelta) -> datetime:
    """Return when to look again whether they have confirmed: later, the longer it takes."""
    return now + min(max(now - decided_at, FIRST_PAUSE), longest)


def list_untold(systems: OtherSystems) -> tuple[Stay, ...]:
    """Return what stays in other systems that cannot be told: each thing until its own time."""
    return tuple(
        Stay(
            what=_("{category}, in {name}", category=one.category, name=system.name),
            why=one.purpose,
            until=_("until {time}", time=one.rules[0].text),
        )
        for system in systems
        if system.connector is None
        for one in system.categories
    )
