import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

TITLE = "Your marketing choices"


def box(page: Page, purpose: str, channel: str) -> Locator:
    return page.get_by_role("group", name=purpose, exact=True).get_by_role(
        "checkbox", name=channel, exact=True
    )


def turn(site: Site, purpose: str, channel: str) -> None:
    group = site.page.get_by_role("group", name=purpose, exact=True)
    group.locator("label").filter(has_text=channel).click()


def test_nothing_is_on_until_somebody_turns_it_on_and_all_of_it_can_be_turned_off(
    site: Site,
) -> None:
    page = site.page
    site.sign_in(site.world.customer())
    site.follow("Marketing")
    site.arrive(TITLE)
    expect(page.get_by_role("checkbox")).to_have_count(20)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    site.read("You haven’t made any yet, so everything is off.")

    turn(site, "Surveys", "Text")
    turn(site, "Partner offers", "Post")
    site.press("Save my choices")
    site.is_told("We have saved your choices.")
    page.reload()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(box(page, "Surveys", "Text")).to_be_checked()
    expect(box(page, "Partner offers", "Post")).to_be_checked()
    site.follow("Home")
    site.read("2 on")

    site.world.clock.move(minutes=5)
    site.follow("Turn off all marketing")
    site.arrive("Turn off all marketing")
    site.press("Turn everything off")
    site.is_told("Everything is off. We will send you no marketing.")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)

    site.follow("See all your choices")
    site.arrive("Your choices over time")
    expect(page.locator("main").get_by_role("listitem")).to_have_text(
        [
            re.compile(r"Partner offers by post turned off\s+23 November 2026 at 12:05 by you"),
            re.compile(r"Surveys by text turned off\s+23 November 2026 at 12:05 by you"),
            re.compile(r"Said no to what was off already\s+23 November 2026 at 12:05 by you"),
            re.compile(r"Partner offers by post turned on\s+23 November 2026 at 12:00 by you"),
            re.compile(r"Surveys by text turned on\s+23 November 2026 at 12:00 by you"),
            re.compile(r"Said no to what was off already\s+23 November 2026 at 12:00 by you"),
        ]
    )


def test_one_press_beside_the_boxes_turns_everything_off(site: Site) -> None:
    site.sign_in(site.world.customer())
    site.open("/preferences")
    turn(site, "New products", "Email")
    site.press("Save my choices")
    site.is_told("We have saved your choices.")
    turn(site, "New products", "Phone")
    site.press("Turn everything off")
    site.is_told("Everything is off.")
    expect(site.page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_what_is_not_saved_is_counted_and_leaving_the_page_asks_first(site: Site) -> None:
    site.sign_in(site.world.customer())
    site.open("/preferences")
    bar = site.page.locator("[data-unsaved-bar]")
    if not site.has_scripts:
        expect(bar).to_contain_text("Nothing changes until you save")
        return
    expect(bar).to_be_hidden()
    turn(site, "Surveys", "Email")
    turn(site, "Offers on your services", "Post")
    expect(bar).to_contain_text("2 changes not saved")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    site.page.on("dialog", stay)
    site.page.get_by_role("link", name="Home", exact=True).click()
    expect(bar).to_contain_text("2 changes not saved")
    assert asked == ["beforeunload"]

    site.press("Undo")
    expect(bar).to_be_hidden()
    expect(site.page.get_by_role("checkbox", checked=True)).to_have_count(0)
    site.follow("Home")
    assert asked == ["beforeunload"]


def test_no_more_companies_is_one_press_that_saves_what_is_ticked_too(site: Site) -> None:
    site.sign_in(site.world.customer())
    site.open("/preferences")
    turn(site, "Surveys", "Email")
    site.press("No more companies")
    site.is_told("We have saved your choices.")
    expect(box(site.page, "Surveys", "Email")).to_be_checked()
    expect(site.page.get_by_role("group", name="Brightwave Energy")).to_have_count(0)

    site.press("Ask me about companies again")
    site.is_told("We have saved your choices.")
    expect(box(site.page, "Surveys", "Email")).to_be_checked()
    expect(site.page.get_by_role("group", name="Brightwave Energy")).to_have_count(1)


def test_choices_made_in_two_tabs_are_both_kept(site: Site) -> None:
    site.sign_in(site.world.customer())
    site.open("/preferences")
    other = site.tab()
    other.open("/preferences")
    turn(other, "Surveys", "Email")
    other.press("Save my choices")
    other.is_told("We have saved your choices.")

    turn(site, "New products", "Post")
    site.press("Save my choices")
    site.is_told("We have saved your choices.")
    site.read("Changed somewhere else, and kept as well: Surveys by email turned on.")
    expect(box(site.page, "New products", "Post")).to_be_checked()
    expect(box(site.page, "Surveys", "Email")).to_be_checked()
