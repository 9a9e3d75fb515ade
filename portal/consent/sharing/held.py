"""Personal data of the sharing room."""

from collections.abc import Iterable

from portal.consent.sharing import queries
from portal.consent.sharing.models import HandoverRow
from portal.consent.sharing.rules import Recipient
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.holdings import (
    ALL,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.recipients import RecipientKind
from portal.platform.core.rows import count_of, erasure_of, spans_of
from portal.platform.core.texts import _
from portal.platform.core.work import Work

RECIPIENTS = _("To tell you who has your details: UK GDPR, articles 15(1)(c) and 19")


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List the recipients of details: when, what, and under which agreement."""
    received = [
        Item(_("Address that companies received"), one)
        for one in queries.list_addresses(work, customer_id)
    ]
    return received + [
        Item(
            _("Shared with {title}", title=one.title),
            _(
                "{day}, agreement {agreement}: {what}",
                day=spell_day(london_day(handover.at)),
                agreement=handover.agreement,
                what=handover.what,
            ),
        )
        for one in queries.list_recipients(work, customer_id, ALL)
        for handover in one.handovers
    ]


def list_loose_ends(work: Work, customer_id: CustomerId) -> Iterable[str]:
    """Return which companies keep details when somebody leaves, and how to make them stop."""
    return [_spell_received(one) for one in queries.list_recipients(work, customer_id, ALL)]


def _spell_received(one: Recipient) -> str:
    day = spell_day(london_day(one.handovers[0].at))
    if not one.stop:
        return _("{title} received your details on {day}.", title=one.title, day=day)
    return _(
        "{title} received your details on {day}. To make them stop using what they have: {stop}.",
        title=one.title,
        day=day,
        stop=one.stop,
    )


HELD = (
    Holding(
        category=_("Who has received your details"),
        slug="received",
        part=HeldFor.OPENNESS,
        spans=spans_of((HandoverRow.customer_id, HandoverRow.shared_at)),
        change_at="/preferences/sharing",
        change_label=_("See how to make a company stop"),
        purpose=_("To show you which company received what, and to tell it to stop"),
        source=_("Us, each time we share something that you agreed to"),
        recipients=_("The company itself. If you stop sharing, we tell it"),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        gets=(RecipientKind.COMPANIES,),
        rules=(
            Rule(
                "sharing",
                _("Each company, the date, your address at the time, and the agreement"),
                _("we delete your account"),
                RECIPIENTS,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"handover"}),
        list_items=list_items,
        count=count_of(HandoverRow.customer_id),
        erase=erasure_of(HandoverRow.customer_id),
        loose_ends=list_loose_ends,
    ),
)
