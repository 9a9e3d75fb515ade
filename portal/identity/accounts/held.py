"""Personal data of the account room: the profile and the registrations."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete

from portal.identity.accounts import queries
from portal.identity.accounts.models import CustomerRow, RegistrationRow, UnconfirmedRow
from portal.identity.accounts.rules import CONFIRM_WITHIN, LABELS, spell_detail
from portal.identity.credentials.service import forget_name
from portal.identity.form_drafts import service as drafts
from portal.identity.form_drafts.rules import VISITORS_DRAFTS_KEPT
from portal.identity.one_time_tokens import service as links
from portal.messaging.email import outbox
from portal.platform.core.database import deleted
from portal.platform.core.holdings import (
    CONTRACT,
    NO_LONGER_THAN_NEEDED,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
    Traces,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.recipients import RecipientKind
from portal.platform.core.rows import (
    count_of,
    count_where,
    erasure_of,
    named_by,
    spans_of,
    take_where,
)
from portal.platform.core.texts import _
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import doom_keys

COMPANIES = _("Companies you say yes to sharing with, and anyone we have to give it to")
CARRIER_AND_COMPANIES = _(
    "The company that carries our emails. Others only get what you said yes to, or what we have"
    " to give them"
)


def list_details(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List the fields of the profile that are not empty."""
    details = queries.get_customer(work, customer_id).details
    told = {**details.words(), "country": details.told_country}
    return [Item(LABELS[name], spell_detail(name, value)) for name, value in told.items() if value]


def erase_details(work: Work, customer_id: CustomerId) -> int:
    """Delete the customer."""
    return deleted(work.session, delete(CustomerRow).where(CustomerRow.id == customer_id))


def erase_waiting(work: Work, traces: Traces) -> int:
    """Delete unconfirmed registrations and drafts, with their keys, and counts of tries."""
    named = named_by(traces, UnconfirmedRow.email_hash, UnconfirmedRow.created_at)
    gone = work.session.scalars(delete(UnconfirmedRow).where(named).returning(UnconfirmedRow.id))
    erased = gone.all()
    doom_keys(work, erased)
    outbox.forget_unsent(work, erased)
    for one in erased:
        links.forget_owner(work, one)
    drafts.forget_drafts_naming(work, traces)
    for trace in traces:
        forget_name(work, trace.value_hash)
    return len(erased)


def list_registrations(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List the registered services."""
    found = queries.list_registrations(work, customer_id)
    return [Item(_("Service"), one.name, one.registered_at) for one in found]


def count_lapsed(work: Work) -> int:
    """Count the registrations that were never confirmed."""
    return count_where(work, UnconfirmedRow.id, _lapsed(work))


def forget_lapsed(work: Work, most: int) -> int:
    """Delete registrations that were never confirmed, and their keys; return how many."""
    taken = take_where(work, UnconfirmedRow.id, _lapsed(work), most)
    if taken:
        work.session.execute(delete(UnconfirmedRow).where(UnconfirmedRow.id.in_(taken)))
        doom_keys(work, taken)
        outbox.forget_unsent(work, taken)
    return len(taken)


def _lapsed(work: Work) -> ColumnElement[bool]:
    return UnconfirmedRow.created_at < work.now - CONFIRM_WITHIN


HELD = (
    Holding(
        category=_("Your registrations"),
        slug="registrations",
        place=2,
        part=HeldFor.ACCOUNT,
        spans=spans_of((RegistrationRow.customer_id, RegistrationRow.registered_at)),
        change_at="/registrations",
        change_label=_("Add or cancel a registration"),
        purpose=_("To know which services you use"),
        source=_("You"),
        recipients=COMPANIES,
        basis=LawfulBasis.CONTRACT,
        gets=(RecipientKind.COMPANIES,),
        rules=(
            Rule(
                "registrations",
                _("Each registration"),
                _("you cancel it, or we delete your account"),
                CONTRACT,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"registration"}),
        list_items=list_registrations,
        count=count_of(RegistrationRow.customer_id),
        erase=erasure_of(RegistrationRow.customer_id),
    ),
    Holding(
        category=_("Your profile and contact details"),
        slug="profile",
        place=1,
        part=HeldFor.ACCOUNT,
        spans=spans_of((CustomerRow.id, CustomerRow.registered_at)),
        change_at="/profile/edit",
        purpose=_("To know who you are and to reach you about your services"),
        source=_("You, except who your account manager is: that comes from us"),
        recipients=CARRIER_AND_COMPANIES,
        basis=LawfulBasis.CONTRACT,
        gets=(RecipientKind.EMAIL_CARRIER, RecipientKind.COMPANIES),
        rules=(
            Rule(
                "profile", _("Name, addresses and numbers"), _("we delete your account"), CONTRACT
            ),
            Rule(
                "begun",
                _("A registration you began"),
                _("you last worked on it"),
                NO_LONGER_THAN_NEEDED,
                VISITORS_DRAFTS_KEPT,
                drafts.count_old_of_visitors,
                drafts.forget_old_of_visitors,
            ),
            Rule(
                "unconfirmed",
                _("A registration you never confirmed"),
                _("you sent the form"),
                NO_LONGER_THAN_NEEDED,
                CONFIRM_WITHIN,
                count_lapsed,
                forget_lapsed,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"customer", "unconfirmed_registration"}),
        list_items=list_details,
        count=count_of(CustomerRow.id),
        erase=erase_details,
        erase_named=erase_waiting,
    ),
)
