"""Personal data of the directories room."""

from collections.abc import Iterable

from portal.consent.directories import queries
from portal.consent.directories.models import DirectoryChange, DirectoryEntries, EnrolmentRow
from portal.consent.directories.rules import LISTINGS, Listing, numbers_of
from portal.identity.accounts.queries import get_customer
from portal.platform.core.clock import spell_day
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
from portal.platform.core.recipients import RecipientKind
from portal.platform.core.rows import count_of, erasure_of, spans_of
from portal.platform.core.texts import _, join
from portal.platform.core.work import Work

ENTRIES = (DirectoryChange.customer_id, DirectoryEntries.customer_id)


def list_entries(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List where each number may be listed now, and the history of those choices."""
    entries = queries.get_entries(work, customer_id)
    for number in numbers_of(get_customer(work, customer_id).details):
        on = entries.on(number.spelled)
        where = join(LISTINGS[one] for one in Listing if one in on)
        if number.spelled in entries.by_number:
            yield Item(number.shown, where or _("Ex-directory"))
    for change in queries.list_changes(work, customer_id, ALL):
        yield Item(
            _("Choice made"), _("{title}, by {by}", title=change.title, by=change.by), change.at
        )


def list_enrolments(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List the preference services a customer registered with, and when."""
    for one in queries.list_enrolments(work, customer_id):
        yield Item(one.about.title, _("You registered on {day}", day=spell_day(one.registered_on)))


list_spans = spans_of(
    (DirectoryChange.customer_id, DirectoryChange.changed_at), (DirectoryEntries.customer_id, None)
)
"""Return what finds from when somebody's directory entries and choices are."""
list_enrolment_spans = spans_of((EnrolmentRow.customer_id, None))
"""Return what finds how many registrations with preference services there are."""

HELD = (
    Holding(
        category=_("Your directory entries"),
        slug="directories",
        change_label=_("Change your directory choices"),
        part=HeldFor.CHOICES,
        spans=list_spans,
        change_at="/preferences/directories",
        purpose=_("To list your numbers only where you said yes"),
        source=_("You"),
        recipients=_("Whoever makes the directories that you chose"),
        basis=LawfulBasis.CONSENT,
        gets=(RecipientKind.DIRECTORIES,),
        rules=(
            Rule(
                "directories",
                _("Your choices and when you made them"),
                _("we delete your account"),
                CONTRACT,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"directory_entries", "directory_change"}),
        list_items=list_entries,
        count=count_of(*ENTRIES),
        erase=erasure_of(*ENTRIES),
    ),
    Holding(
        category=_("Preference services you registered with"),
        slug="preference-services",
        part=HeldFor.CHOICES,
        spans=list_enrolment_spans,
        change_at="/preferences/tps",
        change_label=_("Change what you told us"),
        purpose=_("To tell you when they should start to work, and when to register again"),
        source=_("You"),
        recipients=_("Nobody"),
        basis=LawfulBasis.CONTRACT,
        rules=(
            Rule(
                "enrolments",
                _(
                    "The day you registered, and scrambled codes of the numbers or address you"
                    " registered"
                ),
                _("you tell us you’re not registered, or we delete your account"),
                CONTRACT,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"preference_enrolment"}),
        list_items=list_enrolments,
        count=count_of(EnrolmentRow.customer_id),
        erase=erasure_of(EnrolmentRow.customer_id),
    ),
)
