"""Who may see what: one line for every address there is; a new one must be added here.

Each line says what a stranger, somebody half signed in, a customer, another customer and a
colleague see; where only some roles may, the task is named, and everybody else is refused (403).
A remembered browser sees what a stranger sees, and so does somebody whose account at the desk was
closed while they were signed in.
"""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.desk.staff_admin.service import close_account
from portal.identity.accounts.queries import list_registrations
from portal.identity.staff_accounts.rules import MAY, Role, Task
from tests.pages import Visitor
from tests.world import ANSWER, PASSWORD, Person, World

GATE, DESK_GATE = "/sign-in", "/staff/sign-in"
OPEN = (200,) * 5
CUSTOMERS = (GATE, GATE, 200, 200, GATE)
LAST = "/registrations/cancel/check/no/later"
STEPPED = (GATE, GATE, LAST, LAST, GATE)
LEAVERS = (GATE, GATE, "/registrations/closed", "/registrations/closed", GATE)
LEADS_ON = (GATE, GATE, "/your-data/download", "/your-data/download", GATE)
DELETERS = (GATE, GATE, "/surveys/answers", "/surveys/answers", GATE)
NOT_THERE = (GATE, GATE, 404, 404, GATE)
OWNERS = (GATE, GATE, 200, 404, GATE)
DESK = (DESK_GATE, DESK_GATE, DESK_GATE, DESK_GATE, 200)
Expected = tuple[int | str, ...]

COLUMNS = {"stranger": 0, "half": 1, "customer": 2, "other": 3, "remembered": 0, "closed": 0}
ALLOWED = {
    Role.AGENT: (Task.ASSIST_CHOICES, Task.OPEN_RECORD, Task.ASK_TO_CANCEL),
    Role.SENIOR: (
        Task.ASSIST_CHOICES,
        Task.HOLD,
        Task.LET_BACK_IN,
        Task.OPEN_RECORD,
        Task.OPEN_WITHOUT_CASE,
        Task.DISCLOSE,
        Task.ASK_TO_CANCEL,
        Task.AGREE_TO_CANCEL,
    ),
    Role.PRIVACY_OFFICER: (
        Task.ASSIST_CHOICES,
        Task.HOLD,
        Task.LET_BACK_IN,
        Task.EDIT_CATALOGUE,
        Task.EDIT_SURVEYS,
        Task.EDIT_REPLIES,
        Task.OPEN_RECORD,
        Task.OPEN_WITHOUT_CASE,
        Task.DISCLOSE,
        Task.AGREE_TO_DISCLOSE,
        Task.SEE_REGISTER,
        Task.SEE_WEBHOOKS,
        Task.SEE_UNDELIVERED,
        Task.SCREEN_LISTS,
        Task.ASK_TO_CANCEL,
        Task.AGREE_TO_CANCEL,
    ),
    Role.ADMINISTRATOR: (Task.LOOK_AFTER_STAFF, Task.SEE_WEBHOOKS, Task.SEE_UNDELIVERED),
}
WHO = (*COLUMNS, *ALLOWED)

