"""Corners that people never look into, and scanners always do; answers that are seldom given."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from portal.operations.app import create_app
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.web import limiting
from portal.platform.web.access import Access, access
from tests.pages import Visitor
from tests.platform.web.test_headers import PROFILE, answers
from tests.world import ANSWER, PASSWORD, World

NOT_THERE = [
    "/.git/config", "/.git/HEAD", "/.svn/entries", "/.hg/store", "/.env", "/.htaccess",
    "/server-status", "/server-info", "/metrics", "/actuator/health", "/debug", "/console",
    "/_debug_toolbar/", "/swagger", "/docs", "/openapi.json", "/graphql", "/admin", "/phpinfo.php",
    "/assets", "/assets/", "/assets/x/", "/static/", "/templates/", "/instance/portal.db",
    "/wsgi.py", "/pyproject.toml", "/requirements.txt", "/backup.zip", "/robots.txt~",
]  # fmt: skip
SOFTWARE = ("werkzeug", "flask", "gunicorn", "python", "sqlalchemy", "sqlite", "nginx")
LARGEST_COOKIE = 4096
LONGEST_COOKIE_LIFE = 400 * 24 * 60 * 60
"""Seconds; browsers keep no cookie for longer."""
pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # the web alone
SECRET = "what nobody may read of an error"


def test_what_a_scanner_asks_for_is_not_there(world: World) -> None:
    for visitor in (world.visitor(), world.at_the_desk()):
        for path in NOT_THERE:
            answer = visitor.client.get(path)
            assert answer.status_code in {404, 405}, path
            assert "Page not found" in answer.text, path


def test_a_colleague_on_a_page_that_is_not_theirs_is_told_why_and_led_back_to_the_desk(
    world: World,
) -> None:
    desk = world.at_the_desk()
    for path, status, title in (
        ("/staff/surveys", 403, "Your role doesn’t cover this"),
        ("/staff/nothing", 404, "Page not found"),
    ):
        page = desk.open(path, status)
        assert page.title == title
        (way_on,) = page.soup.select("main a")
        assert (way_on.get_text(), way_on["href"]) == ("Go to the desk", "/staff")
    ways_on = world.visitor().open("/nothing", 404).soup.select("main a")
    assert [one["href"] for one in ways_on] == ["/contact", "/"]


def test_no_answer_names_the_software_that_made_it(world: World) -> None:
    for _, answer in answers(world):
        said = f"{answer.headers} {answer.text if answer.mimetype == 'text/html' else ''}".lower()
        assert [name for name in SOFTWARE if name in said] == [], answer.request.path


def test_every_answer_says_what_it_is_and_in_which_letters(world: World) -> None:
    for status, answer in answers(world):
        kind = answer.headers.get("Content-Type", "")
        if status == HTTPStatus.NO_CONTENT:
            continue
        assert kind, answer.request.path
        if kind.startswith("text/"):
            assert kind.endswith("; charset=utf-8"), (answer.request.path, kind)


def test_no_other_site_may_read_an_answer(world: World) -> None:
    client = world.signed_in().client
    for origin in ("https://evil.example", "null", "http://localhost"):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for path in ("/", "/account", "/healthz", "/sign-in/passkey/options"):
            for method in ("GET", "OPTIONS"):
                answer = client.open(path, method=method, headers=asked)
                names = {name.lower() for name, _ in answer.headers}
                assert not [name for name in names if "access-control" in name], (path, origin)


def failing(error: Exception) -> Any:
    @access(Access.ANYONE)
    def view() -> ResponseReturnValue:
        raise error

    return view


@contextmanager
def broken(app: Flask, error: Exception) -> Iterator[Visitor]:
    """A portal one of whose pages fails."""
    before = app.view_functions["public_pages.cookies"]
    app.view_functions["public_pages.cookies"] = failing(error)
    yield Visitor(app)
    app.view_functions["public_pages.cookies"] = before


def busy() -> OperationalError:
    return OperationalError("SELECT", {}, Exception(SECRET))


SELDOM = [
    (404, NotFoundError()),
    (409, StaleError()),
    (500, ZeroDivisionError(SECRET)),
    (503, busy()),
]


@pytest.mark.parametrize(("status", "error"), SELDOM)
def test_an_error_is_a_page_of_ours_with_every_header_and_nothing_of_the_error(
    world: World, status: int, error: Exception
) -> None:
    with broken(world.app, error) as visitor:
        answer = visitor.client.get("/cookies")
    assert answer.status_code == status
    assert_ours(answer)
    assert ("Retry-After" in answer.headers) == (status == HTTPStatus.SERVICE_UNAVAILABLE)


def assert_ours(answer: TestResponse) -> None:
    for name, value in PROFILE.items():
        assert answer.headers.getlist(name) == [value], name
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "<h1" in answer.text
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert "ZeroDivision" not in answer.text


def test_a_refusal_for_haste_has_every_header(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = {pace: replace(limit, most=1) for pace, limit in limiting.LIMITS.items()}
    monkeypatch.setattr(limiting, "LIMITS", slow)
    visitor = world.visitor()
    seen = [visitor.send("/receipts", receipt="x").status_code for _ in range(2)]
    assert seen[-1] == HTTPStatus.TOO_MANY_REQUESTS
    assert_ours(visitor.send("/receipts", receipt="x"))


def test_an_error_stays_a_page_of_ours_whatever_flask_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(world.parts.settings)
    assert app.debug, "then this test would show nothing"
    with broken(app, ZeroDivisionError(SECRET)) as visitor:
        answer = visitor.client.get("/cookies")
        console = visitor.client.get("/console")
    app.extensions["portal"].close()
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert_ours(answer)
    assert console.status_code == HTTPStatus.NOT_FOUND


def test_every_cookie_is_small_and_lives_no_longer_than_browsers_allow(world: World) -> None:
    person = world.customer(f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example.com")
    visitor = world.visitor()
    steps = [
        ("/sign-in", {"email": person.email, "password": PASSWORD, "remember": "y"}),
        ("/sign-in/question", {"answer": ANSWER}),
        ("/preferences/off", {}),
        ("/profile/edit", {"given_name": "R", "family_name": "E", "version": "1"}),
        ("/sign-out", {}),
    ]
    cookies: list[str] = []
    for path, fields in steps:
        answer = visitor.send(path, **fields)
        cookies += answer.headers.getlist("Set-Cookie")
    assert {one.partition("=")[0] for one in cookies} >= {"form", "session", "remember"}
    for cookie in cookies:
        kept, _, told = cookie.partition(";")
        assert len(kept) <= LARGEST_COOKIE
        ages = [int(one.partition("=")[2]) for one in told.split("; ") if "Max-Age" in one]
        assert all(age <= LONGEST_COOKIE_LIFE for age in ages), cookie
