"""Signing out is for every tab, whoever does it and on whatever device."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey
WITH_SCRIPTS = pytest.mark.parametrize("site", [True], indirect=True, ids=["scripts"])
DEAF = "delete window.BroadcastChannel"
"""An old browser."""
WORDS = "I have typed this for half an hour."


def come_back(tab: Site) -> None:
    """What the browser says when somebody comes back to a tab."""
    tab.page.evaluate("dispatchEvent(new Event('focus'))")


@WITH_SCRIPTS
@pytest.mark.parametrize("browser", ["today", "old"])
@pytest.mark.parametrize("area", ["/account", "/staff"])
def test_whoever_signs_out_in_one_tab_leaves_nothing_in_the_others(
    site: Site, area: str, browser: str
) -> None:
    if browser == "old":
        site.context.add_init_script(DEAF)
    world = site.world
    person = world.colleague() if area == "/staff" else world.customer(town="Exampleton")
    site.sign_in(person, area)
    other = site.tab()
    other.open("/staff/security" if area == "/staff" else "/profile")
    site.press("Sign out")
    site.arrive("You’re signed out")
    other.arrive("You’re signed out")
    other.miss("Exampleton", person.given_name)


@WITH_SCRIPTS
def test_a_session_that_is_ended_on_another_device_shows_nothing_any_more(site: Site) -> None:
    person = site.world.customer(town="Exampleton")
    site.sign_in(person)
    site.open("/profile")
    phone = site.elsewhere()
    phone.sign_in(person)
    phone.open("/security")
    phone.press("Sign out everywhere else")
    site.read("Exampleton")
    come_back(site)
    site.arrive("You’re signed out")
    site.miss("Exampleton")
    come_back(phone)
    phone.open("/profile")
    phone.read("Exampleton")


@WITH_SCRIPTS
def test_whoever_signs_in_after_somebody_else_reads_nothing_of_theirs(site: Site) -> None:
    rowan, jules = site.world.customer(town="Exampleton"), site.world.customer("jules@example.com")
    site.sign_in(rowan)
    site.open("/profile")
    old = site.tab()
    site.context.clear_cookies()
    old.sign_in(jules)
    come_back(site)
    site.arrive("Your profile")
    site.miss("Exampleton")


@WITH_SCRIPTS
def test_a_message_is_not_lost_by_signing_out_in_another_tab(site: Site) -> None:
    site.sign_in(site.world.customer())
    other = site.tab()
    other.open("/contact")
    other.field("Your message").fill(WORDS)
    other.page.get_by_label("What is it about?").select_option("other")
    site.press("Sign out")
    site.arrive("You’re signed out")
    expect(other.page.get_by_role("button", name="Sign out")).to_have_count(0)
    other.page.locator("main form button[type=submit], main form .btn").first.click()
    other.is_told("Send this form again")
    expect(other.field("Your message")).to_have_value(WORDS)


@WITH_SCRIPTS
def test_a_message_that_stays_holds_nothing_of_whoever_signed_out(site: Site) -> None:
    person = site.world.customer()
    site.sign_in(person)
    other = site.tab()
    other.open("/contact")
    other.read(f"We’ll reply to {person.email}")
    other.field("Your message").fill(WORDS)
    site.press("Sign out")
    site.arrive("You’re signed out")
    expect(other.page.get_by_role("button", name="Sign out")).to_have_count(0)
    expect(other.field("Your name")).to_have_value("")
    expect(other.page.get_by_text(person.email)).to_have_count(0)
    expect(other.page.locator("[name=email]")).to_have_count(0)
    expect(other.field("Your message")).to_have_value(WORDS)
