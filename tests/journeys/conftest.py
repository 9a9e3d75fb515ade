"""Real browsers before a running portal: Chromium, and two others for the main journeys."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.everything import find_chromium, find_firefox, find_webkit, in_ci
from tests.journeys.any_site import AnySite
from tests.journeys.driven_site import DrivenSite
from tests.journeys.engines import Driver, Firefox, WebKit, screen
from tests.world import World

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 10_000
"""Milliseconds that a page may take on a busy machine."""


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name
        pass


@dataclass
class Site(AnySite):
    """A portal that can be visited, and a Chromium that can do more than any browser can."""

    context: BrowserContext
    page: Page
    complaints: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def reload(self) -> None:
        self.page.reload()

    def go_back(self) -> None:
        self.page.go_back()

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def fill(self, fields: dict[str, str]) -> None:
        for label, text in fields.items():
            self.field(label).fill(text)

    def answer(self, text: str) -> None:
        self.page.get_by_role("textbox").fill(text)

    def choose(self, label: str, option: str) -> None:
        self.field(label).select_option(label=option)

    def holds(self, label: str, text: str) -> None:
        expect(self.field(label)).to_have_value(text)

    def check(self, *labels: str) -> None:
        for label in labels:
            if not self.field(label).is_checked():
                self.page.locator("label").filter(has_text=label).filter(visible=True).click()
            expect(self.field(label)).to_be_checked()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def unfold(self, words: str) -> None:
        self.page.locator("summary").filter(has_text=words).click()

    def strike(self, key: str) -> None:
        self.page.keyboard.press(key)

    def turn(self, group: str, label: str) -> None:
        self._group(group).locator("label").filter(has_text=label).click()

    def is_on(self, group: str, label: str) -> None:
        expect(self._group(group).get_by_role("checkbox", name=label, exact=True)).to_be_checked()

    def _group(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=name, exact=True)

    def arrive(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def has_title(self, title: str) -> None:
        expect(self.page).to_have_title(title)

    def read(self, *words: str) -> None:
        for some in words:
            expect(self.page.get_by_role("main")).to_contain_text(some)

    def miss(self, *words: str) -> None:
        for some in words:
            expect(self.page.locator("body")).not_to_contain_text(some)

    def offers_no(self, name: str) -> None:
        expect(self.page.get_by_role("button", name=name, exact=True)).to_have_count(0)

    def has_error(self, label: str, words: str) -> None:
        summary = self.page.get_by_role("alert", name="There is a problem")
        expect(summary.get_by_role("link", name=words)).to_be_visible()
        expect(self.field(label)).to_have_accessible_description(re.compile(f"Error: {words}"))

    def counts(self, selector: str, number: int) -> None:
        expect(self.page.locator(selector)).to_have_count(number)

    def sees(self, selector: str) -> None:
        expect(self.page.locator(selector).filter(visible=True).first).to_be_visible()

    def sees_no(self, selector: str) -> None:
        expect(self.page.locator(selector).filter(visible=True)).to_have_count(0)

    def says(self, selector: str, *words: str) -> None:
        expect(self.page.locator(selector)).to_contain_text(words)

    def text(self, selector: str = "main") -> str:
        return self.page.locator(selector).first.text_content() or ""

    def is_there(self, selector: str) -> bool:
        return self.page.locator(selector).filter(visible=True).count() > 0

    def run(self, script: str) -> None:
        self.page.evaluate(f"() => {{ {script} }}")

    def cookies(self) -> set[str]:
        return {one.get("name", "") for one in self.context.cookies()}

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def arrive_at(self, path: str) -> None:
        """Wait for a page at this path."""
        expect(self.page).to_have_url(self.address + path)

    def tab(self) -> "Site":
        """Open a second tab of the same browser."""
        return self._on(self.context)

    def elsewhere(self) -> "Site":
        """Take another browser to the same portal."""
        browser = self.context.browser
        assert browser is not None
        return self._on(new_context(browser, has_scripts=self.has_scripts))

    def _on(self, context: BrowserContext) -> "Site":
        page = context.new_page()
        listen(page, self.complaints)
        return Site(self.world, self.address, self.has_scripts, context, page, self.complaints)


def new_context(browser: Browser, *, has_scripts: bool) -> BrowserContext:
    context = browser.new_context(java_script_enabled=has_scripts, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    return context


NO_COMPLAINTS = ("Failed to load resource", "Clear-Site-Data header on")
"""What Chromium says of an answer that is no success, and of a wish that it has granted."""


def listen(page: Page, complaints: list[str]) -> None:
    """Write down everything that the browser says of a page."""

    def hear(message: ConsoleMessage) -> None:
        if not message.text.startswith(NO_COMPLAINTS):
            complaints.append(f"{message.type}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda fault: complaints.append(str(fault)))


@pytest.fixture(params=["sqlite"])
def world(world: World) -> World:
    """A portal without people: on SQLite, unless a journey asks for both databases."""
    return world


BOTH = pytest.mark.parametrize(
    "world",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)
"""For the few journeys that are made on PostgreSQL too."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        if in_ci():
            pytest.fail("Chromium is missing")
        pytest.skip("Chromium is missing")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def firefox() -> Callable[..., Driver]:
    """What starts a Firefox."""
    path = find_firefox()
    if path is None:
        if in_ci():
            pytest.fail("Firefox is missing")
        pytest.skip("Firefox is missing: sudo apt-get install firefox-esr")
    return partial(Firefox, path)


