"""Personal data of signing in: what rooms without pages keep of a person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from portal.identity.credentials import service as credentials
from portal.identity.credentials.queries import find_secrets
from portal.identity.credentials.service import (
    TRIES_KEPT,
    count_old_tries,
    forget_old_tries,
)
from portal.identity.form_drafts import service as drafts
from portal.identity.form_drafts.models import is_past as is_past_draft
from portal.identity.form_drafts.queries import list_drafts
from portal.identity.form_drafts.rules import DRAFTS_KEPT
from portal.identity.mfa import service as factors
from portal.identity.mfa.queries import get_factors
from portal.identity.one_time_tokens import service as links
from portal.identity.one_time_tokens.models import KEPT_AFTER as LINKS_KEPT
from portal.identity.one_time_tokens.models import is_past as is_past_link
from portal.identity.sessions import service as sessions
from portal.identity.sessions.models import is_past_browser, is_past_session, is_past_sign_in
from portal.identity.sessions.queries import list_remembered, list_sign_ins
from portal.identity.sessions.rules import KEPT_AFTER, REMEMBERED_FOR, SIGN_INS_KEPT
from portal.platform.core.clock import spell_moment
from portal.platform.core.holdings import (
    ALL,
    CONTRACT,
    NO_LONGER_THAN_NEEDED,
    SECURITY,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
    no_items,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.core.work import Work

OWNED = (credentials, factors, sessions, links, drafts)
"""Rooms without pages that keep rows of a person."""


def list_secrets(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List the question, and that there are a password and an answer."""
    secrets = find_secrets(work, customer_id)
    if secrets is None:
        return []
    hidden = _("Kept as a scrambled code that nobody can read back")
    return [
        Item(_("Password"), hidden, secrets.password_set_at),
        Item(_("Security question"), secrets.question, is_private=True),
        Item(_("Answer"), hidden),
        *_list_factors(work, customer_id),
        *(
            Item(
                _("A browser that remembers you"),
                one.device.name,
                one.created_at,
                "browsers",
                one.created_at,
            )
            for one in list_remembered(work, customer_id)
        ),
        *(
            Item(
                _("You signed in"),
                f"{spell_moment(one.happened_at)}, {one.device.name}",
                rule="sign-ins",
                since=one.happened_at,
            )
            for one in list_sign_ins(work, customer_id, ALL)
        ),
        *(
            Item(
                _("Typed and not sent yet"),
                f"{path}: {words}",
                kept_at,
                "drafts",
                kept_at,
                is_private=True,
            )
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


def list_sign_in_spans(customer_id: CustomerId, now: datetime) -> list[Select[Any, Any, Any]]:
    """Return what finds from when secrets, second steps, sessions, links and forms are."""
    return [span for room in OWNED for span in room.list_spans(customer_id, now)]


HELD = (
    Holding(
        category=_("Your sign-in and security question"),
        slug="sign-in",
        place=3,
        part=HeldFor.ACCOUNT,
        spans=list_sign_in_spans,
        change_at="/security",
        change_label=_("Change how you sign in"),
        purpose=_("So that only you can open your account"),
        source=_("You"),
        recipients=_("Nobody"),
        basis=LawfulBasis.CONTRACT,
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
                _("Where you’re signed in"),
                _("you were signed out"),
                SECURITY,
                KEPT_AFTER,
                sessions.count_ended,
                sessions.forget_ended,
                is_past_session,
            ),
            Rule(
                "sign-ins",
                _("When, where and with which device you signed in"),
                _("you signed in"),
                SECURITY,
                SIGN_INS_KEPT,
                sessions.count_old_sign_ins,
                sessions.forget_old_sign_ins,
                is_past_sign_in,
            ),
            Rule(
                "browsers",
                _("A browser that remembers you"),
                _("you last signed in with it"),
                CONTRACT,
                REMEMBERED_FOR,
                sessions.count_old_browsers,
                sessions.forget_old_browsers,
                is_past_browser,
            ),
            Rule(
                "links",
                _("Links and codes we sent you"),
                _("they expired"),
                SECURITY,
                LINKS_KEPT,
                links.count_ended,
                links.forget_ended,
                is_past_link,
            ),
            Rule(
                "drafts",
                _("A form you had begun when you were signed out"),
                _("you were signed out"),
                CONTRACT,
                DRAFTS_KEPT,
                drafts.count_old,
                drafts.forget_old,
                is_past_draft,
            ),
            Rule(
                "tries",
                _("How many sign-in attempts there were"),
                _("the last attempt"),
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
        category=_("What our staff had begun to type about you"),
        purpose=_("So that our staff don’t have to type it again if they’re signed out"),
        source=_("Our staff"),
        recipients=_("Nobody"),
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        interest=_("To answer you and follow the law without having to start again"),
        rules=(
            Rule(
                "drafts-about",
                _("A form about you that one of our staff had begun"),
                _("they were signed out"),
                NO_LONGER_THAN_NEEDED,
                DRAFTS_KEPT,
                drafts.count_old_about,
                drafts.forget_old_about,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"draft"}),
        list_items=no_items,
        count=drafts.count_about,
        erase=drafts.forget_about,
        told_first=False,
    ),
)
