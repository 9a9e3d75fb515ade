"""Personal data of the cancellation room: only that they are on the way out."""

from portal.erasure.cancellation import queries
from portal.erasure.cancellation.rules import ALWAYS_STAYS
from portal.platform.core.holdings import (
    NO_LONGER_THAN_NEEDED,
    OBJECTION,
    Fate,
    HeldFor,
    Holding,
    LawfulBasis,
    Processing,
    Rule,
    Stay,
    no_items,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.core.work import Work


def count(work: Work, customer_id: CustomerId) -> int:
    """Count nothing: there is no row before they leave, and nobody to tell afterwards."""
    del work, customer_id
    return 0


def count_refused(work: Work, customer_id: CustomerId) -> int:
    """Count the addresses and numbers that are not to be used for marketing ever again.

    Those that leaving adds to the ledger, and those that it has already.
    """
    contacts = (
        *queries.list_suppressed(work, customer_id),
        *queries.list_noted(work, customer_id),
    )
    return len({(kind.rpartition(":")[2], value_hash) for kind, value_hash in contacts})


def erase(work: Work, customer_id: CustomerId) -> int:
    """Delete nothing here: the row is struck off as the last act of the cancellation."""
    del work, customer_id
    return 0


HELD = (
    Holding(
        category=_("Your request to cancel"),
        part=HeldFor.LAW,
        purpose=_("To finish what you asked for"),
        source=_("You"),
        recipients=_("Nobody"),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        rules=(
            Rule(
                "leaving",
                _("A record that you asked us to delete your account"),
                _("it is done"),
                NO_LONGER_THAN_NEEDED,
            ),
        ),
        fate=Fate.PASSING,
        tables=frozenset({"cancellation_underway"}),
        list_items=no_items,
        count=count,
        erase=erase,
    ),
    Holding(
        category=_("A record that you said no to marketing, after we delete your account"),
        part=HeldFor.CHOICES,
        purpose=_("So we never market to you again"),
        source=_("You"),
        recipients=_("Nobody"),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        rules=(
            Rule(
                "suppression",
                _("A scrambled code of addresses and numbers"),
                _("we stop sending marketing"),
                OBJECTION,
            ),
        ),
        fate=Fate.KEPT,
        tables=frozenset({"suppression"}),
        list_items=no_items,
        count=count_refused,
        erase=erase,
        stays=(
            Stay(
                what=_(
                    "A scrambled code of the addresses and numbers where you said no to marketing"
                ),
                why=_("So we never market to you again"),
                until=_("for as long as we send marketing"),
            ),
        ),
    ),
)
PROCESSED = (
    Processing(
        category=_("A record that an account was deleted"),
        part=HeldFor.LAW,
        purpose=ALWAYS_STAYS.why,
        source=_("Us, as we delete it"),
        recipients=_("Nobody"),
        rules=(
            Rule(
                "erasures",
                ALWAYS_STAYS.what,
                _("this service is closed down"),
                NO_LONGER_THAN_NEEDED,
            ),
        ),
        tables=frozenset({"erasure"}),
        basis=LawfulBasis.LEGAL_OBLIGATION,
    ),
)
