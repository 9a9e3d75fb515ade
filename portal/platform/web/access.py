"""Every page says who may see it; a page that says nothing stops the program from starting."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar
from weakref import WeakKeyDictionary

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue, RouteCallable

from portal.platform.core.errors import SessionEndedError
from portal.platform.core.texts import _, _n
from portal.platform.core.visit import Ended, Visit
from portal.platform.web import drafts, forms, identity, origins, typed
from portal.platform.web.errors import NotInRoleError
from portal.platform.web.runtime import runtime

View = TypeVar("View", bound=RouteCallable)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_FIELDS = 200
Allows = Callable[[str, str], bool]
Authority = Callable[..., object]
ENDED_MEANWHILE = _("You were signed out before we could do that, so nothing was changed.")
SIGNED_OUT = _("You’re no longer signed in, so nothing was sent.")
FIRST = _("Nothing was sent. Choose a new password first.")
AGED = _("Nothing was sent. Enter your password first, then send it again.")


class Access(StrEnum):
    """Who may see a page."""

    ANYONE = "anyone"
    CUSTOMER = "customer"
    STAFF = "staff"
    SIGNED_IN = "signed-in"
    """A page that both realms have: a customer where it is customers', a colleague at the desk."""


@dataclass(frozen=True, slots=True)
class AccessRule:
    """What a page says about who may see it.

    `fresh`: only with a proof that is no older than five minutes. `may`: what the role of a
    colleague must allow. `keeps`: the fields that are kept when the session ends meanwhile.
    `renews`: open also to whoever has to choose a new password before anything else.
    """

    needed: Access
    fresh: bool = False
    may: str = ""
    keeps: frozenset[str] = frozenset()
    renews: bool = False


_declared: WeakKeyDictionary[RouteCallable, AccessRule] = WeakKeyDictionary()


def access(
    needed: Access,
    *,
    fresh: bool = False,
    may: str = "",
    keeps: Iterable[str] = (),
    renews: bool = False,
) -> Callable[[View], View]:
    """Declare who may see the page; what the words mean stands with `AccessRule`."""

    def declare(view: View) -> View:
        _declared[view] = AccessRule(needed, fresh, may, frozenset(keeps), renews)
        return view

    return declare


def entry_of(endpoint: str) -> AccessRule:
    """Return what a page has said; a page of both realms, for the realm whose endpoint it is."""
    said = _declared[current_app.view_functions[endpoint]]
    if said.needed is not Access.SIGNED_IN:
        return said
    return replace(said, needed=Access(_kind_of_endpoint(identity.realms(), endpoint)))


def _kind_of_endpoint(realms: Mapping[str, identity.WebRealm], endpoint: str) -> str:
    """Return whose page an endpoint is; nothing where it stands on no blueprint of a realm."""
    blueprint = endpoint.partition(".")[0]
    return next((kind for kind, realm in realms.items() if blueprint in realm.blueprints), "")


def init_app(app: Flask, allows: Allows, authority: Authority) -> None:
    """Refuse to start with an undeclared page, then stand at sign-in.

    `allows` tells whether a role may do a thing, `authority` looks at it again in the transaction
    that does it; the table of roles is wired from above.
    """
    refuse_silent_pages(app)
    app.extensions |= {"allows": allows, "authority": authority}
    app.before_request(guard)
    app.register_error_handler(SessionEndedError, _on_session_ended)
    app.after_request(_tidy)


def refuse_silent_pages(app: Flask) -> None:
    """Raise `RuntimeError` naming the pages that do not say who may see them.

    A page for whoever is signed in says so only on a blueprint of a realm.
    """
    realms = app.extensions["realms"]
    silent = sorted(
        name
        for name, view in app.view_functions.items()
        if view not in _declared
        or (_declared[view].needed is Access.SIGNED_IN and not _kind_of_endpoint(realms, name))
    )
    if silent:
        raise RuntimeError(f"These pages do not say who may see them: {silent}")


def guard() -> ResponseReturnValue | None:
    """Turn away forged senders and whoever may not see the page; runs before every request."""
    if _hostname() not in _hostnames():
        abort(400)
    unsafe = request.method not in SAFE_METHODS
    if unsafe:
        _look_at_what_was_sent()
    if request.endpoint is None:
        return None  # no such page: Flask answers 404 by itself
    entry = entry_of(request.endpoint)
    if entry.needed is Access.ANYONE and not entry.keeps:
        return None  # nothing is asked of the database for a page that is the same for all
    visit = identity.current_visit()
    if visit is None:
        return None if entry.needed is Access.ANYONE else _ask_to_sign_in(entry)
    if visit.must_choose and not entry.renews and entry.needed is not Access.ANYONE:
        return _ask_for_new_password()
    if entry.may and not current_app.extensions["allows"](visit.role, entry.may):
        raise NotInRoleError
    g.task = entry.may if unsafe else ""  # looked at again by whatever writes: `unit_of_work`
    if entry.fresh and not visit.is_fresh(runtime().clock()):
        return _ask_for_proof(entry, visit)
    if entry.keeps and not unsafe and forms.returned() is None:
        drafts.look(visit.person_id, request.path)
    return None


