from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect
from werkzeug.exceptions import MethodNotAllowed, NotFound

from portal.notices.rules import COOKIES
from tests.journeys.checker import WIDTHS, find_barriers, find_faults, find_sideways
from tests.journeys.conftest import Site
from tests.journeys.every_page import WALKS
from tests.world import NOON

pytestmark = pytest.mark.journey

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
WITH_SCRIPTS = pytest.mark.parametrize("site", [True], indirect=True, ids=["scripts"])
WITHOUT_SCRIPTS = pytest.mark.parametrize("site", [False], indirect=True, ids=["no-scripts"])
NO_PAGES = {
    *("assets", "healthz", "readyz"),
    *("notices.security_txt", "notices.change_password", "notices.passkey_endpoints"),
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


@WITH_SCRIPTS
@pytest.mark.parametrize("walk", WALKS)
def test_no_page_has_a_barrier_or_scrolls_sideways_in_light_or_dark(site: Site, walk: str) -> None:
    faults, traces = [], Traces(site)
    for name in WALKS[walk](site):
        for scheme in SCHEMES:
            site.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = find_faults(site.page, axe=True)
            faults += [f"{name}, {scheme}, {one}" for one in found]
        traces.look()
    assert faults == []
    assert traces.hosts == {urlsplit(site.address).netloc}
    assert traces.cookies <= {one.name for one in COOKIES}


@WITHOUT_SCRIPTS
def test_no_page_is_left_out_and_the_cookies_set_are_those_that_the_notice_names(
    site: Site,
) -> None:
    app = site.world.app
    seen, pages, faults, traces = set(), 0, [], Traces(site)
    for walk in WALKS.values():
        for name in walk(site):
            pages += 1
            seen.add(endpoint(app, site.path))
            faults += [f"{name}, {one}" for one in find_faults(site.page, axe=False)]
            traces.look()
        site.context.clear_cookies()
    assert faults == []
    assert endpoints(app) - seen == set()
    assert pages > len(endpoints(app))
    assert traces.hosts == {urlsplit(site.address).netloc}
    site.open("/cookies")
    named = set(site.page.get_by_role("rowheader").all_inner_texts())
    assert traces.cookies == named == {one.name for one in COOKIES}


@WITH_SCRIPTS
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_warning_before_the_time_out_has_no_barrier(site: Site, scheme: str) -> None:
    site.page.clock.install(time=NOON)
    site.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    site.sign_in(site.world.customer())
    site.page.clock.fast_forward("28:05")
    expect(site.page.get_by_role("dialog")).to_be_visible()
    assert find_faults(site.page, axe=True) == []


@WITH_SCRIPTS
def test_the_checker_finds_what_is_wrong(site: Site) -> None:
    page = site.open("/contact")
    assert find_faults(page, axe=True) == []
    page.evaluate("document.querySelector('label[for=name]').remove()")
    assert any(one.startswith("label: ") for one in find_barriers(page))
    page.evaluate("document.querySelector('main p').style.color = '#bbbbbb'")
    assert any(one.startswith("color-contrast: ") for one in find_barriers(page))
    page.evaluate("document.querySelector('main p').style.minInlineSize = '1400px'")
    assert find_sideways(page)
    assert len([one for one in find_faults(page, axe=False) if "sideways" in one]) == len(WIDTHS)
    page.evaluate("console.warn('on purpose')")
    expect(page.get_by_role("main")).to_be_visible()
    assert site.complaints == ["warning: on purpose"]
    site.complaints.clear()
