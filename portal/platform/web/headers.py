"""The headers of every answer, errors and files included."""

import secrets

from flask import Flask, g, request
from werkzeug.wrappers import Response

from portal.platform.web.runtime import runtime

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; "
    "report-uri /csp-report; report-to csp"
)
NEVER_USED = (
    "accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope",
    "microphone", "payment", "usb", "browsing-topics",
)  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # no-referrer would hide our own origin (`origins`)
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NEVER_USED),
    "Reporting-Endpoints": 'csp="/csp-report"',
}
TWO_YEARS = 63_072_000


def csp_nonce() -> str:
    """Return the number that this answer's one script carries."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    nonce: str = g.nonce
    return nonce


def init_app(app: Flask) -> None:
    """Put the headers on everything."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_add)


def _add(response: Response) -> Response:
    secure = runtime().settings.secure
    policy = POLICY.format(nonce=csp_nonce())
    response.headers["Content-Security-Policy"] = (
        f"{policy}; upgrade-insecure-requests" if secure else policy
    )
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if secure:
        response.headers["Strict-Transport-Security"] = (
            f"max-age={TWO_YEARS}; includeSubDomains; preload"
        )
    if request.endpoint != "assets" or response.status_code != 200:  # noqa: PLR2004  # HTTP's OK
        response.headers["Cache-Control"] = "no-store"
    return response
