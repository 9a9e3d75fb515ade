"""Personal data of the account room.

The emails to a person and the secrets they sign in with live in rooms without pages, so
they are declared here, with the account they belong to.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, delete

from portal.identity.accounts import queries
from portal.identity.accounts.models import CustomerRow, RegistrationRow, UnconfirmedRow
from portal.identity.accounts.rules import CONFIRM_WITHIN, LABELS, spell_detail
from portal.identity.credentials import service as credentials
from portal.identity.credentials.queries import find_secrets
from portal.identity.credentials.service import (
    TRIES_KEPT,
    count_old_tries,
    forget_name,
    forget_old_tries,
)
from portal.identity.form_drafts import service as drafts
from portal.identity.form_drafts.queries import list_drafts
from portal.identity.form_drafts.rules import DRAFTS_KEPT, VISITORS_DRAFTS_KEPT
from portal.identity.mfa import service as factors
from portal.identity.mfa.queries import get_factors
from portal.identity.one_time_tokens import service as links
from portal.identity.sessions import service as sessions
from portal.identity.sessions.queries import list_remembered, list_sign_ins
from portal.identity.sessions.rules import REMEMBERED_FOR, SIGN_INS_KEPT
from portal.messaging.email import outbox
from portal.platform.core.clock import spell_moment
from portal.platform.core.database import deleted
from portal.platform.core.holdings import (
    ALL,
    COMPANIES,
    CONTRACT,
    NO_LONGER_THAN_NEEDED,
    SECURITY,
    Fate,
    HeldFor,
    Holding,
    Item,
    Rule,
    Traces,
)
from portal.platform.core.ids import CustomerId
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

OWNED = (credentials, factors, sessions, links, drafts)
"""Rooms without pages that keep rows of a person."""


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


def list_secrets(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List the question, and that there are a password and an answer."""
    secrets = find_secrets(work, customer_id)
    if secrets is None:
        return []
    hidden = _("Kept as a scrambled code that nobody can read back")
    return [
        Item(_("Password"), hidden, secrets.password_set_at),
        Item(_("Security question"), secrets.question),
        Item(_("Answer"), hidden),
        *_list_factors(work, customer_id),
        *(
            Item(_("A browser that remembers you"), one.device.name, one.created_at)
            for one in list_remembered(work, customer_id)
        ),
        *(
            Item(_("You signed in"), f"{spell_moment(one.happened_at)}, {one.device.name}")
            for one in list_sign_ins(work, customer_id, ALL)
        ),
        *(
            Item(_("Typed and not sent yet"), f"{path}: {words}", kept_at)
            for path, words, kept_at in list_drafts(work, customer_id)
        ),
    ]


def _list_factors(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    factors = get_factors(work, customer_id)
    if factors.authenticator_added_at:
        yield Item(
            _("Authenticator app"),
            _("Added {moment}", moment=spell_moment(factors.authenticator_added_at)),
        )
    for passkey in factors.passkeys:
        yield Item(_("Passkey"), passkey.name, passkey.added_at)
    if factors.recovery_codes_left:
        yield Item(
            _("Recovery codes"),
            _(
                "{number} not used yet",
                number=factors.recovery_codes_left,
            ),
        )


def erase_secrets(work: Work, customer_id: CustomerId) -> int:
    """Delete secrets, second steps, sessions, links and half-filled forms."""
    return sum(room.forget_owner(work, customer_id) for room in OWNED)


def count_sign_in(work: Work, customer_id: CustomerId) -> int:
    """Count secrets, second steps, sessions, links and half-filled forms."""
    return sum(room.count_owned(work, customer_id) for room in OWNED)


def list_sign_in_spans(customer_id: CustomerId) -> list[Select[Any, Any, Any]]:
    """Return what finds from when secrets, second steps, sessions, links and forms are."""
    return [span for room in OWNED for span in room.list_spans(customer_id)]


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
        category=_("Your sign-in and security question"),
        slug="sign-in",
        part=HeldFor.ACCOUNT,
        spans=list_sign_in_spans,
        change_at="/security",
        purpose=_("So that only you can open your account"),
        source=_("You"),
        recipients=_("Nobody"),
        rules=(
            Rule(
                "secrets", _("Password, question and answer"), _("we delete your account"), CONTRACT
            ),
            Rule(
                "factors",
                _("Authenticator, passkeys and recovery codes"),
                _("we delete your account"),
                CONTRACT,
            ),
            Rule(
                "sessions",
                _("Where you are signed in"),
                _("you were signed out"),
                SECURITY,
                sessions.KEPT_AFTER,
                sessions.count_ended,
                sessions.forget_ended,
            ),
            Rule(
                "sign-ins",
                _("When, where and with which device you signed in"),
                _("you signed in"),
                SECURITY,
                SIGN_INS_KEPT,
                sessions.count_old_sign_ins,
                sessions.forget_old_sign_ins,
            ),
            Rule(
                "browsers",
                _("A browser that remembers you"),
                _("you last signed in with it"),
                CONTRACT,
                REMEMBERED_FOR,
                sessions.count_old_browsers,
                sessions.forget_old_browsers,
            ),
            Rule(
                "links",
                _("Links and codes we sent you"),
                _("they expired"),
                SECURITY,
                links.KEPT_AFTER,
                links.count_ended,
                links.forget_ended,
            ),
            Rule(
                "drafts",
                _("A form you had begun when you were signed out"),
                _("you were signed out"),
                CONTRACT,
                DRAFTS_KEPT,
                drafts.count_old,
                drafts.forget_old,
            ),
            Rule(
                "tries",
                _("How often a password was tried"),
                _("the last try"),
                SECURITY,
                TRIES_KEPT,
                count_old_tries,
                forget_old_tries,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset(
            {
                "authenticator",
                "credential",
                "draft",
                "one_use_token",
                "passkey",
                "recovery_code",
                "remembered_browser",
                "sign_in_record",
                "sign_in_session",
                "try_count",
            }
        ),
        list_items=list_secrets,
        count=count_sign_in,
        erase=erase_secrets,
    ),
    Holding(
        category=_("Your registrations"),
        slug="registrations",
        part=HeldFor.ACCOUNT,
        spans=spans_of((RegistrationRow.customer_id, RegistrationRow.registered_at)),
        change_at="/registrations",
        purpose=_("To know which services you use"),
        source=_("You"),
        recipients=COMPANIES,
        rules=(Rule("registrations", _("Each registration"), _("you cancel it"), CONTRACT),),
        fate=Fate.DELETED,
        tables=frozenset({"registration"}),
        list_items=list_registrations,
        count=count_of(RegistrationRow.customer_id),
        erase=erasure_of(RegistrationRow.customer_id),
    ),
    Holding(
        category=_("Your profile and contact details"),
        slug="profile",
        part=HeldFor.ACCOUNT,
        spans=spans_of((CustomerRow.id, CustomerRow.registered_at)),
        change_at="/profile/edit",
        purpose=_("To know who you are and to reach you about your services"),
        source=_("You, except who your account manager is: that comes from us"),
        recipients=COMPANIES,
        rules=(
            Rule(
                "profile", _("Name, addresses and numbers"), _("we delete your account"), CONTRACT
            ),
            Rule(
                "begun",
                _("A registration you began"),
                _("you last went on with it"),
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
