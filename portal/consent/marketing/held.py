"""Personal data of the marketing room."""

from collections.abc import Iterable

from portal.consent.marketing import queries
from portal.consent.marketing.models import ChoiceChange, MarketingChoices
from portal.consent.marketing.rules import (
    REFUSALS,
    Agreed,
    Choice,
    label_of,
    offered_choices,
    refused_by,
)
from portal.consent.purposes.queries import get_catalogue
from portal.platform.core.holdings import (
    ALL,
    CONTRACT,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import count_of, erasure_of, spans_of
from portal.platform.core.texts import _
from portal.platform.core.work import Work

ON, REFUSED, NO = _("On today"), _("You asked for"), _("Said no to")
UNUSED = _("A past yes that we no longer ask about or use")
OWNERS = (ChoiceChange.customer_id, MarketingChoices.customer_id)


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List what is on, what was refused, and the history of choices."""
    today, catalogue = queries.get_choices(work, customer_id), get_catalogue(work)
    history = queries.list_changes(work, customer_id, ALL)
    asked = offered_choices(catalogue)
    return [
        *(
            Item(_state_of(choice, asked), label_of(catalogue, choice))
            for choice in sorted(today.agreed)
        ),
        *(Item(NO, label_of(catalogue, choice)) for choice in sorted(refused_by(today, catalogue))),
        *(item for change in history for item in _list_change(change)),
    ]


def _list_change(change: queries.HistoryEntry) -> Iterable[Item]:
    """List a choice as it was made; of a refusal of several, each by itself."""
    if not change.noted:
        yield Item(
            _("Choice made"), _("{line}, by {by}", line=change.line, by=change.by), change.at
        )
    for one in change.noted:
        yield Item(_("{title}, by {by}", title=change.title, by=change.by), one, change.at)


def _state_of(choice: Choice, asked: Agreed) -> str:
    if choice in REFUSALS:
        return REFUSED
    return ON if choice in asked else UNUSED


HELD = (
    Holding(
        category=_("Your marketing choices"),
        slug="marketing",
        place=4,
        part=HeldFor.CHOICES,
        spans=spans_of(
            (ChoiceChange.customer_id, ChoiceChange.changed_at),
            (MarketingChoices.customer_id, MarketingChoices.saved_at),
        ),
        change_at="/preferences",
        change_label=_("Change your marketing choices"),
        purpose=_("To write to you only about what you said yes to"),
        source=_("You"),
        recipients=_("Our own systems that send marketing"),
        basis=LawfulBasis.CONSENT,
        rules=(
            Rule(
                "choices",
                _("Your choices and when you made them"),
                _("we delete your account"),
                CONTRACT,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"marketing_choices", "choice_change"}),
        list_items=list_items,
        count=count_of(*OWNERS),
        erase=erasure_of(*OWNERS),
    ),
)