TABLE: dict[tuple[str, str], Expected] = {
    ("GET", "/"): OPEN,
    ("GET", "/privacy"): OPEN,
    ("GET", "/privacy/register"): OPEN,
    ("GET", "/privacy/disclosures"): OPEN,
    ("GET", "/privacy/register/register.csv"): OPEN,
    ("GET", "/privacy/register/register.jsonld"): OPEN,
    ("GET", "/help"): OPEN,
    ("GET", "/cookies"): OPEN,
    ("GET", "/accessibility"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/.well-known/security.txt"): OPEN,
    ("GET", "/.well-known/change-password"): ("/security/password",) * 5,
    ("GET", "/.well-known/passkey-endpoints"): OPEN,
    ("GET", "/assets/<version>/<path:name>"): (404,) * 5,
    ("POST", "/csp-report"): (204,) * 5,
    ("GET", "/register"): OPEN,
    ("POST", "/register"): OPEN,
    ("GET", "/register/sent"): OPEN,
    ("GET", "/register/signing-in"): ("/register",) * 5,
    ("POST", "/register/signing-in"): ("/register",) * 5,
    ("POST", "/register/start-again"): ("/register",) * 5,
    ("GET", "/follow"): OPEN,
    ("POST", "/follow"): OPEN,
    ("GET", "/follow/sent"): OPEN,
    ("GET", "/follow/<token>"): (410,) * 5,
    ("POST", "/follow/<token>"): (410,) * 5,
    ("POST", "/follow/<token>/again"): ("/follow",) * 5,
    ("GET", "/follow/message/<reference>"): (410,) * 5,
    ("POST", "/follow/message/<reference>"): (410,) * 5,
    ("GET", "/directories/your-number"): OPEN,
    ("POST", "/directories/your-number"): OPEN,
    ("GET", "/directories/your-number/sent"): OPEN,
    ("GET", "/directories/code"): OPEN,
    ("POST", "/directories/code"): OPEN,
    ("GET", "/directories/entry/<reference>"): (410,) * 5,
    ("GET", "/directories/entry/<reference>/correct"): (410,) * 5,
    ("POST", "/directories/entry/<reference>/correct"): (410,) * 5,
    ("GET", "/directories/entry/<reference>/take-out"): (410,) * 5,
    ("POST", "/directories/entry/<reference>/take-out"): (410,) * 5,
    ("POST", "/directories/entry/<reference>/let-in"): ("/directories/entry/<reference>",) * 5,
    ("GET", "/register/confirm/<token>"): (410,) * 5,
    ("POST", "/register/confirm/<token>"): (410,) * 5,
    ("GET", "/sign-in"): (200, 200, "/account", "/account", 200),
    ("POST", "/sign-in"): (200, 200, "/account", "/account", 200),
    ("POST", "/sign-in/not-you"): ("/sign-in",) * 5,
    ("GET", "/display"): OPEN,
    ("GET", "/your-data"): CUSTOMERS,
    ("POST", "/your-data"): CUSTOMERS,
    ("GET", "/your-data/<slug>"): CUSTOMERS,
    ("GET", "/your-data/correct/<slug>"): CUSTOMERS,
    ("POST", "/your-data/correct/<slug>"): CUSTOMERS,
    ("GET", "/your-data/elsewhere/<slug>"): NOT_THERE,
    ("POST", "/your-data/elsewhere/<slug>"): NOT_THERE,
    ("GET", "/your-data/elsewhere/<slug>/items"): NOT_THERE,
    ("GET", "/your-data/looked"): CUSTOMERS,
    ("GET", "/your-data/looked/<uuid:entry_id>"): NOT_THERE,
    ("POST", "/your-data/looked/<uuid:entry_id>"): NOT_THERE,
    ("POST", "/display"): OPEN,
    ("GET", "/sign-in/question"): (GATE, 200, GATE, GATE, GATE),
    ("POST", "/sign-in/question"): (GATE, 200, GATE, GATE, GATE),
    ("GET", "/sign-in/authenticator"): (GATE,) * 5,
    ("POST", "/sign-in/authenticator"): (GATE,) * 5,
    ("GET", "/sign-in/passkey"): (GATE,) * 5,
    ("POST", "/sign-in/passkey"): (GATE,) * 5,
    ("POST", "/sign-in/passkey/options"): OPEN,
    ("GET", "/sign-in/recovery-code"): (GATE,) * 5,
    ("POST", "/sign-in/recovery-code"): (GATE,) * 5,
    ("GET", "/sign-in/email-code"): (GATE, 200, GATE, GATE, GATE),
    ("POST", "/sign-in/email-code"): (GATE, 200, GATE, GATE, GATE),
    ("POST", "/sign-in/email-code/send"): (GATE, "/sign-in/email-code", GATE, GATE, GATE),
    ("GET", "/prove"): CUSTOMERS,
    ("POST", "/prove"): CUSTOMERS,
    ("POST", "/prove/passkey"): (GATE, GATE, "/prove", "/prove", GATE),
    ("GET", "/choices"): OPEN,
    ("POST", "/choices"): OPEN,
    ("GET", "/choices/sent"): OPEN,
    ("GET", "/choices/<token>"): (410,) * 5,
    ("POST", "/choices/<token>"): (410,) * 5,
    ("GET", "/unsubscribe/<purpose>/<token>"): (410,) * 5,
    ("POST", "/unsubscribe/<purpose>/<token>"): (410,) * 5,
    ("GET", "/forgotten"): OPEN,
    ("POST", "/forgotten"): OPEN,
    ("GET", "/forgotten/sent"): OPEN,
    ("GET", "/forgotten/<token>"): (410,) * 5,
    ("POST", "/forgotten/<token>"): (410,) * 5,
    ("GET", "/begin-anew/<token>"): (410,) * 5,
    ("POST", "/begin-anew/<token>"): (410,) * 5,
    ("GET", "/staff/cases/<reference>/choices"): (*DESK, Task.ASSIST_CHOICES),
    ("POST", "/staff/cases/<reference>/choices"): (*DESK, Task.ASSIST_CHOICES),
    ("GET", "/staff/cases/<reference>/account-manager"): (*DESK, Task.ASSIST_CHOICES),
    ("POST", "/staff/cases/<reference>/account-manager"): (*DESK, Task.ASSIST_CHOICES),
    ("GET", "/staff/cases/<reference>/let-back-in"): (*DESK, Task.LET_BACK_IN),
    ("POST", "/staff/cases/<reference>/let-back-in"): (*DESK, Task.LET_BACK_IN),
    ("POST", "/session/keep"): (401, 401, 204, 204, 401),
    ("POST", "/session/discard"): ("/",) * 5,
    ("POST", "/staff/session/keep"): (401,) * 5,
    ("POST", "/staff/session/discard"): ("/",) * 5,
    ("POST", "/sign-out"): ("/signed-out",) * 5,
    ("GET", "/signed-out"): OPEN,
    ("GET", "/session"): (401, 401, 200, 200, 401),
    ("GET", "/staff/session"): (401, 401, 401, 401, 200),
    ("POST", "/session/stay"): (401, 401, 204, 204, 401),
    ("GET", "/contact"): OPEN,
    ("POST", "/contact"): OPEN,
    ("GET", "/contact/<topic>"): OPEN,
    ("POST", "/contact/<topic>"): OPEN,
    ("GET", "/contact/sent"): OPEN,
    ("GET", "/contact/confirm/<token>"): (410,) * 5,
    ("POST", "/contact/confirm/<token>"): (410,) * 5,
    ("GET", "/contact/confirmed"): OPEN,
    ("GET", "/registrations/gone"): OPEN,
    ("GET", "/registrations/gone/<reference>"): OPEN,
    ("GET", "/registrations/closed"): OPEN,
    ("GET", "/receipts"): OPEN,
    ("POST", "/receipts"): OPEN,
    ("GET", "/receipts/<reference>/receipt.txt"): (404,) * 5,
    ("GET", "/receipts/<reference>"): (404,) * 5,
    ("GET", "/account"): CUSTOMERS,
    ("GET", "/account/activity"): CUSTOMERS,
    ("GET", "/profile"): CUSTOMERS,
    ("GET", "/profile/edit"): CUSTOMERS,
    ("POST", "/profile/edit"): CUSTOMERS,
    ("GET", "/profile/account-number"): CUSTOMERS,
    ("POST", "/profile/account-number"): (GATE, GATE, "/profile", "/profile", GATE),
    ("GET", "/preferences"): CUSTOMERS,
    ("POST", "/preferences"): (GATE, GATE, "/preferences", "/preferences", GATE),
    ("GET", "/preferences/off"): CUSTOMERS,
    ("POST", "/preferences/off"): (GATE, GATE, "/preferences", "/preferences", GATE),
    ("GET", "/preferences/history"): CUSTOMERS,
    ("GET", "/preferences/history/receipt"): CUSTOMERS,
    ("GET", "/preferences/sharing"): CUSTOMERS,
    ("GET", "/surveys"): CUSTOMERS,
    ("GET", "/surveys/<uuid:survey_id>"): NOT_THERE,
    ("POST", "/surveys/<uuid:survey_id>"): NOT_THERE,
    ("GET", "/surveys/answers"): CUSTOMERS,
    ("POST", "/surveys/answers/<uuid:answer_id>/delete"): DELETERS,
    ("GET", "/surveys/answers/delete"): DELETERS,
    ("POST", "/surveys/answers/delete"): DELETERS,
    ("GET", "/preferences/directories"): CUSTOMERS,
    ("POST", "/preferences/directories"): (GATE, GATE, 409, 409, GATE),
    ("GET", "/preferences/directories/history"): CUSTOMERS,
    ("GET", "/preferences/tps"): CUSTOMERS,
    ("GET", "/preferences/tps/<which>"): CUSTOMERS,
    ("POST", "/preferences/tps/<which>"): CUSTOMERS,
    ("POST", "/preferences/tps/<which>/withdraw"): (
        GATE,
        GATE,
        "/preferences/tps",
        "/preferences/tps",
        GATE,
    ),
    ("GET", "/registrations"): CUSTOMERS,
    ("GET", "/registrations/add"): CUSTOMERS,
    ("POST", "/registrations/add"): CUSTOMERS,
    ("GET", "/registrations/copy"): LEADS_ON,
    ("GET", "/your-data/download"): CUSTOMERS,
    ("GET", "/your-data/schema.json"): OPEN,
    ("POST", "/your-data/download"): CUSTOMERS,
    ("GET", "/registrations/cancel"): CUSTOMERS,
    ("POST", "/registrations/cancel"): CUSTOMERS,
    ("GET", "/registrations/cancel/when/<copy_first>"): CUSTOMERS,
    ("POST", "/registrations/cancel/when/<copy_first>"): STEPPED,
    ("GET", "/registrations/cancel/check/<copy_first>/<when>"): CUSTOMERS,
    ("POST", "/registrations/cancel/check/<copy_first>/<when>"): LEAVERS,
    ("GET", "/registrations/<uuid:registration_id>/cancel"): OWNERS,
    ("POST", "/registrations/<uuid:registration_id>/cancel"): OWNERS,
    ("GET", "/security"): CUSTOMERS,
    ("GET", "/security/sign-ins"): CUSTOMERS,
    ("GET", "/security/password"): CUSTOMERS,
    ("POST", "/security/password"): CUSTOMERS,
    ("GET", "/security/question"): CUSTOMERS,
    ("POST", "/security/question"): CUSTOMERS,
    ("GET", "/security/authenticator"): CUSTOMERS,
    ("POST", "/security/authenticator"): CUSTOMERS,
    ("GET", "/security/authenticator/remove"): NOT_THERE,
    ("POST", "/security/authenticator/remove"): NOT_THERE,
    ("GET", "/security/recovery-codes"): CUSTOMERS,
    ("POST", "/security/recovery-codes"): NOT_THERE,
    ("GET", "/security/passkeys/add"): CUSTOMERS,
    ("POST", "/security/passkeys/add"): CUSTOMERS,
    ("POST", "/security/passkeys/options"): CUSTOMERS,
    ("GET", "/security/passkeys/<uuid:passkey_id>/remove"): NOT_THERE,
    ("POST", "/security/passkeys/<uuid:passkey_id>/remove"): NOT_THERE,
    ("POST", "/security/sessions/<uuid:session_id>/end"): NOT_THERE,
    ("POST", "/security/sessions/end"): (GATE, GATE, "/security", "/security", GATE),
    ("POST", "/security/browsers/<uuid:browser_id>/forget"): NOT_THERE,
    ("GET", "/security/sign-ins/<uuid:record_id>/unknown"): NOT_THERE,
    ("POST", "/security/sign-ins/<uuid:record_id>/unknown"): NOT_THERE,
    ("GET", "/security/email"): CUSTOMERS,
    ("POST", "/security/email"): CUSTOMERS,
    ("POST", "/security/email/cancel"): (GATE, GATE, "/security", "/security", GATE),
    ("GET", "/security/email/confirm/<token>"): (410,) * 5,
    ("POST", "/security/email/confirm/<token>"): (410,) * 5,
    ("GET", "/security/email/undo/<token>"): (410,) * 5,
    ("POST", "/security/email/undo/<token>"): (410,) * 5,
    ("GET", "/cases"): CUSTOMERS,
    ("GET", "/cases/<reference>"): OWNERS,
    ("GET", "/cases/<reference>/in-full"): OWNERS,
    ("POST", "/cases/<reference>"): OWNERS,
    ("GET", "/staff/sign-in"): (200, 200, 200, 200, "/staff"),
    ("POST", "/staff/sign-in"): (200, 200, 200, 200, "/staff"),
    ("GET", "/staff/sign-in/authenticator"): (DESK_GATE,) * 5,
    ("POST", "/staff/sign-in/authenticator"): (DESK_GATE,) * 5,
    ("GET", "/staff/sign-in/recovery-code"): (DESK_GATE,) * 5,
    ("POST", "/staff/sign-in/recovery-code"): (DESK_GATE,) * 5,
    ("GET", "/staff/sign-in/passkey"): (DESK_GATE,) * 5,
    ("POST", "/staff/sign-in/passkey"): (DESK_GATE,) * 5,
    ("POST", "/staff/sign-in/passkey/options"): OPEN,
    ("GET", "/staff/prove"): DESK,
    ("POST", "/staff/prove"): DESK,
    ("POST", "/staff/prove/passkey"): (*DESK[:4], "/staff/prove"),
    ("GET", "/staff/join/<token>"): (410,) * 5,
    ("POST", "/staff/join/<token>"): (410,) * 5,
    ("GET", "/staff/join/authenticator"): (DESK_GATE,) * 5,
    ("POST", "/staff/join/authenticator"): (DESK_GATE,) * 5,
    ("POST", "/staff/join/passkey"): (DESK_GATE,) * 5,
    ("POST", "/staff/join/passkey/options"): (403,) * 5,
    ("GET", "/staff/security"): DESK,
    ("GET", "/staff/security/password"): DESK,
    ("POST", "/staff/security/password"): DESK,
    ("GET", "/staff/security/authenticator"): DESK,
    ("POST", "/staff/security/authenticator"): DESK,
    ("GET", "/staff/security/recovery-codes"): DESK,
    ("POST", "/staff/security/recovery-codes"): DESK,
    ("GET", "/staff/security/passkeys/add"): DESK,
    ("POST", "/staff/security/passkeys/add"): DESK,
    ("POST", "/staff/security/passkeys/options"): DESK,
    ("GET", "/staff/security/passkeys/<uuid:passkey_id>/remove"): (*DESK[:4], 404),
    ("POST", "/staff/security/passkeys/<uuid:passkey_id>/remove"): (*DESK[:4], 404),
    ("POST", "/staff/security/sessions/<uuid:session_id>/end"): (*DESK[:4], 404),
    ("POST", "/staff/security/sessions/end"): (*DESK[:4], "/staff/security"),
    ("GET", "/staff/lists"): (*DESK, Task.SCREEN_LISTS),
    ("POST", "/staff/lists"): (*DESK, Task.SCREEN_LISTS),
    ("GET", "/staff/surveys"): (*DESK, Task.EDIT_SURVEYS),
    ("GET", "/staff/surveys/add"): (*DESK, Task.EDIT_SURVEYS),
    ("POST", "/staff/surveys/add"): (*DESK, Task.EDIT_SURVEYS),
    ("GET", "/staff/surveys/<uuid:survey_id>"): (*DESK[:4], 404, Task.EDIT_SURVEYS),
    ("POST", "/staff/surveys/<uuid:survey_id>"): (*DESK[:4], 404, Task.EDIT_SURVEYS),
    ("POST", "/staff/surveys/<uuid:survey_id>/close"): (*DESK[:4], 404, Task.EDIT_SURVEYS),
    ("GET", "/staff/replies"): (*DESK, Task.EDIT_REPLIES),
    ("GET", "/staff/replies/new"): (*DESK, Task.EDIT_REPLIES),
    ("POST", "/staff/replies/new"): (*DESK, Task.EDIT_REPLIES),
    ("GET", "/staff/replies/<uuid:reply_id>"): (*DESK[:4], 404, Task.EDIT_REPLIES),
    ("POST", "/staff/replies/<uuid:reply_id>"): (*DESK[:4], 404, Task.EDIT_REPLIES),
    ("POST", "/staff/replies/<uuid:reply_id>/retire"): (*DESK[:4], 404, Task.EDIT_REPLIES),
    ("GET", "/staff/catalogue"): (*DESK, Task.EDIT_CATALOGUE),
    ("GET", "/staff/register"): (*DESK, Task.SEE_REGISTER),
    ("GET", "/staff/register/register.csv"): (*DESK, Task.SEE_REGISTER),
    ("GET", "/staff/catalogue/add"): (*DESK, Task.EDIT_CATALOGUE),
    ("POST", "/staff/catalogue/add"): (*DESK, Task.EDIT_CATALOGUE),
    ("GET", "/staff/catalogue/<key>"): (*DESK, Task.EDIT_CATALOGUE),
    ("POST", "/staff/catalogue/<key>"): (*DESK, Task.EDIT_CATALOGUE),
    ("GET", "/staff/colleagues"): (*DESK, Task.LOOK_AFTER_STAFF),
    ("GET", "/staff/colleagues/add"): (*DESK, Task.LOOK_AFTER_STAFF),
    ("POST", "/staff/colleagues/add"): (*DESK, Task.LOOK_AFTER_STAFF),
    ("GET", "/staff/colleagues/<uuid:staff_id>/role"): (*DESK, Task.LOOK_AFTER_STAFF),
    ("POST", "/staff/colleagues/<uuid:staff_id>/role"): (*DESK, Task.LOOK_AFTER_STAFF),
    ("GET", "/staff/colleagues/<uuid:staff_id>/invite"): (*DESK, Task.LOOK_AFTER_STAFF),
    ("POST", "/staff/colleagues/<uuid:staff_id>/invite"): (
        *DESK[:4],
        "/staff/colleagues",
        Task.LOOK_AFTER_STAFF,
    ),
    ("GET", "/staff/colleagues/<uuid:staff_id>/close"): (*DESK, Task.LOOK_AFTER_STAFF),
    ("POST", "/staff/colleagues/<uuid:staff_id>/close"): (*DESK, Task.LOOK_AFTER_STAFF),
    ("GET", "/staff/deliveries"): (*DESK, Task.SEE_WEBHOOKS),
    ("POST", "/staff/deliveries/send-again"): (
        *DESK[:4],
        "/staff/deliveries",
        Task.SEE_WEBHOOKS,
    ),
    ("POST", "/staff/deliveries/<uuid:announcement_id>/send-again"): (
        *DESK[:4],
        404,
        Task.SEE_WEBHOOKS,
    ),
    ("GET", "/staff/emails"): (*DESK, Task.SEE_UNDELIVERED),
    ("POST", "/staff/emails/<uuid:email_id>/send-again"): (
        *DESK[:4],
        404,
        Task.SEE_UNDELIVERED,
    ),
    ("POST", "/staff/sign-out"): ("/staff/signed-out",) * 5,
    ("GET", "/staff/signed-out"): OPEN,
    ("POST", "/staff/session/stay"): (401, 401, 401, 401, 204),
    ("GET", "/staff"): DESK,
    ("GET", "/staff/cases"): DESK,
    ("POST", "/staff/cases"): DESK,
    ("POST", "/staff/assignments"): DESK,
    ("GET", "/staff/requests/new"): DESK,
    ("POST", "/staff/requests/new"): DESK,
    ("GET", "/staff/cases.csv"): DESK,
    ("GET", "/staff/views"): DESK,
    ("GET", "/staff/views/add"): DESK,
    ("POST", "/staff/views/add"): DESK,
    ("GET", "/staff/views/<uuid:view_id>"): (*DESK[:4], 404),
    ("POST", "/staff/views/<uuid:view_id>"): DESK,
    ("POST", "/staff/views/<uuid:view_id>/delete"): (*DESK[:4], 404),
    ("GET", "/staff/cases/<reference>"): DESK,
    ("GET", "/staff/cases/<reference>/in-full"): DESK,
    ("POST", "/staff/cases/<reference>"): DESK,
    ("POST", "/staff/cases/<reference>/assign"): DESK,
    ("GET", "/staff/cases/<reference>/close"): DESK,
    ("POST", "/staff/cases/<reference>/close"): DESK,
    ("GET", "/staff/cases/<reference>/reopen"): (*DESK[:4], "/staff/cases"),
    ("POST", "/staff/cases/<reference>/reopen"): (*DESK[:4], "/staff/cases"),
    ("POST", "/staff/cases/<reference>/link"): (*DESK[:4], 404),
    ("GET", "/staff/cases/<reference>/deadline"): DESK,
    ("GET", "/staff/cases/<reference>/deadline/identity"): DESK,
    ("POST", "/staff/cases/<reference>/deadline/identity"): DESK,
    ("GET", "/staff/cases/<reference>/deadline/identity/shown"): DESK,
    ("POST", "/staff/cases/<reference>/deadline/identity/shown"): DESK,
    ("GET", "/staff/cases/<reference>/deadline/longer"): DESK,
    ("POST", "/staff/cases/<reference>/deadline/longer"): DESK,
    ("GET", "/staff/cases/<reference>/correction"): DESK,
    ("POST", "/staff/cases/<reference>/correction"): DESK,
    ("GET", "/staff/cases/<reference>/directory-entry"): (*DESK[:4], 404),
    ("POST", "/staff/cases/<reference>/directory-entry"): (*DESK[:4], 404),
    ("GET", "/staff/cases/<reference>/without-link"): (*DESK, Task.ASK_TO_CANCEL),
    ("POST", "/staff/cases/<reference>/without-link"): (*DESK, Task.ASK_TO_CANCEL),
    ("GET", "/staff/cases/<reference>/without-link/agree"): (
        *DESK[:4],
        "/staff/cases/<reference>/without-link",
        Task.AGREE_TO_CANCEL,
    ),
    ("POST", "/staff/cases/<reference>/without-link/agree"): (
        *DESK[:4],
        404,
        Task.AGREE_TO_CANCEL,
    ),
    ("POST", "/staff/cases/<reference>/without-link/refuse"): (
        *DESK[:4],
        404,
        Task.ASK_TO_CANCEL,
    ),
    ("GET", "/staff/holds"): (*DESK, Task.HOLD),
    ("POST", "/staff/holds"): (*DESK, Task.HOLD),
    ("GET", "/staff/disclosures"): (*DESK, Task.DISCLOSE),
    ("POST", "/staff/disclosures"): (*DESK, Task.DISCLOSE),
    ("GET", "/staff/customers/<uuid:customer_id>/disclosures"): (*DESK, Task.DISCLOSE),
    ("POST", "/staff/customers/<uuid:customer_id>/disclosures"): (*DESK, Task.DISCLOSE),
    ("POST", "/staff/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/agree"): (
        *DESK[:4],
        404,
        Task.AGREE_TO_DISCLOSE,
    ),
    ("POST", "/staff/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/withdraw"): (
        *DESK[:4],
        404,
        Task.DISCLOSE,
    ),
    ("GET", "/staff/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/given"): (
        *DESK[:4],
        404,
        Task.DISCLOSE,
    ),
    ("POST", "/staff/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/given"): (
        *DESK[:4],
        404,
        Task.DISCLOSE,
    ),
    ("POST", "/staff/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/not-given"): (
        *DESK[:4],
        404,
        Task.DISCLOSE,
    ),
    ("GET", "/staff/customers"): (*DESK, Task.OPEN_WITHOUT_CASE),
    ("POST", "/staff/customers"): (*DESK, Task.OPEN_WITHOUT_CASE),
    ("GET", "/staff/customers/<uuid:customer_id>/record"): (*DESK, Task.OPEN_WITHOUT_CASE),
    ("POST", "/staff/customers/<uuid:customer_id>/record"): (*DESK, Task.OPEN_WITHOUT_CASE),
    ("GET", "/staff/customers/<uuid:customer_id>/record/<part>/<reason>"): (
        *DESK[:4],
        404,
        Task.OPEN_RECORD,
    ),
    ("POST", "/staff/customers/<uuid:customer_id>/record/open"): (
        *DESK[:4],
        404,
        Task.OPEN_RECORD,
    ),
    ("GET", "/staff/cases/<reference>/record"): (*DESK, Task.OPEN_RECORD),
    ("POST", "/staff/cases/<reference>/record"): (*DESK, Task.OPEN_RECORD),
    ("GET", "/staff/customers/<uuid:customer_id>/holds"): (*DESK, Task.HOLD),
    ("POST", "/staff/customers/<uuid:customer_id>/holds"): (*DESK, Task.HOLD),
    ("POST", "/staff/customers/<uuid:customer_id>/holds/<uuid:hold_id>/lift"): (
        *DESK[:4],
        404,
        Task.HOLD,
    ),
    ("GET", "/staff/cases/<reference>/holds"): DESK,
    ("POST", "/staff/cases/<reference>/holds"): (*DESK, Task.HOLD),
    ("POST", "/staff/cases/<reference>/holds/<uuid:hold_id>/lift"): (
        *DESK[:4],
        404,
        Task.HOLD,
    ),
}


def expected_of(row: Expected, who: str) -> int | str:
    """What somebody is to see of an address."""
    if who in COLUMNS:
        return row[COLUMNS[who]]
    task = row[5] if len(row) > len(DESK) else None
    return row[4] if task is None or task in ALLOWED[Role(who)] else 403


def test_every_address_there_is_stands_in_the_table(app: Flask) -> None:
    there = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == set(TABLE)


def test_roles_may_what_is_written_here_and_no_more() -> None:
    assert {role: set(tasks) for role, tasks in ALLOWED.items()} == MAY


def half_way(world: World, person: Person) -> Visitor:
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    return visitor


def remembered(world: World, person: Person) -> Visitor:
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD, remember="y")
    visitor.open("/sign-in/question").send(answer=ANSWER)
    visitor.send("/sign-out")
    assert visitor.cookie("remember")
    return visitor


