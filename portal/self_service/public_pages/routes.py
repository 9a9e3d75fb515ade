"""Pages and files that anybody may read."""

from datetime import timedelta

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.erasure.connector_erasures.rules import list_untold
from portal.platform.core.clock import spell_length
from portal.platform.core.holdings import Rule, in_reading_order
from portal.platform.core.visit import WARNED_BEFORE
from portal.platform.web.access import Access, access
from portal.platform.web.runtime import runtime
from portal.self_service.public_pages.rules import (
    COOKIES,
    security_text,
    spell_minutes,
)

bp = Blueprint("public_pages", __name__)


@bp.get("/")
@access(Access.ANYONE)
def welcome() -> ResponseReturnValue:
    """Say what one can do here."""
    return render_template("self_service/public_pages/welcome.html")


@bp.get("/privacy")
@access(Access.ANYONE)
def privacy() -> ResponseReturnValue:
    """Say what is held, why and for how long, as each `held.py` declares it."""
    register = in_reading_order(runtime().register)
    facts = {"rules": _rules(), "spell_length": spell_length, "register": register}
    facts["untold"] = list_untold(runtime().other_systems)
    return render_template("self_service/public_pages/privacy.html", **facts)


@bp.get("/help")
@access(Access.ANYONE)
def help() -> ResponseReturnValue:  # noqa: A001  # the name of its page
    """Answer what people ask most, and say how to reach us."""
    telephone = runtime().settings.contact_telephone
    return render_template("self_service/public_pages/help.html", telephone=telephone)


@bp.get("/cookies")
@access(Access.ANYONE)
def cookies() -> ResponseReturnValue:
    """Say which cookies there are."""
    return render_template("self_service/public_pages/cookies.html", cookies=COOKIES)


@bp.get("/accessibility")
@access(Access.ANYONE)
def accessibility() -> ResponseReturnValue:
    """Say how the portal can be used, and what is known not to work."""
    idle = timedelta(seconds=runtime().settings.session_idle_seconds)
    facts = {"idle": spell_minutes(idle), "warned": spell_minutes(WARNED_BEFORE)}
    facts["kept"] = spell_length(_rules()["drafts"].length or timedelta())
    return render_template("self_service/public_pages/accessibility.html", **facts)


@bp.get("/.well-known/security.txt")
@access(Access.ANYONE)
def security_txt() -> ResponseReturnValue:
    """Say where to report a weakness."""
    parts = runtime()
    settings = parts.settings
    text = security_text(settings.security_contact, settings.address, parts.clock())
    return Response(text, mimetype="text/plain")


@bp.get("/.well-known/change-password")
@access(Access.ANYONE)
def change_password() -> ResponseReturnValue:
    """Lead password managers to where a password is changed."""
    return redirect(url_for("account_security.password"), 303)


@bp.get("/.well-known/passkey-endpoints")
@access(Access.ANYONE)
def passkey_endpoints() -> ResponseReturnValue:
    """Say to password managers where passkeys are made and looked after (W3C, 2024)."""
    start = runtime().settings.address
    pages = {
        "enroll": url_for("account_security.add_passkey"),
        "manage": url_for("account_security.show"),
    }
    return {what: f"{start}{path}" for what, path in pages.items()}


def _rules() -> dict[str, Rule]:
    """Return the lines of the retention schedule, by name."""
    return {rule.name: rule for holding in runtime().register for rule in holding.rules}
