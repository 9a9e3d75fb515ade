"""Personal data of people whom other operators list with us, and of numbers that are left out.

No page of a customer shows either: who types a number has not shown that it is theirs. Whoever
proves it sees the entry, with or without an account (`desk/listing_requests`).
"""

from portal.consent.listed_people.models import LOCK, ListedRow, delete_entries, is_past
from portal.consent.listed_people.rules import KEPT, RULE
from portal.platform.core.database import wait_in_line
from portal.platform.core.holdings import (
    NO_LONGER_THAN_NEEDED,
    OBJECTION,
    Fate,
    HeldFor,
    Holding,
    LawfulBasis,
    People,
    Rule,
    no_items,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.recipients import RecipientKind
from portal.platform.core.rows import count_where, take_where
from portal.platform.core.texts import _
from portal.platform.core.work import Work


def count_old(work: Work) -> int:
    """Count the entries that no list has had for too long."""
    return count_where(work, ListedRow.id, is_past(work.now))


def forget_old(work: Work, most: int) -> int:
    """Delete entries that no list has had for too long, with their keys; return how many."""
    wait_in_line(work.session, LOCK)
    return delete_entries(work, take_where(work, ListedRow.id, is_past(work.now), most))


def count_nobody(work: Work, customer_id: CustomerId) -> int:
    """Count nothing: an entry is of whoever proves the number, not of whoever types it."""
    del work, customer_id
    return 0


HELD = (
    Holding(
        category=_("Directory entries that other phone companies gave us"),
        part=HeldFor.CHOICES,
        purpose=_("So that our directories can list people from every phone company"),
        source=_("The phone company of whoever has the number"),
        recipients=_("Whoever makes the directories"),
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        interest=_("To have directories where you can find people from every phone company"),
        gets=(RecipientKind.DIRECTORIES,),
        people=(People.LISTED,),
        rules=(
            Rule(
                RULE,
                _("Name, address, number, and which directories it is in"),
                _("it was last on their phone company’s list, or at once if they take it out"),
                NO_LONGER_THAN_NEEDED,
                KEPT,
                count_old,
                forget_old,
            ),
        ),
        fate=Fate.KEPT,
        tables=frozenset({"listed_person"}),
        list_items=no_items,
        count=count_nobody,
        erase=count_nobody,
    ),
    Holding(
        category=_("Numbers that are kept out of our directories"),
        part=HeldFor.CHOICES,
        purpose=_("So that the next list from a phone company doesn’t bring the number back"),
        source=_("Whoever has the number"),
        recipients=_("Nobody"),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        people=(People.LISTED,),
        rules=(
            Rule(
                "left-out-numbers",
                _("A scrambled code of the number"),
                _("whoever has the number lets it back in, or we stop making directories"),
                OBJECTION,
            ),
        ),
        fate=Fate.KEPT,
        tables=frozenset({"suppression"}),
        list_items=no_items,
        count=count_nobody,
        erase=count_nobody,
    ),
)