def closed(world: World) -> Visitor:
    """Somebody who is signed in at the desk, and whose account is closed then."""
    leaver = world.colleague("leaver@example.com")
    visitor = world.at_the_desk(leaver)
    visitor.open("/staff")
    with world.work() as work:
        close_account(work, leaver.staff_id, None)
    return visitor


def enter(world: World, who: str, owner: Person) -> Visitor:
    """The browser of one kind of visitor."""
    entrances: dict[str, Callable[[], Visitor]] = {
        "stranger": world.visitor,
        "half": lambda: half_way(world, owner),
        "customer": lambda: world.signed_in(owner),
        "other": lambda: world.signed_in(world.customer("jules@example.com")),
        "remembered": lambda: remembered(world, owner),
        "closed": lambda: closed(world),
    }
    if who in entrances:
        return entrances[who]()
    return world.at_the_desk(world.colleague("role@example.com", role=Role(who)))


def path_of(rule: str, ids: dict[str, str]) -> str:
    path = rule.replace("<version>/<path:name>", "x/app.css").replace("<token>", "a" * 43)
    path = (
        path.replace("<key>", "offers")
        .replace("<purpose>", "offers")
        .replace("<which>", "telephone")
        .replace("<copy_first>", "no")
        .replace("<slug>", "profile")
        .replace("<when>", "later")
        .replace("<part>", "profile")
        .replace("<reason>", "case")
        .replace("<topic>", "objection")
    )
    for name, one in ids.items():
        path = path.replace(f"<uuid:{name}>", one).replace(f"<{name}>", one)
    assert "<" not in path, path
    return path


