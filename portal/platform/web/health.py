"""Answers for machines: is the process alive, can it serve, and what a browser complains of."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, Response, g, jsonify
from flask.typing import ResponseReturnValue

from portal.platform.core.log import get_logger
from portal.platform.runtime import Runtime
from portal.platform.web import forms
from portal.platform.web.access import Access, access
from portal.platform.web.runtime import runtime

log = get_logger(__name__)


def init_app(app: Flask, examine: Callable[[Runtime], tuple[bool, dict[str, str]]]) -> None:
    """Add the addresses; `examine` tells whether pages can be served, and how each part is."""

    @access(Access.ANYONE)
    def readyz() -> ResponseReturnValue:
        """Say of each part whether it can serve; 503 when pages cannot be served."""
        is_ready, found = examine(runtime())
        answer = jsonify(status="ready" if is_ready else "not ready", **found)
        if not is_ready:
            g.nobody = True
            answer.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return answer

    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)
    app.add_url_rule("/csp-report", view_func=csp_report, methods=["POST"])


@access(Access.ANYONE)
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@access(Access.ANYONE)
@forms.tokenless
def csp_report() -> ResponseReturnValue:
    """Count that a browser refused something of ours; what it sent is not kept."""
    log.warning("csp-report")
    return Response(status=204)
