import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.journeys.any_site import AnySite
from tests.journeys.conftest import EVERYWHERE, Site

pytestmark = pytest.mark.journey

TITLE = "Your marketing choices"
ON = "[type=checkbox]:checked"
BAR = "[data-unsaved-bar]"


def box(page: Page, purpose: str, channel: str) -> Locator:
    return page.get_by_role("group", name=purpose, exact=True).get_by_role(
        "checkbox", name=channel, exact=True
    )


def turn(site: Site, purpose: str, channel: str) -> None:
    group = site.page.get_by_role("group", name=purpose, exact=True)
    group.locator("label").filter(has_text=channel).click()


@EVERYWHERE
def test_nothing_is_on_until_somebody_turns_it_on_and_all_of_it_can_be_turned_off(
    site: AnySite,
) -> None:
    site.sign_in(site.world.customer())
    site.follow("Marketing")
    site.arrive(TITLE)
    site.counts("[type=checkbox]", 20)
    site.counts(ON, 0)
    site.read("You haven’t made any yet, so everything is off.")

    site.turn("Surveys", "Text")
    site.turn("Partner offers", "Post")
    site.press("Save my choices")
    site.is_told("We’ve saved your choices.")
    site.reload()
    site.counts(ON, 2)
    site.is_on("Surveys", "Text")
    site.is_on("Partner offers", "Post")
    site.follow("Home")
    site.read("2 on")

    site.world.clock.move(minutes=5)
    site.follow("Turn off all marketing")
    site.arrive("Turn off all marketing")
    site.press("Turn off all marketing")
    site.is_told("All marketing is off. Post that’s already printed may arrive for up to 28 days.")
    site.counts(ON, 0)

    site.follow("See all your choices")
    site.arrive("Your choices over time")
    site.says(
        "main li",
        "Partner offers by post turned off 23 November 2026 at 12:05pm by you",
        "Surveys by text turned off 23 November 2026 at 12:05pm by you",
        "Said no to what was off already 23 November 2026 at 12:05pm by you",
        "Partner offers by post turned on 23 November 2026 at midday by you",
        "Surveys by text turned on 23 November 2026 at midday by you",
        "Said no to what was off already 23 November 2026 at midday by you",
    )


def test_one_press_beside_the_boxes_turns_everything_off(site: Site) -> None:
    site.sign_in(site.world.customer())
    site.open("/preferences")
    turn(site, "New products", "Email")
    site.press("Save my choices")
    site.is_told("We’ve saved your choices.")
    turn(site, "New products", "Phone")
    site.press("Turn off all marketing")
    site.is_told("All marketing is off.")
    expect(site.page.get_by_role("checkbox", checked=True)).to_have_count(0)


@EVERYWHERE
def test_what_is_not_saved_is_counted_and_can_be_undone(site: AnySite) -> None:
    site.sign_in(site.world.customer())
    site.open("/preferences")
    if not site.has_scripts:
        site.says(BAR, "Nothing changes until you save")
        return
    site.sees_no(BAR)
    site.turn("Surveys", "Email")
    site.turn("Offers on your services", "Post")
    site.sees(BAR)
    site.says(BAR, "2 changes not saved")
    site.press("Undo")
    site.sees_no(BAR)
    site.counts(ON, 0)
    site.follow("Home")
    site.arrive("Good afternoon, Rowan")


@pytest.mark.parametrize("site", [True], indirect=True, ids=["scripts"])
def test_leaving_a_page_with_something_not_saved_asks_first(site: Site) -> None:
    site.sign_in(site.world.customer())
    site.open("/preferences")
    bar = site.page.locator(BAR)
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
    site.press("Stop asking me about companies")
    site.is_told("We’ve saved your choices.")
    expect(box(site.page, "Surveys", "Email")).to_be_checked()
    expect(site.page.get_by_role("group", name="Brightwave Energy")).to_have_count(0)

    site.press("Ask me about companies again")
    site.is_told("We’ve saved your choices.")
    expect(box(site.page, "Surveys", "Email")).to_be_checked()
    expect(site.page.get_by_role("group", name="Brightwave Energy")).to_have_count(1)


def test_choices_made_in_two_tabs_are_both_kept(site: Site) -> None:
    site.sign_in(site.world.customer())
    site.open("/preferences")
    other = site.tab()
    other.open("/preferences")
    turn(other, "Surveys", "Email")
    other.press("Save my choices")
    other.is_told("We’ve saved your choices.")

    turn(site, "New products", "Post")
    site.press("Save my choices")
    site.is_told("We’ve saved your choices.")
    site.read("We also kept what was changed somewhere else: Surveys by email turned on.")
    expect(box(site.page, "New products", "Post")).to_be_checked()
    expect(box(site.page, "Surveys", "Email")).to_be_checked()
