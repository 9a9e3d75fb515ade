"""Choices from both ends: by a link without signing in, and from the desk that asks and tells."""

import pytest
from playwright.sync_api import expect

from portal.identity.staff_accounts.rules import Role
from portal.platform.core.webhooks import Receiver
from tests.consent.webhooks.receiver import new_secret
from tests.consent.webhooks.steps import choose, refuse, states, telling
from tests.journeys.conftest import Site
from tests.journeys.test_preferences import box, turn

pytestmark = pytest.mark.journey


def test_choices_are_made_by_a_link_without_signing_in(site: Site) -> None:
    person = site.world.customer()
    site.open("/choices")
    site.press("Email me the link")
    site.has_error("Email address", "Enter your email address")
    site.fill({"Email address": person.email})
    site.press("Email me the link")
    site.arrive("Check your email")
    site.open(site.world.email("Your marketing choices").link)
    site.arrive("Your marketing choices")
    expect(site.page.get_by_role("checkbox", checked=True)).to_have_count(0)
    turn(site, "Surveys", "Text")
    site.press("Save my choices")
    site.is_told("We’ve saved your choices.")
    expect(box(site.page, "Surveys", "Text")).to_be_checked()
    site.read("by you, by a link in an email")
    site.open("/preferences")
    site.arrive("Sign in")


def test_the_desk_asks_something_new_and_gives_it_up_again(site: Site) -> None:
    site.sign_in(site.world.colleague(role=Role.PRIVACY_OFFICER), "/staff/catalogue")
    site.follow("Ask something new")
    site.check("Marketing")
    site.fill({"What is it called?": "Sport", "Why are you making this change?": "Asked for"})
    site.page.get_by_label("What is it for?").fill("Matches and tickets.")
    site.press("Publish these words")
    site.is_told("Published.")

    other = site.elsewhere()
    other.sign_in(site.world.customer(), "/preferences")
    other.read("Matches and tickets.")
    expect(box(other.page, "Sport", "Post")).not_to_be_checked()
    turn(other, "Sport", "Post")
    other.press("Save my choices")
    other.is_told("We’ve saved your choices.")

    site.open("/staff/catalogue/sport")
    site.check("Stop asking this. It can’t be undone, and counts as a no from every customer")
    site.fill({"Why are you making this change?": "Nobody watches"})
    site.press("Publish these words")
    site.is_told("Published.")
    site.read("Version 3", "Nobody watches")
    other.open("/preferences")
    other.read("0 of 20 are on")
    expect(other.page.get_by_role("group", name="Sport", exact=True)).to_have_count(0)
    other.follow("See all your choices")
    other.read("Sport by post turned on", "Matches and tickets.")


def test_what_no_receiver_took_is_sent_again_from_the_desk(site: Site) -> None:
    telling(site.world, Receiver("http://127.0.0.1:9/", [new_secret()]))
    person = site.world.customer()
    for choices in (["offers:email"], ["offers:email", "surveys:text"], ["surveys:text"]):
        choose(site.world, person, *choices)
        refuse(site.world)
    site.sign_in(site.world.colleague(role=Role.PRIVACY_OFFICER), "/staff/deliveries")
    site.arrive("Deliveries")
    expect(site.page.get_by_text("Overtaken by a newer one")).to_have_count(1)
    site.page.get_by_role("button", name="Send it again").first.click()
    site.is_told("It is on its way again.")
    expect(site.page.get_by_role("button", name="Send it again")).to_have_count(1)
    assert sorted(states(site.world)) == ["dead", "dead", "waiting"]
