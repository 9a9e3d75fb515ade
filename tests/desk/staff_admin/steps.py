"""What happens to an invitation, step by step, for the tests of it."""

from portal.desk.staff_admin.service import invite
from portal.identity.mfa.rules import STEP_SECONDS, code_at
from portal.identity.staff_accounts.rules import NewColleague, Role
from portal.identity.staff_accounts.service import add_staff
from tests.identity.mfa.keys import SoftKey
from tests.pages import Page, Visitor
from tests.world import Person, World

CHOSEN = "four purple lanterns hum"
EMAIL = "new@example.com"


def invited(world: World, role: Role = Role.AGENT) -> tuple[Person, str]:
    """Somebody who was added and invited, and the path of their link."""
    with world.work() as work:
        staff_id = add_staff(work, NewColleague(name="New Agent", email=EMAIL, role=role))
        path = invite(work, staff_id)
    return Person(staff_id, EMAIL, "New Agent", password=CHOSEN), path


def invite_again(world: World, person: Person) -> str:
    with world.work() as work:
        return invite(work, person.staff_id)


def choose(world: World, path: str, password: str = CHOSEN) -> Page:
    """Follow an invitation and choose a password; the page that follows."""
    return world.visitor().open(path).send(password=password)


def read_secret(page: Page) -> str:
    found = page.soup.select_one("code.code")
    assert found is not None
    return found.get_text().replace(" ", "")


def read_codes(page: Page) -> list[str]:
    return [one.get_text() for one in page.soup.select("#codes code")]


def show_code(world: World, secret: str) -> str:
    return code_at(secret, int(world.clock().timestamp()) // STEP_SECONDS)


def joined(world: World, path: str) -> tuple[str, Page]:
    """Follow an invitation to its end; the secret of the app, and the page of the codes."""
    page = choose(world, path)
    secret = read_secret(page)
    return secret, page.send(code=show_code(world, secret))


def join_by_passkey(world: World, path: str) -> tuple[SoftKey, Page]:
    page, key = choose(world, path), SoftKey(world.parts.settings.address)
    options = page.visitor.send("/staff/join/passkey/options").text
    return key, page.send("/staff/join/passkey", answer=key.enrol(options))


def use_key(visitor: Visitor, key: SoftKey) -> Page:
    """Sign in at the desk with a passkey alone."""
    options = visitor.send("/staff/sign-in/passkey/options").text
    return visitor.open("/staff/sign-in").send("/staff/sign-in/passkey", answer=key.sign(options))
