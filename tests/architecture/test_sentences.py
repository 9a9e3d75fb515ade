"""What pages and emails say in numbers is what the program does."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from portal.consent.directories.rules import CALLS_AFTER, MAIL_AFTER_MONTHS
from portal.consent.marketing import rules as preferences
from portal.consent.webhooks import rules as webhooks
from portal.consent.webhooks.rules import KEPT_GIVEN_UP
from portal.consent.webhooks.staff_routes import LATELY
from portal.desk.assisted_recovery.rules import LET_BACK_IN_WITHIN
from portal.desk.case_links.rules import READ_WITHIN
from portal.desk.case_records.rules import FOLLOW_WITHIN, KEPT_AFTER_CLOSING
from portal.desk.cases.rules import LINK_LIFE
from portal.desk.disclosures.rules import LONGEST_SILENCE
from portal.desk.listing_requests.rules import CODE_DIGITS, CODE_LASTS, ProofWay
from portal.desk.listing_requests.rules import SHOWN_FOR as ENTRY_SHOWN_FOR
from portal.erasure.cancellation.rules import THINKING_TIME
from portal.erasure.connector_erasures.rules import GIVEN_UP_AFTER
from portal.governance.deadlines.rules import RequestKind, due_date
from portal.governance.legal_holds.rules import LONGEST_HOLD
from portal.identity.account_recovery.rules import RESET_WITHIN
from portal.identity.accounts.rules import CONFIRM_WITHIN
from portal.identity.credentials import rules as credentials
from portal.identity.form_drafts.rules import VISITORS_DRAFTS_KEPT
from portal.identity.mfa import rules as factors
from portal.identity.sessions.rules import HALF_OPEN_FOR, REMEMBERED_FOR, SIGN_INS_KEPT
from portal.identity.staff_accounts.rules import INVITED_WITHIN
from portal.messaging.email.undelivered import KEPT_AFTER_SENDING, WORDS_KEPT
from portal.platform.core.breaches import SENT
from portal.platform.core.visit import FRESH_FOR, WARNED_BEFORE
from portal.platform.core.working_days import Nation, add_months
from portal.platform.settings import ROOT, Settings
from portal.platform.web.display import SHOWN_FOR
from portal.self_service.email_change import rules as mailbox
from portal.self_service.outside_data.rules import LONGEST_ASKING
from tests.architecture.sentences import numbers_in, read_number, said_in, unbound

Bound = dict[str, timedelta | float]
STEP = timedelta(seconds=factors.STEP_SECONDS)
DAY = date(2026, 11, 23)
DUE = due_date(RequestKind.ACCESS, DAY, Nation.ENGLAND_AND_WALES)
MONTHS = next(number for number in range(12) if add_months(DAY, number) == DUE)
LONGEST_HOLD_YEARS = timedelta(days=365 * (LONGEST_HOLD // timedelta(days=366)))
NEW_PASSWORD: Bound = {"15 characters": credentials.SHORTEST_PASSWORD}
ANSWER_BY: Bound = {"one month": MONTHS}

BOUND: dict[str, Bound] = {
    "portal/desk/disclosures/forms.py": {"five years": LONGEST_SILENCE},
    "templates/identity/accounts/confirm.html": {"24 hours": CONFIRM_WITHIN},
    "templates/identity/accounts/register.html": {"30 minutes": VISITORS_DRAFTS_KEPT},
    "templates/identity/accounts/sign_in_details.html": {
        "24 hours": CONFIRM_WITHIN,
        **NEW_PASSWORD,
    },
    "templates/identity/accounts/sent.html": {"24 hours": CONFIRM_WITHIN},
    "templates/erasure/cancellation/registrations.html": {"seven days": THINKING_TIME},
    "templates/erasure/cancellation/when.html": {"seven days": THINKING_TIME},
    "templates/erasure/cancellation/check.html": {"seven days": THINKING_TIME},
    "templates/desk/cases/contact.html": ANSWER_BY,
    "templates/desk/requests/ask.html": ANSWER_BY,
    "templates/desk/cases/mine.html": ANSWER_BY,
    "templates/desk/cases/sent.html": ANSWER_BY,
    "templates/desk/cases_desk/holds.html": {
        "a year": KEPT_AFTER_CLOSING,
        "six years": LONGEST_HOLD_YEARS,
    },
    "templates/desk/staff_admin_desk/invite.html": {"10 minutes": INVITED_WITHIN},
    "templates/components/security.html": {
        "24 hours": mailbox.CONFIRM_WITHIN,
        **NEW_PASSWORD,
        "six digits": factors.CODE_DIGITS,
    },
    "templates/consent/webhooks_desk/show.html": {
        "24 hours": LATELY,
        "30 days": webhooks.KEPT_GIVEN_UP,
        "seven times": len(webhooks.PAUSES),
    },
    "templates/desk/undelivered_emails_desk/show.html": {
        "7 days": WORDS_KEPT,
        "30 days": KEPT_AFTER_SENDING,
    },
    "templates/identity/sign_in/authenticator.html": {
        "30 seconds": STEP,
        "six digits": factors.CODE_DIGITS,
    },
    "templates/identity/sign_in/mailed_code.html": {
        "10 minutes": HALF_OPEN_FOR,
        "eight digits": factors.MAILED_DIGITS,
    },
    "templates/identity/sign_in/recovery_code.html": {"ten codes": factors.RECOVERY_CODES},
    "templates/desk/staff_admin/begin.html": {"10 minutes": INVITED_WITHIN, **NEW_PASSWORD},
    "templates/desk/staff_admin/second_step.html": {
        "30 seconds": STEP,
        "10 minutes": INVITED_WITHIN,
    },
    "templates/layouts/base.html": {"2 minutes": WARNED_BEFORE},
    "templates/self_service/email_change/confirm.html": {"24 hours": mailbox.CONFIRM_WITHIN},
    "templates/self_service/email_change/show.html": {"7 days": mailbox.UNDO_WITHIN},
    "templates/self_service/email_change/undo.html": {"7 days": mailbox.UNDO_WITHIN},
    "templates/self_service/public_pages/help.html": {"seven days": THINKING_TIME, **ANSWER_BY},
    "templates/self_service/public_pages/privacy.html": {"seven days": THINKING_TIME, **ANSWER_BY},
    "templates/consent/marketing/asked.html": {"24 hours": preferences.LINK_WITHIN},
    "templates/consent/marketing/by_link.html": {"24 hours": preferences.LINK_WITHIN},
    "templates/self_service/profile/account_number.html": {"five minutes": FRESH_FOR},
    "templates/identity/account_recovery/begin_anew.html": {
        "one hour": LET_BACK_IN_WITHIN,
        **NEW_PASSWORD,
    },
    "templates/identity/account_recovery/reset.html": {
        "10 minutes": RESET_WITHIN,
        "six digits": factors.CODE_DIGITS,
        **NEW_PASSWORD,
    },
    "templates/identity/account_recovery/sent.html": {"10 minutes": RESET_WITHIN},
    "templates/desk/assisted_recovery_desk/let_back_in.html": {"one hour": LET_BACK_IN_WITHIN},
    "templates/self_service/account_security/add_passkey.html": {
        "ten passkeys": factors.MOST_PASSKEYS
    },
    "templates/self_service/account_security/authenticator.html": {"30 seconds": STEP},
    "templates/self_service/account_security/show.html": {"90 days": SIGN_INS_KEPT},
    "templates/self_service/account_security/sign_ins.html": {"90 days": SIGN_INS_KEPT},
    "templates/components/thread.html": {"a month": MONTHS},
    "templates/self_service/outside_data/show.html": {"a month": MONTHS},
    "templates/self_service/outside_data/items.html": {"a month": MONTHS},
    "templates/self_service/your_data/download.html": {
        "20 seconds": timedelta(seconds=LONGEST_ASKING)
    },
    "templates/desk/corrections/ask.html": ANSWER_BY,
    "portal/erasure/connector_erasures/held.py": {"30 days": GIVEN_UP_AFTER},
    "portal/desk/cases/emails.py": {"14 days": FOLLOW_WITHIN},
    "portal/desk/case_links/emails.py": {"14 days": FOLLOW_WITHIN},
    "templates/desk/case_links/sent.html": {"14 days": FOLLOW_WITHIN},
    "templates/desk/case_links/link.html": {"30 minutes": READ_WITHIN},
    "templates/desk/case_links/show.html": {"30 minutes": READ_WITHIN},
    "templates/desk/listing_requests/asked.html": {
        "24 hours": CODE_LASTS[ProofWay.CALL],
        "14 days": CODE_LASTS[ProofWay.POST],
        **ANSWER_BY,
    },
    "templates/desk/listing_requests/prove.html": {
        "8 digits": CODE_DIGITS,
        "30 minutes": ENTRY_SHOWN_FOR,
    },
    "templates/desk/listing_requests/show.html": {"30 minutes": ENTRY_SHOWN_FOR},
    "templates/desk/listing_requests/take_out.html": {"30 days": KEPT_GIVEN_UP},
    "templates/desk/cancellation_requests/confirm.html": {"14 days": LINK_LIFE},
    "portal/governance/deadlines/rules.py": ANSWER_BY,
    "portal/identity/accounts/emails.py": {"24 hours": CONFIRM_WITHIN},
    "portal/erasure/cancellation/rules.py": {"seven days": THINKING_TIME},
    "portal/desk/cases/forms.py": {"six years": LONGEST_HOLD_YEARS},
    "portal/operations/cli/backups.py": {"seven days": THINKING_TIME},
    "portal/operations/cli/emails.py": {"30 days": KEPT_AFTER_SENDING},
    "portal/operations/cli/webhooks.py": {"30 days": webhooks.KEPT_GIVEN_UP},
    "portal/operations/cli/staff.py": {"10 minutes": INVITED_WITHIN},
    "portal/desk/staff_admin/staff_routes.py": {"10 minutes": INVITED_WITHIN},
    "portal/identity/credentials/rules.py": {
        "1,024 characters": credentials.LONGEST_PASSWORD,
        "15 minutes": credentials.FIRST_PAUSE,
        "two hours": credentials.LONGEST_PAUSE,
        "two letters": credentials.FEWEST_LETTERS,
        "four digits": credentials.FEWEST_DIGITS,
    },
    "portal/identity/sign_in/emails.py": {
        "15 minutes": credentials.FIRST_PAUSE,
        "two hours": credentials.LONGEST_PAUSE,
    },
    "portal/consent/directories/rules.py": {
        "28 days": CALLS_AFTER,
        "three months": MAIL_AFTER_MONTHS,
    },
    "portal/self_service/email_change/emails.py": {
        "24 hours": mailbox.CONFIRM_WITHIN,
        "7 days": mailbox.UNDO_WITHIN,
    },
    "portal/self_service/email_change/rules.py": {"two hours": credentials.LONGEST_PAUSE},
    "portal/self_service/public_pages/rules.py": {
        "180 days": REMEMBERED_FOR,
        "1 year": SHOWN_FOR,
        "30 minutes": READ_WITHIN,
    },
    "templates/self_service/display_settings/choose.html": {"a year": SHOWN_FOR},
    "portal/consent/marketing/emails.py": {"24 hours": preferences.LINK_WITHIN},
    "portal/desk/assisted_recovery/emails.py": {"one hour": LET_BACK_IN_WITHIN},
    "portal/identity/account_recovery/emails.py": {"10 minutes": RESET_WITHIN},
    "portal/self_service/account_security/rules.py": NEW_PASSWORD,
    "portal/platform/settings.py": {"five digits": SENT, "32 characters": 32},
    "portal/identity/staff_accounts/emails.py": {"10 minutes": INVITED_WITHIN},
    "portal/consent/webhooks/held.py": {"30 days": webhooks.KEPT_GIVEN_UP},
}
"""What is said where, and the constant that makes it true."""

FREE: dict[str, frozenset[str]] = {
    "templates/consent/webhooks_desk/show.html": frozenset({"a day"}),
    "templates/consent/marketing/edit.html": frozenset({"28 days"}),
    "portal/operations/cli/legal_holds.py": frozenset({"a day"}),
    "portal/operations/demo_billing.py": frozenset({"six years"}),
    "portal/operations/demo_data.py": frozenset({"a month"}),
    "templates/desk/disclosures_desk/show.html": frozenset({"a day"}),
    "portal/governance/legal_holds/rules.py": frozenset({"a day"}),
    "portal/desk/disclosures/forms.py": frozenset({"a day"}),
    "portal/consent/marketing/routes.py": frozenset({"28 days"}),
    "portal/consent/purposes/rules.py": frozenset({"a month", "a year"}),
    "portal/platform/web/errors.py": frozenset({"a minute"}),
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
