"""Half-filled forms: kept when a session ends under somebody's hands, offered afterwards.

Each page says which of its fields may be kept (`access(…, keeps=…)`); passwords, answers and
codes never are. Where they are kept is wired from above (see `DraftStore`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from flask import Flask, current_app, g, request

from portal.platform.core.visit import STAFF, Visit
from portal.platform.core.work import Work
from portal.platform.web.forms import is_of_another
from portal.platform.web.identity import spell_owner
from portal.platform.web.transaction import reading, unit_with_own_look

Fields = dict[str, list[str]]
LONGEST_PATH = 200
LONGEST_DRAFT = 64_000
"""Signs of all fields together; more is not kept."""


@dataclass(frozen=True, slots=True)
class DraftStore:
    """Where half-filled forms lie: how one is put in, looked at and thrown away.

    `lock` locks the row of somebody of a kind; None comes of whoever is gone. `subjects` are what
    addresses of the desk name, each with what locks the person that a page is about, and returns
    the number of the key that seals what is typed about them; None of whoever is gone.
    """

    lock: Callable[[Work, str, UUID], object | None]
    keep: Callable[[Work, UUID, str, Fields, UUID | None], None]
    find: Callable[[Work, UUID, str], Fields | None]
    forget: Callable[[Work, UUID, str], None]
    subjects: Mapping[str, Callable[[Work, Any], UUID | None]]


def init_app(app: Flask, draft_store: DraftStore) -> None:
    """Say where half-filled forms lie."""
    app.extensions["drafts"] = draft_store


def keep(visit: Visit, path: str, allowed: frozenset[str]) -> None:
    """Keep what was sent to a page, for its owner alone.

    It is sealed with their key; what a colleague typed about somebody, with that person's, and
    nothing is kept about somebody who is gone.
    """
    fields = {name: request.form.getlist(name) for name in sorted(allowed & set(request.form))}
    size = sum(len(value) for values in fields.values() for value in values)
    has_words = any(value for values in fields.values() for value in values)
    is_own = not is_of_another(spell_owner(visit.person_id))
    if is_own and has_words and size <= LONGEST_DRAFT and _is_plain(path):
        with unit_with_own_look() as work:
            draft_store = _draft_store()
            if draft_store.lock(work, visit.kind, visit.person_id) is None:
                return
            named = find_subject(path) if visit.kind == STAFF else None
            about_id = draft_store.subjects[named[0]](work, named[1]) if named else None
            if named is None or about_id is not None:
                draft_store.keep(work, visit.person_id, path, fields, about_id)


def find_subject(path: str) -> tuple[str, Any] | None:
    """Return what the address of a page says of whom it is about; None of a page about nobody."""
    _, said = current_app.url_map.bind("").match(path, method="GET")
    return next(((name, said[name]) for name in _draft_store().subjects if name in said), None)


def look(owner_id: UUID, path: str) -> None:
    """Lay a kept form ready, for the form that this request is about to draw."""
    if not _is_plain(path):
        return
    with reading() as work:
        g.draft = _draft_store().find(work, owner_id, path)


def forget(owner_id: UUID, path: str) -> None:
    """Throw a kept form away."""
    with unit_with_own_look() as work:
        _draft_store().forget(work, owner_id, path)


def _is_plain(path: str) -> bool:
    """Tell whether a path can be that of a form; a database may refuse what is none."""
    return len(path) <= LONGEST_PATH and path.isascii() and path.isprintable()


def _draft_store() -> DraftStore:
    return cast(DraftStore, current_app.extensions["drafts"])
