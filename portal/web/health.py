"""Answers for machines: is the process alive, can it serve, and what a browser complains of."""

from flask import Flask, Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from portal.kernel.log import get_logger
from portal.web import forms
from portal.web.access import Access, access
from portal.web.runtime import runtime

log = get_logger(__name__)


def init_app(app: Flask) -> None:
    """Add the addresses."""
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)
    app.add_url_rule("/csp-report", view_func=csp_report, methods=["POST"])


@access(Access.ANYONE)
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@access(Access.ANYONE)
def readyz() -> ResponseReturnValue:
    """Say whether both databases answer; 503 when not (the error page of the busy)."""
    parts = runtime()
    for engine in (parts.sessions.engine.execution_options(reading=True), parts.keyring.engine):
        with engine.execution_options(reading=True).connect() as connection:
            connection.execute(text("SELECT 1"))
    return jsonify(status="ready")


@access(Access.ANYONE)
@forms.tokenless
def csp_report() -> ResponseReturnValue:
    """Count that a browser refused something of ours; what it sent is not kept."""
    log.warning("csp-report")
    return Response(status=204)
