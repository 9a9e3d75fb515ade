"""Who is signed in; the only module that touches Flask-Login.

The session is a row; the cookie holds a random token whose hash is stored. Customers and
staff have a cookie each, and staff pages look at theirs alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar, cast
from uuid import UUID
from weakref import WeakSet

from flask import Flask, Request, current_app, g, request, session
from flask.typing import RouteCallable
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from portal.platform.core.ids import CustomerId, StaffId
from portal.platform.core.visit import CUSTOMER, STAFF, Ended, Visit
from portal.platform.core.work import VISITOR, Actor, Work, open_reading, open_work
from portal.platform.encryption.sealing import Vault
from portal.platform.web.runtime import runtime

View = TypeVar("View", bound=RouteCallable)
_uncounted: WeakSet[RouteCallable] = WeakSet()


class WebRealm(Protocol):
    """What every page needs to know of a realm, whose table stands above (`identity.realms`)."""

    @property
    def kind(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def blueprint(self) -> str: ...
    @property
    def security_blueprint(self) -> str: ...
    @property
    def blueprints(self) -> tuple[str, ...]: ...
    @property
    def cookie(self) -> str: ...
    @property
    def same_site(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SessionStore:
    """Callbacks to find a session by its token and to record use, sign-out and time-out."""

    find_visit: Callable[[Work, str, str, timedelta], Visit | None]
    mark_seen: Callable[[Work, Visit], None]
    sign_out: Callable[[Work, Visit], None]
    time_out: Callable[[Work, Visit], None]


class SessionUser(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The person behind this request, as Flask-Login wants to see one."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    def get_id(self) -> str:
        """Return the session's id; Flask-Login never stores it, our cookie does the work."""
        return str(self.visit.session_id)


def init_app(app: Flask, realms: Mapping[str, WebRealm], sessions: SessionStore) -> None:
    """Teach the app to know people by their cookie; `realms` are named by their kind."""
    manager = LoginManager()
    manager.request_loader(_load)
    # Not `manager.init_app`: it would look into the form cookie at every answer, files included,
    # for a remember cookie of its own that we never set.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.extensions |= {"realms": realms, "sign_in_sessions": sessions}
    app.extensions["whose"] = lambda: spell_owner(current_actor().id)


def uncounted(view: View) -> View:
    """Declare that to ask for a page is no use of a session: a script asks, and nobody is there."""
    _uncounted.add(view)
    return view


def _load(sent: Request) -> SessionUser | None:
    """Find the person by the cookie; called once a request, when somebody first asks."""
    kind = kind_of(sent.path)
    token = sent.cookies.get(cookie_name(kind))
    if not token or g.get("nobody"):
        return None
    parts, sessions = runtime(), session_store()
    if "vault" not in g:
        g.vault = Vault(parts.keyring)
    idle = timedelta(seconds=parts.settings.session_idle_seconds)
    with open_reading(parts.sessions, VISITOR, parts.clock, g.vault) as work:
        visit = sessions.find_visit(work, kind, token, idle)
    if visit is None or visit.ended:
        g.ended = visit
        return None
    if visit.is_half:
        g.half = visit
        return None
    if visit.is_stale and current_app.view_functions.get(sent.endpoint or "") not in _uncounted:
        actor = Actor(kind, visit.person_id)
        with open_work(parts.sessions, actor, parts.clock, g.vault) as work:
            sessions.mark_seen(work, visit)
    return SessionUser(visit)


def realms() -> Mapping[str, WebRealm]:
    """Return the realms, by the kind of their people."""
    return cast(Mapping[str, WebRealm], current_app.extensions["realms"])


def session_store() -> SessionStore:
    """Return where sessions are kept."""
    return cast(SessionStore, current_app.extensions["sign_in_sessions"])


def kind_of(path: str) -> str:
    """Return whose page it is: the desk's, or a customer's and everybody's."""
    start = realms()[STAFF].path
    return STAFF if path == start or path.startswith(f"{start}/") else CUSTOMER


def cookie_name(kind: str) -> str:
    """Return the name of the session cookie; with TLS it is bound to the host by its prefix."""
    name = realms()[kind].cookie
    return f"__Host-{name}" if runtime().settings.secure else name


def current_visit() -> Visit | None:
    """Return the visit of whoever is fully signed in."""
    person = current_user._get_current_object()  # noqa: SLF001  # the proxy's documented way in
    return person.visit if isinstance(person, SessionUser) else None


def is_visit_of(person_id: UUID) -> bool:
    """Tell whether whoever is fully signed in is this person."""
    visit = current_visit()
    return visit is not None and visit.person_id == person_id


def get_visit() -> Visit:
    """Return the visit of whoever is fully signed in; raises `LookupError` for anybody else."""
    visit = current_visit()
    if visit is None:
        raise LookupError("Nobody is signed in")
    return visit


def half_visit() -> Visit | None:
    """Return the visit of somebody who gave the right password and no answer yet."""
    current_visit()
    visit: Visit | None = g.get("half")
    return visit


def ended_visit() -> Visit | None:
    """Return the visit that the cookie speaks of and that no longer holds."""
    current_visit()
    ended: Visit | None = g.get("ended")
    return ended


def why_ended() -> Ended | None:
    """Return why the session that the cookie speaks of no longer holds."""
    visit = ended_visit()
    return visit.ended if visit else None


def current_actor() -> Actor:
    """Return whoever makes this request."""
    visit = current_visit()
    return Actor(visit.kind, visit.person_id, visit.session_id) if visit else VISITOR


def current_customer_id() -> CustomerId:
    """Return the signed-in customer."""
    return CustomerId(_person_id(CUSTOMER))


def current_staff_id() -> StaffId:
    """Return the signed-in member of staff."""
    return StaffId(_person_id(STAFF))


def spell_owner(person_id: UUID | None) -> str:
    """Return what says whose a form is, and nothing else; of a visitor's, nothing."""
    return runtime().keyring.hash("form", str(person_id)).hex()[:32] if person_id else ""


def current_role() -> str:
    """Return what the signed-in member of staff does at the desk; nothing for others."""
    visit = current_visit()
    return visit.role if visit else ""


def _person_id(kind: str) -> UUID:
    visit = current_visit()
    if visit is None or visit.kind != kind:
        raise LookupError(f"Nobody of the kind {kind} is signed in")
    return visit.person_id


def let_in(response: Response, kind: str, token: str) -> Response:
    """Give the browser its session cookie, and a new form token with it (ASVS 7.2.4)."""
    session.clear()
    return renew(response, kind, token)


def renew(response: Response, kind: str, token: str) -> Response:
    """Give the browser the new token of the session it has; forms that are open go on working."""
    response.set_cookie(
        cookie_name(kind),
        token,
        secure=runtime().settings.secure,
        httponly=True,
        samesite=realms()[kind].same_site,
    )
    return response


def let_out(response: Response, kind: str, *, clear: bool = True) -> Response:
    """Take the session cookie away and have the browser forget what it kept."""
    response.delete_cookie(
        cookie_name(kind), secure=runtime().settings.secure, httponly=True, samesite="Lax"
    )
    session.clear()
    if clear:
        kept = [name for name in request.cookies if name.endswith(("remember", "display"))]
        kinds = ['"cache"', '"storage"'] if kept else ['"cache"', '"cookies"', '"storage"']
        response.headers["Clear-Site-Data"] = ", ".join(kinds)
    return response
