"""Personal data of telling other systems: what they find somebody by, while they are told."""

from sqlalchemy import ColumnElement, or_

from portal.erasure.connector_erasures.models import ConnectorErasure
from portal.erasure.connector_erasures.rules import KEPT, list_untold
from portal.platform.core.holdings import (
    NO_LONGER_THAN_NEEDED,
    Fate,
    HeldFor,
    Holding,
    LawfulBasis,
    Rule,
    Stay,
    no_items,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.other_systems import OtherSystems
from portal.platform.core.rows import count_where, delete_where
from portal.platform.core.texts import _
from portal.platform.core.work import Work

STAYS = (
    Stay(
        what=_("A scrambled code of your email address, locked with a key of its own"),
        why=_("So that our other systems delete what they hold about you too"),
        until=_("until our other systems confirm it, or we’ve tried for 30 days"),
    ),
)
"""What stays of somebody whose erasure other systems are told of."""


def list_stays(systems: OtherSystems) -> tuple[Stay, ...]:
    """Return what stays because other systems are told, and in those that cannot be told."""
    told = any(system.connector for system in systems)
    return (*(STAYS if told else ()), *list_untold(systems))


def count_none(work: Work, customer_id: CustomerId) -> int:
    """Count nothing: there is no row before somebody leaves, and nothing leads back afterwards."""
    del work, customer_id
    return 0


def count_ended(work: Work) -> int:
    """Count what was confirmed or given up long ago."""
    return count_where(work, ConnectorErasure.id, _ended(work))


def forget_ended(work: Work, most: int) -> int:
    """Delete what was confirmed or given up long ago; return how many."""
    return delete_where(work, ConnectorErasure.id, _ended(work), most)


def _ended(work: Work) -> ColumnElement[bool]:
    past = work.now - KEPT
    return or_(ConnectorErasure.confirmed_at < past, ConnectorErasure.given_up_at < past)


HELD = (
    Holding(
        category=_("What our other systems are told when your account is deleted"),
        part=HeldFor.LAW,
        purpose=_("So that they delete what they hold about you too"),
        source=_("You"),
        recipients=_("Our other systems"),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        rules=(
            Rule(
                "connector-erasures",
                _("A record of what each system answered, which doesn’t identify you"),
                _("it confirmed, or we gave up"),
                NO_LONGER_THAN_NEEDED,
                KEPT,
                count_ended,
                forget_ended,
            ),
        ),
        fate=Fate.KEPT,
        tables=frozenset({"connector_erasure"}),
        list_items=no_items,
        count=count_none,
        erase=count_none,
        stays=STAYS,
    ),
)
