"""The button of whoever is greeted by somebody else's name."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.identity.remembered_browsers.service import remember
from portal.identity.sessions.service import forget_browser
from portal.platform.core.ids import CustomerId
from portal.platform.web import remembering
from portal.platform.web.access import Access, access
from portal.platform.web.device import current_device
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.transaction import unit_of_work

bp = Blueprint("remembered_browsers", __name__)


@bp.post("/sign-in/not-you")
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def not_you() -> ResponseReturnValue:
    """Have this browser greet its former user no more."""
    with unit_of_work() as work:
        forget_browser(work, remembering.token() or "")
    return remembering.drop_cookie(redirect(url_for("sign_in.sign_in"), 303))


def remember_if_asked(answer: Response, customer_id: CustomerId, *, asked_for: bool) -> Response:
    """Renew the browser's token if it is to be remembered; forget it everywhere if not."""
    shown = remembering.token()
    if not asked_for and not shown:
        return answer
    with unit_of_work() as work:
        if asked_for:
            new = remember(work, customer_id, shown, current_device())
            return remembering.set_cookie(answer, new)
        forget_browser(work, shown or "")
    return remembering.drop_cookie(answer)