@pytest.fixture(scope="session")
def webkit() -> Iterator[Callable[..., Driver]]:
    """What starts a WebKit."""
    path = find_webkit()
    if path is None:
        pytest.skip("WebKit is missing: sudo apt-get install webkit2gtk-driver xvfb")
    with screen() as display:
        yield partial(WebKit, path, display)


@contextmanager
def serving(world: World, *, securely: bool) -> Iterator[str]:
    """A running portal, with its address."""
    server = make_server(
        "127.0.0.1",
        0,
        world.app,
        threaded=True,
        request_handler=Quiet,
        ssl_context="adhoc" if securely else None,
    )
    address = f"{'https' if securely else 'http'}://localhost:{server.server_port}"
    # A passkey is bound to the address that people see, so the portal must know it.
    seen = {"public_url": address} if securely else {"port": server.server_port}
    settings = replace(world.parts.settings, **seen)
    world.parts = world.app.extensions["portal"] = replace(world.parts, settings=settings)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


SCRIPTS = {"scripts": True, "no-scripts": False}
OTHERS = ("firefox", "webkit")


def everywhere(*names: str) -> pytest.MarkDecorator:
    chromium = [pytest.param(SCRIPTS[name], id=name) for name in names]
    others = [
        pytest.param((engine, SCRIPTS[name]), id=f"{engine}-{name}", marks=pytest.mark.nightly)
        for engine in OTHERS
        for name in names
    ]
    return pytest.mark.parametrize("site", [*chromium, *others], indirect=True)


EVERYWHERE, EVERYWHERE_WITH_SCRIPTS = everywhere(*SCRIPTS), everywhere("scripts")
"""For the main journeys: in a run of everything they are made in Firefox and in WebKit too."""


@pytest.fixture(
    params=[
        pytest.param(True, id="scripts"),
        pytest.param(False, id="no-scripts", marks=pytest.mark.nightly),
    ]
)
def site(request: pytest.FixtureRequest, world: World) -> Iterator[AnySite]:
    """The portal in a browser; any complaint of the browser fails.

    With JavaScript; in a run of everything, without it as well. The main journeys are always made
    both ways (`EVERYWHERE`).
    """
    wanted = request.param
    engine, has_scripts = ("chromium", wanted) if isinstance(wanted, bool) else wanted
    browser = request.getfixturevalue(engine)
    # WebKit remembers what must not be stored, unless it came over TLS, as it does from a portal.
    with serving(world, securely=engine == "webkit") as address:
        if engine == "chromium":
            yield from in_chromium(world, address, browser, has_scripts=has_scripts)
        else:
            start = partial(browser, has_scripts=has_scripts)
            yield from in_another(world, address, start, has_scripts=has_scripts)


def in_chromium(
    world: World, address: str, chromium: Browser, *, has_scripts: bool
) -> Iterator[Site]:
    complaints: list[str] = []
    context = new_context(chromium, has_scripts=has_scripts)
    page = context.new_page()
    listen(page, complaints)
    yield Site(world, address, has_scripts, context, page, complaints)
    for one in chromium.contexts:
        one.close()
    assert complaints == []


def in_another(
    world: World, address: str, start: Callable[[], Driver], *, has_scripts: bool
) -> Iterator[DrivenSite]:
    drivers: list[Driver] = []
    try:
        yield DrivenSite(world, address, has_scripts, start, drivers)
        assert [said for one in drivers for said in one.complaints()] == []
    finally:
        for one in drivers:
            one.close()