@pytest.mark.parametrize("who", WHO)
def test_nobody_sees_more_than_the_table_says(world: World, who: str) -> None:
    owner, colleague = world.customer(), world.colleague("other@example.com")
    world.colleague("boss@example.com", role=Role.ADMINISTRATOR)
    visitor = enter(world, who, owner)
    registration: UUID = world.read(list_registrations, owner.customer_id)[0].id
    ids = {
        "registration_id": str(registration),
        "staff_id": str(colleague.id),
        "customer_id": str(owner.id),
        **dict.fromkeys(("hold_id", "disclosure_id", "passkey_id", "session_id"), str(uuid4())),
        **dict.fromkeys(("survey_id", "answer_id", "reply_id"), str(uuid4())),
        **dict.fromkeys(
            ("announcement_id", "browser_id", "email_id", "entry_id", "record_id", "view_id"),
            str(uuid4()),
        ),
    }
    wrong = {}
    for (method, rule), row in TABLE.items():
        if method == "POST" and rule in {*LEAVING, LAST_STEP}:
            continue  # tried below: it would end the visit
        reference = world.case(owner)
        path = path_of(rule, {**ids, "reference": reference})
        wanted = expected_of(row, who)
        wanted = f"/staff/cases/{reference}" if wanted == "/staff/cases" else wanted
        wanted = wanted.replace("<reference>", reference) if isinstance(wanted, str) else wanted
        if (seen := ask(visitor, method, path)) != wanted:
            wrong[method, rule] = seen, wanted
    step = ask(visitor, "POST", path_of(LAST_STEP, ids))
    if step != (wanted := expected_of(TABLE["POST", LAST_STEP], who)):
        wrong["POST", LAST_STEP] = step, wanted
    if step == "/registrations/closed":
        visitor = world.signed_in(world.customer("third@example.com"))
    for rule in LEAVING:
        if (location := visitor.send(rule).location) != TABLE["POST", rule][0]:
            wrong["POST", rule] = location, TABLE["POST", rule][0]
    assert wrong == {}


