"""What every template may use: the brand, the person, dates as people say them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from flask import Flask, current_app, request
from jinja2 import Environment, StrictUndefined, pass_environment

from portal.platform.core.clock import london_day, spell_day, spell_desk_moment, spell_moment
from portal.platform.core.ids import SessionId
from portal.platform.core.references import WRITTEN
from portal.platform.core.translating import translate
from portal.platform.core.visit import STAFF, WARNED_BEFORE, seen_pause
from portal.platform.web import identity
from portal.platform.web.access import Access, entry_of
from portal.platform.web.forms import kept, returned
from portal.platform.web.runtime import runtime
from portal.platform.web.visiting import kept_of


@dataclass(frozen=True, slots=True)
class Me:
    """Whoever looks at the page."""

    kind: str
    name: str
    role: str
    session_id: SessionId
    idle_seconds: int
    grace_seconds: int


def init_app(app: Flask, brand: str) -> None:
    """Give the templates their words and filters."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    translate(environment)
    environment.globals.update(
        brand=brand,
        nation=lambda: runtime().nation,
        service_name="Privacy Centre",
        me=_me,
        i_may=_i_may,
        kept_form=kept,
        returned_form=returned,
        is_for_anybody=_is_for_anybody,
        keeps=lambda path: bool(kept_of(path)),
        warned_seconds=int(WARNED_BEFORE.total_seconds()),
        year=lambda: _today().year,
    )
    environment.filters.update(date=say_date, datetime=say_moment, isotime=_iso)
    environment.filters["references"] = split_at_references


def say_date(value: date | datetime) -> str:
    """Return a date as people say it: 22 November 2026."""
    return spell_day(london_day(value) if isinstance(value, datetime) else value)


def say_moment(value: datetime) -> str:
    """Return a moment as whoever reads the page tells the time: at 7:45pm, at the desk at 19:45."""
    visit = identity.current_visit()
    is_colleague = visit is not None and visit.kind == STAFF
    return spell_desk_moment(value) if is_colleague else spell_moment(value)


@pass_environment
def split_at_references(environment: Environment, text: str) -> list[str]:
    """Return what stands between the references of a text, and them, in turn."""
    said = environment.finalize(text) if environment.finalize else text
    return WRITTEN.split(str(said))


def _iso(value: date | datetime) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def _today() -> date:
    return london_day(runtime().clock())


def _is_for_anybody() -> bool:
    """Tell whether visitors may see this page as well."""
    return request.endpoint is None or entry_of(request.endpoint).needed is Access.ANYONE


def _i_may(task: str) -> bool:
    """Tell whether whoever looks may do a task of the table of roles."""
    return bool(current_app.extensions["allows"](identity.current_role(), task))


def _me() -> Me | None:
    visit = identity.current_visit()
    if visit is None:
        return None
    idle = runtime().settings.session_idle_seconds
    pause = seen_pause(timedelta(seconds=idle))
    grace = ceil(pause.total_seconds())
    return Me(visit.kind, visit.name, visit.role_title, visit.session_id, idle, grace)
