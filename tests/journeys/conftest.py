"""A real Chromium before a running portal."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
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

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def fill(self, **labels: str) -> None:
        """Fill in fields by their labels, an underscore for each blank."""
        for label, text in labels.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(text)

    def press(self, name: str) -> None:
        """Press a button by its name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow a link by its name."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text().replace("\n", " ")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def sign_in(self, person: Person, door: str = "/sign-in") -> None:
        self.open(door)
        email = "Email address" if door == "/sign-in" else "Work email address"
        self.page.get_by_label(email, exact=True).fill(person.email)
        self.page.get_by_label("Password", exact=True).fill(person.password)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.locator("input[name=answer]").fill(person.answer)
        self.page.locator("main form button[type=submit]").first.click()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        if in_ci():
            pytest.fail("Chromium is missing")
        pytest.skip("Chromium is missing")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=Quiet)
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

    def listen(message: ConsoleMessage) -> None:
        expected = message.type == "error" and message.text.startswith("Failed to load resource")
        if message.type in {"error", "warning"} and not expected:
            complaints.append(message.text)

    context = chromium.new_context(java_script_enabled=request.param, locale="en-GB")
    page = context.new_page()
    page.on("console", listen)
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.set_default_timeout(10_000)
    yield Site(world, address, context, page, request.param)
    context.close()
    assert complaints == []