LEAVING = ("/sign-out", "/staff/sign-out")
LAST_STEP = "/registrations/cancel/check/<copy_first>/<when>"


def ask(visitor: Visitor, method: str, path: str) -> int | str:
    """What somebody gets of an address: a status, or where they are sent."""
    data = {"csrf_token": visitor.token()} if method == "POST" else None
    if data and path.startswith("/staff/cases/"):
        data["version"] = "1"
    answer = visitor.client.open(path, method=method, data=data)
    is_sent = answer.status_code == 303
    return answer.location.partition("?")[0] if is_sent else answer.status_code


@pytest.mark.parametrize("who", ["stranger", "customer", Role.AGENT])
def test_what_a_page_does_not_offer_is_refused(world: World, who: str) -> None:
    owner = world.customer()
    visitor = enter(world, who, owner)
    ids = dict.fromkeys(
        (
            "registration_id", "staff_id", "customer_id", "hold_id", "passkey_id", "session_id",
            "disclosure_id", "browser_id", "survey_id", "answer_id", "reply_id",
            "view_id", "record_id", "announcement_id", "email_id", "entry_id",
        ),
        str(uuid4()),
    ) | {"reference": "PC-2222-222"}  # fmt: skip
    offered: dict[str, set[str]] = {}
    for method, rule in TABLE:
        offered.setdefault(rule, set()).add(method)
    for rule, methods in offered.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"} - methods:
            data = {"csrf_token": visitor.token()} if method == "POST" else None
            answer = visitor.client.open(path_of(rule, ids), method=method, data=data)
            assert answer.status_code in {400, 404, 405, 410}, (method, rule, answer.status_code)


@pytest.mark.parametrize("who", ["customer", "staff"])
def test_an_address_that_only_looks_like_a_page_of_the_desk_is_nothing(
    world: World, who: str
) -> None:
    visitor = world.signed_in() if who == "customer" else world.at_the_desk()
    for path in ("/staffx", "/staff/", "/STAFF", "/staff/../staff"):
        assert visitor.client.get(path).status_code in {404, 308}, path


@pytest.mark.parametrize(
    "path", ["/cases/{}", "/registrations/{}/cancel", "/registrations/{}", "/staff/cases/{}"]
)
def test_an_id_that_was_guessed_is_not_found(world: World, path: str) -> None:
    visitor = world.at_the_desk() if path.startswith("/staff") else world.signed_in()
    for guess in (uuid4(), "0", "1", "-1", "null", "%27", "..", "PC-0000-000"):
        assert visitor.client.get(path.format(guess)).status_code in {404, 405}, guess
