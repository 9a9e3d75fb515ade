from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect
from werkzeug.exceptions import MethodNotAllowed, NotFound

from portal.self_service.public_pages.rules import COOKIES
from tests.journeys.checker import (
    COLOURS,
    ENDS,
    NARROW,
    WIDTHS,
    find_barriers,
    find_faults,
    find_sideways,
)
from tests.journeys.conftest import Site
from tests.journeys.every_page import WALKS
from tests.world import NOON

pytestmark = pytest.mark.journey

WITH_SCRIPTS = pytest.mark.parametrize("site", [True], indirect=True, ids=["scripts"])
WITHOUT_SCRIPTS = pytest.mark.parametrize("site", [False], indirect=True, ids=["no-scripts"])
NO_PAGES = {
    *(
        "assets",
        "healthz",
        "look",
        "marketing.receipt",
        "readyz",
        "receipts.download",
        "staff_look",
    ),
    "cancellation_requests_desk.agree",
    *(
        "public_pages.security_txt",
        "public_pages.change_password",
        "public_pages.passkey_endpoints",
        "cancellation.copy",
        "your_data.schema",
        "processing_register.linked",
        "processing_register.table",
        "queue_desk.table",
        "processing_register_desk.table",
    ),
}


def endpoints(app: Flask) -> set[str]:
    """Return every endpoint that shows a page."""
    shown = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return shown - NO_PAGES


def endpoint(app: Flask, path: str) -> str:
    try:
        found: str = app.url_map.bind("localhost").match(path.partition("?")[0])[0]
    except (NotFound, MethodNotAllowed):
        return ""
    return found


@dataclass
class Traces:
    """Where the browser asked for something, and which cookies it was given."""

    site: Site
    hosts: set[str] = field(default_factory=set)
    cookies: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.site.page.on("request", lambda one: self.hosts.add(urlsplit(one.url).netloc))

    def look(self) -> None:
        self.cookies |= {str(one.get("name")) for one in self.site.context.cookies()}


AGAIN = frozenset({"newcomer", "empty desk", "passkeys", "officer", "colleagues", "public"})
"""Walks past pages that others pass as well, that few people see or that seldom change: for a run
of everything."""


@WITH_SCRIPTS
@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=pytest.mark.nightly) if one in AGAIN else one for one in WALKS],
)
def test_no_page_has_a_barrier_or_scrolls_sideways_in_light_or_dark(
    site: Site, name: str, pytestconfig: pytest.Config
) -> None:
    walk, traces = WALKS[name], Traces(site)
    ends = ENDS if pytestconfig.getoption("--level") == "all" else (NARROW,)
    faults, seen = [], set()
    for page in walk.lead(site):
        faults += [f"{page}, {one}" for one in find_faults(site.page, ends)]
        seen.add(endpoint(site.world.app, site.path))
        traces.look()
    assert faults == []
    assert walk.shows <= seen
    assert traces.cookies == set(walk.cookies.split())
    assert traces.hosts == {urlsplit(site.address).netloc}


def test_no_page_and_no_cookie_is_left_out(app: Flask) -> None:
    shown = [page for walk in WALKS.values() for page in walk.shows]
    assert sorted(shown) == sorted(endpoints(app))
    given = {name for walk in WALKS.values() for name in walk.cookies.split()}
    assert given == {one.name for one in COOKIES}


@WITHOUT_SCRIPTS
def test_the_notice_names_every_cookie(site: Site) -> None:
    site.open("/cookies")
    named = site.page.get_by_role("rowheader").all_inner_texts()
    assert sorted(named) == sorted(one.name for one in COOKIES)


@WITH_SCRIPTS
def test_the_warning_before_the_time_out_has_no_barrier(site: Site) -> None:
    site.page.clock.install(time=NOON)
    site.sign_in(site.world.customer())
    site.page.clock.fast_forward("28:05")
    expect(site.page.get_by_role("dialog")).to_be_visible()
    assert find_faults(site.page) == []


@WITH_SCRIPTS
def test_the_checker_finds_what_is_wrong(site: Site) -> None:
    page = site.open("/contact")
    assert find_faults(page) == []
    page.evaluate("document.querySelector('label[for=name]').remove()")
    assert any(one.startswith("label: ") for one in find_barriers(page))
    page.evaluate("document.querySelector('main p').style.color = '#666666'")
    assert any(one.startswith("color-contrast: ") for one in find_barriers(page, COLOURS))
    page.evaluate("document.querySelector('main p').style.minInlineSize = '1400px'")
    assert find_sideways(page)
    assert len([one for one in find_faults(page) if "sideways" in one]) == len(WIDTHS)
    page.evaluate("console.warn('on purpose')")
    expect(page.get_by_role("main")).to_be_visible()
    assert site.complaints == ["warning: on purpose"]
    site.complaints.clear()
