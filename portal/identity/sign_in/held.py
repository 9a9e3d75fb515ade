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
from portal.identity.form_drafts.queries import list_drafts
from portal.identity.form_drafts.rules import DRAFTS_KEPT
from portal.identity.mfa import service as factors
from portal.identity.mfa.queries import get_factors
from portal.identity.one_time_tokens import service as links
from portal.identity.sessions import service as sessions
from portal.identity.sessions.queries import list_remembered, list_sign_ins
from portal.identity.sessions.rules import REMEMBERED_FOR, SIGN_INS_KEPT
from portal.platform.core.clock import spell_moment
from portal.platform.core.holdings import (
    ALL,
    CONTRACT,
    SECURITY,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
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
)
