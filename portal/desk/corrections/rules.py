"""A correction: what it says, what it should say, what was decided, and who else was told.

UK GDPR, articles 16 (rectification), 19 (telling recipients) and 12(4) (saying why not, and how to
complain).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.platform.core.errors import DomainError
from portal.platform.core.holdings import Processing, Register
from portal.platform.core.masking import mask_account_numbers
from portal.platform.core.other_systems import OtherSystems, list_outside
from portal.platform.core.texts import _, join

LONGEST_VALUE = 500
LONGEST_REASON = 1000
LONGEST_OTHERS = 300
COMPLAIN = _(
    "If you think that’s wrong, tell us here. You can also complain to the Information"
    " Commissioner’s Office: ico.org.uk"
)


class CorrectionOutcome(StrEnum):
    """What was decided."""

    CORRECTED = "corrected"
    REFUSED = "refused"


OUTCOMES = {
    CorrectionOutcome.CORRECTED: _("It’s corrected"),
    CorrectionOutcome.REFUSED: _("It stays as it is"),
}


class AlreadyDecidedError(DomainError):
    """A correction was decided before."""

    code = "already-decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction, as its customer and the desk read it. Never printed."""

    category: str
    before: str
    after: str
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    over_at: datetime | None = None
    """When it was decided, or its message closed without that: from then on it is not kept long."""
    outcome: CorrectionOutcome | None = None
    why: str = ""
    told: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Correction({self.outcome})"

    def masked(self, own: Collection[str]) -> "Correction":
        """Return it as a colleague reads it: with billing account numbers masked."""
        before, after, why = (
            mask_account_numbers(one, own) for one in (self.before, self.after, self.why)
        )
        return replace(self, before=before, after=after, why=why)

    def words(self) -> dict[str, Any]:
        """Return what is sealed of it."""
        return {
            "category": self.category,
            "before": self.before,
            "after": self.after,
            "why": self.why,
            "told": list(self.told),
        }

    @property
    def request(self) -> str:
        """What is asked for, as the message of a case says it."""
        return "\n".join(
            (
                _("Please correct this: {category}", category=self.category),
                _("It says: {before}", before=self.before),
                _("It should say: {after}", after=self.after),
            )
        )

    @property
    def answer(self) -> str:
        """What the customer reads once it is decided."""
        if self.outcome is CorrectionOutcome.REFUSED:
            return "\n".join(
                (
                    _("We haven’t corrected this: {category}", category=self.category),
                    _("Why: {why}", why=self.why),
                    "",
                    COMPLAIN,
                )
            )
        return "\n".join(
            (
                _("We’ve corrected this: {category}", category=self.category),
                _("It said: {before}", before=self.before),
                _("It now says: {after}", after=self.after),
                "",
                _("We’ve also told: {names}", names=join(self.told))
                if self.told
                else _("We haven’t told anyone else."),
            )
        )

    @property
    def summary(self) -> str:
        """The whole of it in a line, as it is listed among what is held."""
        parts = [_("{before} → {after}", before=self.before, after=self.after)]
        if self.outcome is CorrectionOutcome.CORRECTED:
            parts.append(_("corrected"))
        elif self.outcome is CorrectionOutcome.REFUSED:
            parts.append(_("not corrected, because: {why}", why=self.why))
        if self.told:
            parts.append(_("we also told: {names}", names=join(self.told)))
        return join(parts, "; ")


def list_correctable(register: Register, systems: OtherSystems) -> list[Processing]:
    """Return the categories in which something may be wrong, here and in other systems.

    Not those that only say what we did: a log is not corrected.
    """
    return [*(one for one in register if one.is_correctable), *list_outside(systems)]


def name_categories(categories: Iterable[Processing]) -> Mapping[str, str]:
    """Return what categories are called, by their slugs."""
    return {one.slug: one.category for one in categories}
