"""The application factory: it assembles the portal and decides nothing."""

from collections.abc import Callable

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.consent.directories import routes as directories
from portal.consent.list_screening import staff_routes as list_screening_desk
from portal.consent.marketing import routes as marketing
from portal.consent.purposes import staff_routes as purposes_desk
from portal.consent.sharing import routes as sharing
from portal.consent.surveys import routes as surveys
from portal.consent.surveys import staff_routes as surveys_desk
from portal.consent.unsubscribe import routes as unsubscribe
from portal.consent.webhooks import staff_routes as webhooks_desk
from portal.desk.assisted_choices import staff_routes as assisted_choices_desk
from portal.desk.assisted_recovery import staff_routes as assisted_recovery_desk
from portal.desk.cancellation_requests import routes as cancellation_requests
from portal.desk.cancellation_requests import staff_routes as cancellation_requests_desk
from portal.desk.canned_replies import staff_routes as canned_replies_desk
from portal.desk.case_deadlines import staff_routes as case_deadlines_desk
from portal.desk.case_links import routes as case_links
from portal.desk.case_outcomes import staff_routes as case_outcomes_desk
from portal.desk.case_records.service import lock_person_of
from portal.desk.cases import routes as cases
from portal.desk.cases import staff_routes as cases_desk
from portal.desk.corrections import routes as corrections
from portal.desk.corrections import staff_routes as corrections_desk
from portal.desk.customer_holds import staff_routes as customer_holds_desk
from portal.desk.customer_records import staff_routes as customer_records_desk
from portal.desk.disclosures import routes as disclosures
from portal.desk.disclosures import staff_routes as disclosures_desk
from portal.desk.entered_requests import staff_routes as entered_requests_desk
from portal.desk.listing_requests import routes as listing_requests
from portal.desk.listing_requests import staff_routes as listing_requests_desk
from portal.desk.processing_register import routes as processing_register
from portal.desk.processing_register import staff_routes as processing_register_desk
from portal.desk.queue import staff_routes as queue_desk
from portal.desk.requests import routes as requests
from portal.desk.staff_admin import routes as staff_admin
from portal.desk.staff_admin import staff_routes as staff_admin_desk
from portal.desk.undelivered_emails import staff_routes as undelivered_emails_desk
from portal.erasure.cancellation import routes as cancellation
from portal.governance.receipts import routes as receipts
from portal.identity.account_recovery import routes as account_recovery
from portal.identity.accounts import routes as accounts
from portal.identity.accounts.service import find_locked_id
from portal.identity.credentials.rules import QUESTIONS
from portal.identity.form_drafts import queries as drafts_queries
from portal.identity.form_drafts import service as drafts_service
from portal.identity.realms.rules import REALMS
from portal.identity.remembered_browsers import routes as remembered_browsers
from portal.identity.sessions.service import mark_seen
from portal.identity.sign_in import queries as sign_in_queries
from portal.identity.sign_in import routes as sign_in
from portal.identity.sign_in import service as sign_in_service
from portal.identity.staff_accounts.queries import get_allowed
from portal.identity.staff_accounts.rules import may
from portal.operations.data_inventory import HELD
from portal.operations.health import Health, is_ready
from portal.platform.core.clock import Clock, utc_clock
from portal.platform.core.log import set_up
from portal.platform.encryption.hashing_slots import HashingSlots
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import ROOT, Settings
from portal.platform.web import (
    access,
    assets,
    display,
    drafts,
    errors,
    forms,
    headers,
    health,
    identity,
    limiting,
    returning,
    templating,
    texts,
    typed,
    visiting,
)
from portal.platform.web.drafts import DraftStore
from portal.platform.web.identity import SessionStore
from portal.self_service.access_log import routes as access_log
from portal.self_service.account_security import routes as account_security
from portal.self_service.dashboard import routes as dashboard
from portal.self_service.display_settings import routes as display_settings
from portal.self_service.email_change import routes as email_change
from portal.self_service.outside_data import routes as outside_data
from portal.self_service.profile import routes as profile
from portal.self_service.public_pages import routes as public_pages
from portal.self_service.your_data import routes as your_data

ROOMS = (
    public_pages,
    accounts,
    dashboard,
    outside_data,
    profile,
    marketing,
    directories,
    sharing,
    surveys,
    surveys_desk,
    unsubscribe,
    list_screening_desk,
    cancellation,
    receipts,
    cases,
    cases_desk,
    canned_replies_desk,
    requests,
    entered_requests_desk,
    queue_desk,
    cancellation_requests,
    cancellation_requests_desk,
    case_links,
    case_deadlines_desk,
    case_outcomes_desk,
    corrections,
    corrections_desk,
    listing_requests,
    listing_requests_desk,
    display_settings,
    access_log,
    your_data,
    remembered_browsers,
    account_recovery,
    assisted_recovery_desk,
    assisted_choices_desk,
    customer_holds_desk,
    customer_records_desk,
    disclosures,
    disclosures_desk,
    email_change,
    staff_admin,
    staff_admin_desk,
    purposes_desk,
    webhooks_desk,
    undelivered_emails_desk,
    processing_register,
    processing_register_desk,
)
LARGEST_BODY = 256 * 1024


def create_app(
    settings: Settings,
    clock: Clock = utc_clock,
    hashing_slots: HashingSlots | None = None,
) -> Flask:
    """Build the WSGI application; raises `SettingsError` when a setting will not do."""
    set_up()
    parts = assemble(settings, HELD, QUESTIONS, clock, hashing_slots, for_pages=True)
    parts.hasher.prepare()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=[settings.old_secret_key] if settings.old_secret_key else None,
        SESSION_COOKIE_NAME="__Host-form" if settings.secure else "form",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=access.MOST_FIELDS,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        PREFERRED_URL_SCHEME="https" if settings.secure else "http",
    )
    app.extensions["portal"] = parts
    headers.init_app(app)
    templating.init_app(app, settings.brand_name)
    assets.init_app(app)
    texts.init_app(app)
    identity.init_app(
        app,
        REALMS,
        SessionStore(
            lambda work, kind, *given: sign_in_queries.find_visit(work, REALMS[kind], *given),
            mark_seen,
            sign_in_service.sign_out,
            sign_in_service.time_out,
        ),
    )
    drafts.init_app(
        app,
        DraftStore(
            lock=sign_in_service.lock_owner,
            keep=lambda work, owner_id, path, fields, about_id: drafts_service.keep_draft(
                work, owner_id, path, fields, about_id=about_id
            ),
            find=drafts_queries.find_draft,
            forget=drafts_service.forget_draft,
            subjects={"customer_id": find_locked_id, "reference": lock_person_of},
        ),
    )
    for room in ROOMS:
        app.register_blueprint(room.bp)
    for pages in (sign_in, account_security):
        app.register_blueprint(pages.customers)
        app.register_blueprint(pages.staff)
    health.init_app(app, _examine_with(Health()))
    visiting.init_app(app)
    access.init_app(app, may, get_allowed)
    forms.init_app(app)
    returning.init_app(app)
    typed.init_app(app)
    display.init_app(app)
    limiting.init_app(app)
    errors.init_app(app)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    return app


def _examine_with(looker: Health) -> Callable[[Runtime], tuple[bool, dict[str, str]]]:
    def examine(parts: Runtime) -> tuple[bool, dict[str, str]]:
        found = looker.examine(parts)
        return is_ready(found), {part.value: state for part, state in found.items()}

    return examine
