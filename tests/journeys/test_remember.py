import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Site
from tests.world import LEAVE_NOW, Person

pytestmark = pytest.mark.journey

REMEMBER = "Remember me on this device"


def sign_in(site: Site, person: Person, *, remember: bool) -> None:
    site.open("/sign-in")
    if site.field(REMEMBER).is_checked() != remember:
        site.page.get_by_text(REMEMBER, exact=True).click()
    site.fill({"Email address": person.email, "Password": person.password})
    site.press("Continue")
    site.page.get_by_role("textbox").fill(person.answer)
    site.press("Sign in")
    site.arrive("Good afternoon, Rowan")


def test_whoever_wants_it_is_greeted_by_name_and_still_asked_for_the_password(site: Site) -> None:
    rowan = site.world.customer()
    sign_in(site, rowan, remember=True)
    site.press("Sign out")
    site.arrive("You’re signed out")
    site.open("/sign-in")
    site.arrive("Welcome back, Rowan")
    expect(site.field(REMEMBER)).to_be_checked()
    expect(site.field("Email address")).to_have_value("")
    site.open("/profile")
    site.arrive("Welcome back, Rowan")

    sign_in(site, rowan, remember=False)
    site.press("Sign out")
    site.arrive("You’re signed out")
    site.open("/sign-in")
    site.arrive("Sign in")
    expect(site.field(REMEMBER)).not_to_be_checked()
    site.miss("Rowan")


def test_whoever_does_not_want_it_is_not_remembered(site: Site) -> None:
    sign_in(site, site.world.customer(), remember=False)
    site.press("Sign out")
    site.arrive("You’re signed out")
    site.open("/sign-in")
    site.arrive("Sign in")
    assert "remember" not in {one.get("name") for one in site.context.cookies()}


def test_a_browser_forgets_whoever_has_left(site: Site) -> None:
    rowan = site.world.customer()
    sign_in(site, rowan, remember=True)
    site.open(LEAVE_NOW)
    site.press("Delete my account now")
    site.arrive("Your account is deleted")
    site.open("/sign-in")
    site.arrive("Sign in")
