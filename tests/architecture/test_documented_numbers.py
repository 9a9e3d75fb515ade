"""The numbers in docs/security.md are the program's own."""

import re
from datetime import timedelta

import pytest

from portal.desk.assisted_recovery import rules as assisted_recovery
from portal.desk.cases.rules import LONGEST_MESSAGE
from portal.governance.legal_holds.rules import LONGEST_HOLD, SHORTEST_REASON
from portal.identity.account_recovery import rules as recovery
from portal.identity.accounts import rules as account
from portal.identity.credentials import rules as credentials
from portal.identity.mfa import rules as factors
from portal.identity.realms.rules import REALMS
from portal.identity.sessions import rules as sessions
from portal.identity.staff_accounts.rules import INVITED_WITHIN
from portal.operations.app import LARGEST_BODY
from portal.platform.core.addresses import LONGEST_EMAIL
from portal.platform.core.visit import CUSTOMER, STAFF
from portal.platform.encryption.hashing import Hasher
from portal.platform.settings import ROOT, Settings
from portal.platform.web.access import MOST_FIELDS
from portal.platform.web.limiting import LIMITS, Pace

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def within(limit: timedelta) -> str:
    if limit == HOUR:
        return "an hour"
    return f"{limit // MINUTE} minutes"


SETTINGS = Settings()
NUMBERS = {
    "Every way in": (
        f"link ({recovery.RESET_WITHIN // MINUTE} minutes) and answer",
        f"the desk's link ({assisted_recovery.LET_BACK_IN_WITHIN // HOUR} hour)",
        f"link ({INVITED_WITHIN // MINUTE} minutes, once)",
        f"{credentials.TRIES}, then {credentials.FIRST_PAUSE // MINUTE} minutes, 30, 60",
        f"60, {credentials.LONGEST_PAUSE // HOUR} hours",
        *(
            f"| {limit.most} in {within(limit.within)} |"
            for limit in (LIMITS[pace] for pace in Pace)
        ),
        f"| passkeys a person | {factors.MOST_PASSKEYS} |",
        f"| {LARGEST_BODY // 1024} KiB, {MOST_FIELDS} fields |",
    ),
    "Passwords": (
        f"{credentials.SHORTEST_PASSWORD} to {credentials.LONGEST_PASSWORD:,} characters",
        f"at least {credentials.SHORTEST_WITH_FACTOR} for",
        *(f'"{word}"' for word in credentials.OUR_WORDS),
    ),
    "Sessions": (
        f"| {SETTINGS.session_idle_seconds // 60} minutes, and nothing less",
        f"| {REALMS[CUSTOMER].longest_session // HOUR} hours |",
        f"| {REALMS[STAFF].longest_session // HOUR} hours |",
        f"| {sessions.HALF_OPEN_FOR // MINUTE} minutes |",
    ),
    "What is typed": (
        f"| names | 1 to {account.LONGEST_NAME} characters",
        f"| up to {LONGEST_EMAIL}, a form",
        f"| address, town | up to {account.LONGEST_LINE} |",
        f"| message | 1 to {LONGEST_MESSAGE:,} |",
        f"a reason of {SHORTEST_REASON} characters",
        {6: "within six years"}[LONGEST_HOLD.days // 365],
    ),
}


def section(heading: str) -> str:
    """What stands below a heading of the document, in one line."""
    text = (ROOT / "docs/security.md").read_text("utf-8")
    found = re.search(rf"\n## {heading}\n(.*?)(?=\n## |\Z)", text, re.DOTALL)
    assert found, heading
    return " ".join(found[1].split())


@pytest.mark.parametrize("heading", NUMBERS)
def test_the_document_says_the_limits_that_the_program_keeps(heading: str) -> None:
    said = section(heading)
    assert [number for number in NUMBERS[heading] if number not in said] == []


def test_the_inventory_says_how_passwords_are_hashed() -> None:
    text = (ROOT / "docs/threats.md").read_text("utf-8")
    mebibytes = SETTINGS.argon2_memory_kib // 1024
    assert f"Argon2id, {mebibytes} MiB, {SETTINGS.argon2_time} passes, one lane" in text
    kept = Hasher(64, 1).hash("a secret")
    assert kept.startswith("$argon2id$v=19$m=64,t=1,p=1$")


def test_no_default_is_weaker_than_what_is_advised() -> None:
    assert SETTINGS.argon2_memory_kib >= 19_456, "OWASP's floor"
    assert SETTINGS.argon2_time >= 2
