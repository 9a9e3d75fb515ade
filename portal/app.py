"""Put the portal together; nothing is decided here."""

from collections.abc import Callable

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.account import routes as account
from portal.callers import staff_routes as callers_desk
from portal.cancellation import routes as cancellation
from portal.cases import routes as cases
from portal.cases import staff_routes as cases_desk
from portal.catalogue import staff_routes as catalogue_desk
from portal.colleagues import routes as joining
from portal.colleagues import staff_routes as colleagues
from portal.credentials.rules import QUESTIONS
from portal.drafts import queries as drafts_queries
from portal.drafts import service as drafts_service
from portal.emails import staff_routes as emails_desk
from portal.entrance import queries as entrance_queries
from portal.entrance import routes as entrance
from portal.entrance import service as entrance_service
from portal.health import Health, is_ready
from portal.home import routes as home
from portal.kernel.clock import Clock, utc_clock
from portal.kernel.log import set_up
from portal.kernel.visit import CUSTOMER, STAFF
from portal.legal import staff_routes as legal_desk
from portal.listings import routes as listings
from portal.mailbox import routes as mailbox
from portal.notices import routes as notices
from portal.preferences import routes as preferences
from portal.profile import routes as profile
from portal.receipts import routes as receipts
from portal.recovery import routes as recovery
from portal.recovery import staff_routes as recovery_desk
from portal.register import HELD
from portal.runtime import Runtime, assemble
from portal.screening import staff_routes as screening
from portal.security import routes as security
from portal.sessions.service import mark_seen
from portal.settings import ROOT, Settings
from portal.sharing import routes as sharing
from portal.staff import queries as staff_queries
from portal.staff import routes as staff
from portal.staff import service as staff_service
from portal.staff import staff_routes as staff_security
from portal.staff.rules import may
from portal.unsubscribing import routes as unsubscribing
from portal.vault.turns import Turns
from portal.web import (
    access,
    assets,
    drafts,
    errors,
    forms,
    headers,
    health,
    identity,
    limiting,
    returning,
    templating,
    typed,
    visiting,
)
from portal.web.drafts import Drawer
from portal.web.identity import Door
from portal.webhooks import staff_routes as deliveries
from portal.wishes import routes as wishes
from portal.wishes import staff_routes as wishes_desk

ROOMS = (
    notices,
    account,
    entrance,
    home,
    profile,
    preferences,
    listings,
    sharing,
    unsubscribing,
    screening,
    cancellation,
    receipts,
    cases,
    cases_desk,
    wishes,
    wishes_desk,
    recovery,
    recovery_desk,
    callers_desk,
    legal_desk,
    mailbox,
    security,
    staff,
    staff_security,
    joining,
    colleagues,
    catalogue_desk,
    deliveries,
    emails_desk,
)
LARGEST_BODY = 256 * 1024


def create_app(
    settings: Settings,
    clock: Clock = utc_clock,
    turns: Turns | None = None,
) -> Flask:
    """Build the WSGI application; raises `SettingsError` when a setting will not do."""
    set_up()
    parts = assemble(settings, HELD, QUESTIONS, clock, turns, for_pages=True)
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
    assets.init_app(app, settings.instance / "assets")
    identity.init_app(
        app,
        {
            CUSTOMER: Door(
                entrance_queries.find_visit,
                mark_seen,
                entrance_service.sign_out,
                entrance_service.time_out,
            ),
            STAFF: Door(
                staff_queries.find_visit, mark_seen, staff_service.sign_out, staff_service.time_out
            ),
        },
    )
    drafts.init_app(
        app,
        Drawer(
            {CUSTOMER: entrance_service.lock_owner, STAFF: staff_service.lock_colleague},
            drafts_service.keep_draft,
            drafts_queries.find_draft,
            drafts_service.forget_draft,
        ),
    )
    for room in ROOMS:
        app.register_blueprint(room.bp)
    health.init_app(app, _examine_with(Health()))
    visiting.init_app(app)
    access.init_app(app, may, staff_queries.get_allowed)
    forms.init_app(app)
    returning.init_app(app)
    typed.init_app(app)
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
