"""The differences between customers' sign-in and that of staff, said once more: nothing else."""

import ast
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from portal.identity.credentials.rules import Guarded
from portal.identity.mfa.rules import Factors, Way
from portal.identity.realms.rules import COLLEAGUES, CUSTOMERS, REALMS, Realm
from portal.identity.sessions.rules import LONGEST_SESSION
from portal.identity.sign_in.service import ACCOUNTS
from portal.platform.core.visit import CUSTOMER, STAFF
from portal.platform.settings import ROOT
from tests.world import NOON

DIFFERENCES: dict[str, tuple[Any, Any]] = {
    "kind": ("customer", "staff"),
    "path": ("", "/staff"),
    "blueprint": ("sign_in", "staff_sign_in"),
    "security_blueprint": ("account_security", "staff_security"),
    "home": ("dashboard.show", "queue_desk.home"),
    "cookie": ("session", "desk"),
    "same_site": ("Lax", "Strict"),
    "longest_session": (timedelta(hours=12), timedelta(hours=8)),
    "second_steps": (
        (Way.QUESTION, Way.AUTHENTICATOR, Way.PASSKEY, Way.MAILED_CODE, Way.RECOVERY_CODE),
        (Way.AUTHENTICATOR, Way.PASSKEY, Way.RECOVERY_CODE),
    ),
    "shortest_with_factor": (8, 15),
    "issuer": ("{brand}", "{brand} Privacy desk"),
    "password_tries": (Guarded.CUSTOMER_PASSWORD, Guarded.STAFF_PASSWORD),
    "code_tries": (Guarded.CUSTOMER_CODE, Guarded.STAFF_CODE),
    "proof_tries": (Guarded.CUSTOMER_PROOF, Guarded.STAFF_PROOF),
    "answer_tries": (Guarded.CUSTOMER_ANSWER, None),
    "mailings": (
        (Guarded.CUSTOMER_MAILING, Guarded.CUSTOMER_LINK, Guarded.CUSTOMER_CHOICES),
        (),
    ),
    "remembers_browsers": (True, False),
    "can_return": (True, False),
    "has_roles": (False, True),
    "must_enrol": (False, True),
}
"""Customers first, then staff."""
STEPS = ("portal/identity/sign_in/service.py", "portal/identity/sign_in/routes.py")
STRONG = Factors(NOON, (), 10)


def list_differences(one: Realm, other: Realm) -> dict[str, tuple[Any, Any]]:
    pairs = {
        each.name: (getattr(one, each.name), getattr(other, each.name)) for each in fields(one)
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def find_asked_kinds(text: str) -> list[int]:
    """The lines on which a step compares whose it is, in place of asking the realm."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Compare)
        for part in (node.left, *node.comparators)
        if ast.unparse(part).rpartition(".")[2] in {"CUSTOMER", "STAFF", "CUSTOMERS", "COLLEAGUES"}
    ]


def test_the_two_realms_differ_in_what_the_table_says_and_in_nothing_else() -> None:
    assert list_differences(CUSTOMERS, COLLEAGUES) == DIFFERENCES


@pytest.mark.parametrize(
    "changed",
    [
        replace(COLLEAGUES, same_site="Lax"),
        replace(COLLEAGUES, second_steps=CUSTOMERS.second_steps),
        replace(COLLEAGUES, longest_session=timedelta(hours=24)),
        replace(COLLEAGUES, answer_tries=Guarded.CUSTOMER_ANSWER),
    ],
)
def test_another_difference_is_noticed(changed: Realm) -> None:
    assert list_differences(CUSTOMERS, changed) != DIFFERENCES


def test_every_kind_of_person_has_a_realm_and_accounts() -> None:
    assert set(REALMS) == set(ACCOUNTS) == {CUSTOMER, STAFF}
    assert all(realm.kind == kind for kind, realm in REALMS.items())


def test_no_session_outlasts_what_the_purge_waits_for() -> None:
    assert max(realm.longest_session for realm in REALMS.values()) == LONGEST_SESSION


def test_no_try_at_a_colleagues_secret_counts_for_a_customer() -> None:
    assert not set(CUSTOMERS.guarded) & set(COLLEAGUES.guarded)


def test_a_customer_with_nothing_set_up_is_asked_the_question_and_a_colleague_nothing() -> None:
    assert CUSTOMERS.list_open(Factors()) == (Way.QUESTION, Way.MAILED_CODE)
    assert COLLEAGUES.list_open(Factors()) == ()


@pytest.mark.parametrize("realm", REALMS.values())
def test_whoever_has_an_app_is_asked_for_it_first_in_either_realm(realm: Realm) -> None:
    assert realm.list_open(STRONG) == (Way.AUTHENTICATOR, Way.RECOVERY_CODE)


@pytest.mark.parametrize("path", STEPS)
def test_a_step_asks_the_realm_and_never_the_kind(path: str) -> None:
    assert find_asked_kinds((ROOT / path).read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line", ["if visit.kind == STAFF: ...", "x = 1 if realm is realms.CUSTOMERS else 2"]
)
def test_a_step_that_asks_the_kind_is_found(line: str) -> None:
    assert find_asked_kinds(f"pass\n{line}\n") == [2]
