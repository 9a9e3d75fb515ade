"""A real Chromium before a running portal."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

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

from tests.everything import find_chromium, in_ci
from tests.world import Person, World

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
class Site:
    """A portal that can be visited, and the browser to do it with."""

    world: World
    address: str
    context: BrowserContext
    page: Page
    has_scripts: bool
    complaints: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def fill(self, fields: dict[str, str]) -> None:
        """Fill in fields by their labels."""
        for label, text in fields.items():
            self.field(label).fill(text)

    def check(self, *labels: str) -> None:
        """Tick boxes, or choose radio buttons, by their labels."""
        for label in labels:
            if not self.field(label).is_checked():
                self.page.locator("label").filter(has_text=label).filter(visible=True).click()
            expect(self.field(label)).to_be_checked()

    def press(self, name: str) -> None:
        """Press a button by its name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow a link by its name."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def arrive(self, heading: str) -> None:
        """Wait for a page with this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def read(self, *words: str) -> None:
        """Wait until the page says all of this."""
        for some in words:
            expect(self.page.get_by_role("main")).to_contain_text(some)

    def miss(self, *words: str) -> None:
        """Make sure that the page, which is there already, says nothing of this."""
        for some in words:
            expect(self.page.locator("body")).not_to_contain_text(some)

    def is_told(self, words: str) -> None:
        """Wait for words at the top of the page."""
        expect(self.page.locator("[data-flash]")).to_contain_text(words)

    def has_error(self, label: str, words: str) -> None:
        """Wait for an error in the summary and beside its field."""
        summary = self.page.get_by_role("alert", name="There is a problem")
        expect(summary.get_by_role("link", name=words)).to_be_visible()
        expect(self.field(label)).to_have_accessible_description(re.compile(f"Error: {words}"))

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
        return Site(self.world, self.address, context, page, self.has_scripts, self.complaints)

    def sign_in(self, person: Person, path: str = "/sign-in") -> None:
        """Sign in, at the desk as well; `path` may be any page that asks for it."""
        self.open(path)
        at_the_desk = self.path.startswith("/staff")
        self.field("Work email address" if at_the_desk else "Email address").fill(person.email)
        self.field("Password").fill(person.password)
        self.press("Continue")
        if at_the_desk:
            self._give_code(person)
        else:
            self.arrive("Answer your security question")
            self.page.get_by_role("textbox").fill(person.answer)
            self.press("Sign in")
        expect(self.page.get_by_role("button", name="Sign out").first).to_be_visible()

    def _give_code(self, person: Person) -> None:
        """Give a colleague's code; one of paper where it was used already at this moment."""
        self.arrive("Enter the code from your app")
        self.page.get_by_role("textbox").fill(self.world.code(person))
        self.press("Sign in")
        out = self.page.get_by_role("button", name="Sign out").first
        problem = self.page.get_by_role("alert", name="There is a problem")
        expect(out.or_(problem)).to_be_visible()
        if problem.is_visible():
            self.follow("Use a recovery code")
            self.page.get_by_role("textbox").fill(person.codes.pop())
            self.press("Sign in")


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


@pytest.fixture
def address(world: World) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=Quiet)
    # A passkey is bound to the address that people see, so the portal must know it.
    settings = replace(world.parts.settings, port=server.server_port)
    world.parts = world.app.extensions["portal"] = replace(world.parts, settings=settings)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def site(
    request: pytest.FixtureRequest, world: World, address: str, chromium: Browser
) -> Iterator[Site]:
    """The portal in a browser, with and without JavaScript; any complaint of the browser fails."""
    complaints: list[str] = []
    context = new_context(chromium, has_scripts=request.param)
    page = context.new_page()
    listen(page, complaints)
    yield Site(world, address, context, page, request.param, complaints)
    for one in chromium.contexts:
        one.close()
    assert complaints == []
