"""What a customer does on the security pages, step by step, for the tests of them."""

from datetime import timedelta

from bs4 import Tag

from portal.identity.mfa.rules import STEP_SECONDS, code_at
from portal.platform.core.visit import Visit
from tests.identity.mfa.keys import SoftKey
from tests.identity.realms.steps import find_visit
from tests.pages import Page, Visitor
from tests.world import MovedClock, Person, World

NEW_PASSWORD = "four purple lanterns hum"


def show_code(secret: str, clock: MovedClock, step: int = 0) -> str:
    """The code that an app shows now, or so many steps away."""
    return code_at(secret, int(clock().timestamp()) // STEP_SECONDS + step)


def read_secret(page: Page) -> str:
    """The secret that a page offers to type into an app."""
    found = page.soup.select_one("code.code")
    assert found is not None
    return found.get_text().replace(" ", "")


def read_codes(page: Page) -> list[str]:
    """The recovery codes that a page shows."""
    return [one.get_text() for one in page.soup.select("#codes code")]


def set_up_app(world: World, visitor: Visitor) -> tuple[str, Page]:
    """Set an authenticator app up; its secret, and the page that follows."""
    page = visitor.open("/security/authenticator").send(begin="yes")
    secret = read_secret(page)
    return secret, page.send(code=show_code(secret, world.clock))


def add_key(world: World, visitor: Visitor, name: str = "My telephone") -> tuple[SoftKey, Page]:
    """Add a passkey as the script of the page does; it, and the page that follows."""
    key = SoftKey(world.parts.settings.address)
    page = visitor.open("/security/passkeys/add")
    return key, page.send(name=name, answer=key.enrol(ask_for_key(visitor)))


def ask_for_key(visitor: Visitor) -> str:
    """What the page asks of a browser to make a passkey."""
    answer = visitor.send("/security/passkeys/options", name="My telephone")
    assert answer.status_code == 200
    return answer.text


def use_key(visitor: Visitor, key: SoftKey) -> Page:
    """Sign in with a passkey alone."""
    options = visitor.send("/sign-in/passkey/options").text
    page = visitor.open("/sign-in")
    return page.send("/sign-in/passkey", answer=key.sign(options))


def half_in(world: World, person: Person) -> Page:
    """Give the right password; the page that asks for the second step."""
    return world.visitor().open("/sign-in").send(email=person.email, password=person.password)


def is_in(visitor: Visitor) -> bool:
    """Tell whether a browser is signed in."""
    return visitor.open("/account").path == "/account"


def forms_to(page: Page, ending: str) -> list[Tag]:
    """The forms of a page that go to an address with a certain end."""
    return [one for one in page.soup.select("main form") if str(one.get("action")).endswith(ending)]


def visit_of(world: World, visitor: Visitor) -> Visit:
    """The visit behind a browser that is signed in."""
    idle = timedelta(seconds=world.parts.settings.session_idle_seconds)
    found = world.read(find_visit, visitor.cookie("session"), idle)
    assert isinstance(found, Visit)
    return found
