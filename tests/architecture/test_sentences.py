"""What pages and letters say in numbers is what the program does."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from portal.account.rules import CONFIRM_WITHIN
from portal.cancellation.rules import THINKING_TIME
from portal.cases.rules import KEPT_AFTER_CLOSING, LINK_LIFE
from portal.credentials import rules as credentials
from portal.factors import rules as factors
from portal.holds.rules import LONGEST_HOLD
from portal.kernel.breaches import SENT
from portal.kernel.due import Nation, add_months, due_date
from portal.kernel.visit import FRESH_FOR, WARNED_BEFORE
from portal.listings.rules import CALLS_AFTER, MAIL_AFTER_MONTHS
from portal.mail.undelivered import KEPT_AFTER_SENDING, WORDS_KEPT
from portal.mailbox import rules as mailbox
from portal.preferences import rules as preferences
from portal.recovery.rules import LET_BACK_IN_WITHIN, RESET_WITHIN
from portal.sessions.rules import HALF_OPEN_FOR, REMEMBERED_FOR, SIGN_INS_KEPT
from portal.settings import ROOT, Settings
from portal.staff.rules import INVITED_WITHIN
from portal.webhooks import rules as webhooks
from portal.webhooks.staff_routes import LATELY
from tests.architecture.sentences import numbers_in, read_number, said_in, unbound

Bound = dict[str, timedelta | float]
STEP = timedelta(seconds=factors.STEP_SECONDS)
DAY = date(2026, 11, 23)
DUE = due_date(DAY, Nation.ENGLAND_AND_WALES)
MONTHS = next(number for number in range(12) if add_months(DAY, number) == DUE)
LONGEST_HOLD_YEARS = timedelta(days=365 * (LONGEST_HOLD // timedelta(days=366)))
NEW_PASSWORD: Bound = {"15 characters": credentials.SHORTEST_PASSWORD}
ANSWER_BY: Bound = {"one month": MONTHS}

BOUND: dict[str, Bound] = {
    "templates/account/confirm.html": {"24 hours": CONFIRM_WITHIN},
    "templates/account/register.html": {"24 hours": CONFIRM_WITHIN, **NEW_PASSWORD},
    "templates/account/sent.html": {"24 hours": CONFIRM_WITHIN},
    "templates/cancellation/everything.html": {"seven days": THINKING_TIME},
    "templates/cases/contact.html": ANSWER_BY,
    "templates/cases/mine.html": ANSWER_BY,
    "templates/cases/sent.html": ANSWER_BY,
    "templates/cases/show.html": ANSWER_BY,
    "templates/cases_desk/holds.html": {
        "a year": KEPT_AFTER_CLOSING,
        "six years": LONGEST_HOLD_YEARS,
    },
    "templates/colleagues/invite.html": {"ten minutes": INVITED_WITHIN},
    "templates/components/security.html": {
        **NEW_PASSWORD,
        "six digits": factors.CODE_DIGITS,
    },
    "templates/deliveries/show.html": {
        "24 hours": LATELY,
        "90 days": webhooks.KEPT_GIVEN_UP,
        "seven times": len(webhooks.PAUSES),
    },
    "templates/emails_desk/show.html": {
        "7 days": WORDS_KEPT,
        "30 days": KEPT_AFTER_SENDING,
    },
    "templates/entrance/authenticator.html": {
        "30 seconds": STEP,
        "six digits": factors.CODE_DIGITS,
    },
    "templates/entrance/mailed_code.html": {
        "10 minutes": HALF_OPEN_FOR,
        "eight digits": factors.MAILED_DIGITS,
    },
    "templates/entrance/recovery_code.html": {"ten codes": factors.RECOVERY_CODES},
    "templates/joining/begin.html": {"10 minutes": INVITED_WITHIN, **NEW_PASSWORD},
    "templates/joining/second_step.html": {"30 seconds": STEP, "ten minutes": INVITED_WITHIN},
    "templates/layouts/base.html": {"2 minutes": WARNED_BEFORE},
    "templates/mailbox/confirm.html": {"24 hours": mailbox.CONFIRM_WITHIN},
    "templates/mailbox/show.html": {
        "24 hours": mailbox.CONFIRM_WITHIN,
        "7 days": mailbox.UNDO_WITHIN,
    },
    "templates/mailbox/undo.html": {"7 days": mailbox.UNDO_WITHIN},
    "templates/notices/privacy.html": {"seven days": THINKING_TIME, **ANSWER_BY},
    "templates/preferences/asked.html": {"24 hours": preferences.LINK_WITHIN},
    "templates/preferences/by_link.html": {"24 hours": preferences.LINK_WITHIN},
    "templates/profile/account_number.html": {"five minutes": FRESH_FOR},
    "templates/recovery/begin_anew.html": {"one hour": LET_BACK_IN_WITHIN, **NEW_PASSWORD},
    "templates/recovery/reset.html": {
        "10 minutes": RESET_WITHIN,
        "six digits": factors.CODE_DIGITS,
        **NEW_PASSWORD,
    },
    "templates/recovery/sent.html": {"10 minutes": RESET_WITHIN},
    "templates/recovery_desk/let_back_in.html": {"one hour": LET_BACK_IN_WITHIN},
    "templates/security/add_passkey.html": {"ten passkeys": factors.MOST_PASSKEYS},
    "templates/security/authenticator.html": {"30 seconds": STEP},
    "templates/security/show.html": {"90 days": SIGN_INS_KEPT},
    "templates/security/sign_ins.html": {"90 days": SIGN_INS_KEPT},
    "templates/staff_security/add_passkey.html": {"ten passkeys": factors.MOST_PASSKEYS},
    "templates/staff_security/authenticator.html": {"30 seconds": STEP},
    "templates/staff_security/password.html": NEW_PASSWORD,
    "templates/wishes/confirm.html": {"14 days": LINK_LIFE, "seven days": THINKING_TIME},
    "portal/account/letters.py": {"24 hours": CONFIRM_WITHIN},
    "portal/cancellation/rules.py": {"seven days": THINKING_TIME},
    "portal/cases/forms.py": {"six years": LONGEST_HOLD_YEARS},
    "portal/cli/copies.py": {"seven days": THINKING_TIME},
    "portal/cli/emails.py": {"30 days": KEPT_AFTER_SENDING},
    "portal/cli/deliveries.py": {
        "30 days": webhooks.KEPT_DELIVERED,
        "90 days": webhooks.KEPT_GIVEN_UP,
    },
    "portal/cli/staff.py": {"ten minutes": INVITED_WITHIN},
    "portal/colleagues/staff_routes.py": {"ten minutes": INVITED_WITHIN},
    "portal/credentials/rules.py": {
        "1,024 characters": credentials.LONGEST_PASSWORD,
        "15 minutes": credentials.FIRST_PAUSE,
        "two hours": credentials.LONGEST_PAUSE,
        "two letters": credentials.FEWEST_LETTERS,
        "four digits": credentials.FEWEST_DIGITS,
    },
    "portal/entrance/letters.py": {
        "10 minutes": HALF_OPEN_FOR,
        "15 minutes": credentials.FIRST_PAUSE,
        "two hours": credentials.LONGEST_PAUSE,
    },
    "portal/listings/rules.py": {"28 days": CALLS_AFTER, "three months": MAIL_AFTER_MONTHS},
    "portal/mailbox/letters.py": {
        "24 hours": mailbox.CONFIRM_WITHIN,
        "7 days": mailbox.UNDO_WITHIN,
    },
    "portal/mailbox/rules.py": {"two hours": credentials.LONGEST_PAUSE},
    "portal/notices/rules.py": {"180 days": REMEMBERED_FOR},
    "portal/preferences/letters.py": {"24 hours": preferences.LINK_WITHIN},
    "portal/recovery/letters.py": {"10 minutes": RESET_WITHIN, "one hour": LET_BACK_IN_WITHIN},
    "portal/security/rules.py": NEW_PASSWORD,
    "portal/settings.py": {"five digits": SENT, "32 characters": 32},
    "portal/staff/letters.py": {"10 minutes": INVITED_WITHIN},
    "portal/webhooks/held.py": {"90 days": webhooks.KEPT_GIVEN_UP},
}
"""What is said where, and the constant that makes it true."""

FREE: dict[str, frozenset[str]] = {
    "templates/account/confirm.html": frozenset({"a minute"}),
    "templates/account/register.html": frozenset({"one day"}),
    "templates/account/sent.html": frozenset({"a minute"}),
    "templates/deliveries/show.html": frozenset({"a day"}),
    "templates/preferences/edit.html": frozenset({"28 days"}),
    "portal/cases/forms.py": frozenset({"a day"}),
    "portal/cli/holding.py": frozenset({"a day"}),
    "portal/holds/rules.py": frozenset({"a day"}),
    "portal/catalogue/rules.py": frozenset({"a month", "a year"}),
    "portal/web/errors.py": frozenset({"a minute"}),
}
"""What is said of people, paper and other companies, or so roughly that no constant is meant."""

SPOKEN = [
    path
    for folder, ending in (("templates", "*.html"), ("templates", "*.txt"), ("portal", "*.py"))
    for path in sorted((ROOT / folder).rglob(ending))
]


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_reads_a_number_that_the_program_does_not_keep(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    faults = unbound(said_in(path), BOUND.get(name, {}), FREE.get(name, frozenset()))
    assert not faults, "\n".join(faults)


def test_only_files_that_are_there_are_bound() -> None:
    names = {str(path.relative_to(ROOT)) for path in SPOKEN}
    assert {*BOUND, *FREE} <= names


@pytest.mark.parametrize(
    ("said", "bound", "fault"),
    [
        ("It works for 24 hours", {}, "“24 hours” is bound to nothing"),
        ("It works for 24 hours", {"24 hours": timedelta(days=2)}, "“24 hours” is not true"),
        ("It works", {"24 hours": timedelta(days=1)}, "“24 hours” is said no more"),
        ("At least fifteen or 15 characters", {}, "“15 characters” is bound to nothing"),
        ("within one month", {"one month": 2}, "“one month” is not true"),
    ],
)
def test_a_sentence_that_parts_from_the_program_is_found(
    said: str, bound: Bound, fault: str
) -> None:
    (found,) = unbound(set(numbers_in(said)), bound, frozenset())
    assert found.startswith(fault)


def test_a_string_of_a_program_is_read_and_its_docstring_is_not(tmp_path: Path) -> None:
    module = tmp_path / "letters.py"
    module.write_text('"""Kept for 3 days."""\nSAID = f"Kept for {1} or 7 days"\n')
    assert said_in(module) == {"7 days"}
    template = tmp_path / "page.html"
    template.write_text("{# 3 days #}<p>Kept for seven days</p>")
    assert said_in(template) == {"seven days"}


def test_numbers_are_read_as_people_write_them() -> None:
    assert read_number("half an hour") == timedelta(minutes=30)
    assert read_number("1,024 characters") == 1024
    assert list(numbers_in("A passkey, a second step, one code, a code by email")) == []
    assert Settings().session_idle_seconds == 30 * 60
