"""The retention schedule, read off the declarations of what is held."""

from dataclasses import dataclass

from portal.platform.core.holdings import Fate, Register, Rule


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One line of the schedule: a rule, and the category it is about."""

    category: str
    rule: Rule


def read_schedule(register: Register) -> tuple[ScheduleLine, ...]:
    """Return every rule there is, in the order of the register, without what passes by itself."""
    return tuple(
        ScheduleLine(holding.category, rule)
        for holding in register
        if holding.fate is not Fate.PASSING
        for rule in holding.rules
    )