def _look_at_what_was_sent() -> None:
    """Turn away what another site sends, and what no form of ours has so many fields for."""
    if origins.is_forged():
        abort(403)
    if sum(1 for _ in request.form.items(multi=True)) > MOST_FIELDS:
        abort(413)
    typed.note()


def _ask_to_sign_in(entry: AccessRule) -> ResponseReturnValue:
    """Send the person to the sign-in page, and back afterwards, with what they had typed."""
    g.turned_away = True
    ended = identity.ended_visit()
    if ended is not None and ended.ended is Ended.IDLE:
        minutes = max(1, runtime().settings.session_idle_seconds // 60)
        flash(
            _n(
                "You were signed out because nothing happened for {number} minute.",
                "You were signed out because nothing happened for {number} minutes.",
                minutes,
            ),
            "info",
        )
    elif ended is not None:
        flash(
            _(
                "You were signed out. We sign everyone out after a while, to keep your details"
                " safe."
            ),
            "info",
        )
    is_kept = ended is not None and not ended.is_half and _keep_what_was_sent(entry, ended)
    back = request.path if request.method in SAFE_METHODS or is_kept else None
    way_on = url_for(f"{_sign_in_blueprint()}.sign_in", next=back)
    return redirect(way_on, 303) if is_kept else _lead_on(way_on, SIGNED_OUT)


def _on_session_ended(error: SessionEndedError) -> ResponseReturnValue:
    """Answer a request that was under way while its session was ended: nothing of it is kept."""
    del error
    g.turned_away = g.nobody = True
    way_on = url_for(f"{_sign_in_blueprint()}.sign_in")
    if typed.noted():
        return _lead_on(way_on, ENDED_MEANWHILE)
    flash(ENDED_MEANWHILE, "info")
    return redirect(way_on, 303)


def _lead_on(way_on: str, why: str) -> ResponseReturnValue:
    """Lead to where one signs in; on the way, print what was typed and is not kept."""
    if not typed.noted():
        return redirect(way_on, 303)
    page = render_template("platform/errors/not_sent.html", why=why, way_on=way_on)
    return make_response(page, HTTPStatus.BAD_REQUEST)


def _ask_for_proof(entry: AccessRule, visit: Visit) -> ResponseReturnValue:
    """Ask who it is once more, and lead back to the task with nothing lost."""
    g.turned_away = True
    is_kept = _keep_what_was_sent(entry, visit)
    way_on = url_for(f"{_sign_in_blueprint()}.prove", next=request.path)
    return redirect(way_on, 303) if is_kept else _lead_on(way_on, AGED)


def _ask_for_new_password() -> ResponseReturnValue:
    """Lead to a new password: somebody else may know the one there is."""
    g.turned_away = True
    realm = identity.realms()[identity.kind_of(request.path)]
    return _lead_on(url_for(f"{realm.security_blueprint}.password"), FIRST)


def _keep_what_was_sent(entry: AccessRule, visit: Visit) -> bool:
    """Keep the fields of a form that cannot be taken now; not what a forger sent."""
    if request.method in SAFE_METHODS or not entry.keeps or not forms.has_token():
        return False
    drafts.keep(visit, request.path, entry.keeps)
    return True


def _sign_in_blueprint() -> str:
    return identity.realms()[identity.kind_of(request.path)].blueprint


def _tidy(response: Response) -> Response:
    """Note that a kept form was shown, and throw it away once the page has taken it."""
    if forms.kept() is not None:
        session["draft"] = request.path
    visit = identity.current_visit() if session.get("draft") == request.path else None
    is_taken = response.status_code == HTTPStatus.SEE_OTHER and request.method not in SAFE_METHODS
    if visit is not None and is_taken and not g.get("turned_away"):
        drafts.forget(visit.person_id, request.path)
        session.pop("draft")
    return response


def next_path(fallback: str) -> str:
    """Return where to go after signing in: a page of ours that was asked for, or `fallback`."""
    wanted = request.args.get("next", "")
    kind = identity.kind_of(request.path)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    plain = ours and all(sign.isalnum() or sign in "/-_" for sign in wanted)
    return wanted if plain and identity.kind_of(wanted) == kind else fallback


def _hostname() -> str:
    host = request.host.lower()
    return host.rsplit(":", 1)[0] if not host.endswith("]") else host


def _hostnames() -> frozenset[str]:
    settings = runtime().settings
    local = {"localhost", "127.0.0.1", "[::1]"} if not settings.secure else set()
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return frozenset({host, *local})
