"""Rules of assisted choices: who may ask, and what must have been read out."""

from dataclasses import dataclass
from enum import StrEnum

from portal.consent.marketing.rules import REFUSALS, Agreed, ChoiceSource
from portal.platform.core.errors import DomainError
from portal.platform.core.texts import _


class Requester(StrEnum):
    """In what capacity somebody asked; their name is not kept."""

    CUSTOMER = "customer"
    SOMEBODY_FOR_THEM = "somebody-for-them"


REQUESTERS = {
    Requester.CUSTOMER: _("The customer"),
    Requester.SOMEBODY_FOR_THEM: _("Somebody who acts for them"),
}
WAYS = {
    ChoiceSource.TELEPHONE: _("By telephone"),
    ChoiceSource.POST: _("By letter"),
    ChoiceSource.SHOP: _("In a shop"),
}
"""How they asked."""


MANAGER = "account_manager"
"""The one detail that staff write: who looks after a business."""


class NotReadError(DomainError):
    """Something would be turned on whose words were not read out."""

    code = "not-read"


class NoBusinessError(DomainError):
    """Only a business, or somebody acting for one, has an account manager."""

    code = "no-business"


@dataclass(frozen=True, slots=True)
class AssistedRequest:
    """Who asked, how, and whether the words were read out to them."""

    requester: Requester
    via: ChoiceSource
    was_read: bool


def adds_yes(before: Agreed, after: Agreed) -> bool:
    """Tell whether `after` has a yes that `before` does not; ticking a refusal is no yes."""
    return bool(after - before - REFUSALS)
