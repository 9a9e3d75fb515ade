"""Who asks staff to set choices, and what must have been read to them."""

from dataclasses import dataclass
from enum import StrEnum

from portal.consent.marketing.rules import REFUSALS, Agreed, ChoiceSource
from portal.platform.core.errors import DomainError


class Requester(StrEnum):
    """Who asked; nobody's name is kept."""

    CUSTOMER = "customer"
    SOMEBODY_FOR_THEM = "somebody-for-them"


REQUESTERS = {
    Requester.CUSTOMER: "The customer",
    Requester.SOMEBODY_FOR_THEM: "Somebody who acts for them",
}
WAYS = {
    ChoiceSource.TELEPHONE: "By telephone",
    ChoiceSource.POST: "By letter",
    ChoiceSource.SHOP: "In a shop",
}
"""How they asked."""


MANAGER = "account_manager"
"""The one detail that staff write: who looks after a business."""


class NotReadError(DomainError):
    """Something would be turned on whose wording nobody read to whoever asked."""

    code = "not-read"


class NoBusinessError(DomainError):
    """Only a business, or whoever acts for one, has an account manager."""

    code = "no-business"


@dataclass(frozen=True, slots=True)
class CallerRequest:
    """Who asked, how, and whether the wording was read to them."""

    requester: Requester
    via: ChoiceSource
    was_read: bool


def adds_yes(before: Agreed, after: Agreed) -> bool:
    """Tell whether `after` agrees to anything that `before` does not; refusals are no agreement."""
    return bool(after - before - REFUSALS)
