import pytest
from playwright.sync_api import Locator, Page, expect

from tests.consent.directories.steps import REACHED
from tests.journeys.conftest import BOTH, Site

pytestmark = pytest.mark.journey

HOME, MOBILE, NEW = "01632 960001", "07700 900123", "020 7946 0007"
REVERSE = "Yes, let people find my name by this number"
TELEPHONE = "Telephone (optional)"


def box(page: Page, number: str, label: str) -> Locator:
    group = page.get_by_role("group", name=number, exact=True)
    return group.get_by_role("checkbox", name=label, exact=True)


def turn(site: Site, number: str, label: str) -> None:
    group = site.page.get_by_role("group", name=number, exact=True)
    group.locator("label").filter(has_text=label).click()


@BOTH
def test_a_number_is_listed_found_in_reverse_and_out_of_all_again_when_it_changes(
    site: Site,
) -> None:
    page = site.page
    site.sign_in(site.world.customer(**REACHED))
    site.follow("Marketing")
    site.follow("Directories")
    site.arrive("Your numbers in directories")
    expect(page.get_by_role("checkbox")).to_have_count(8)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)

    turn(site, HOME, REVERSE)
    site.press("Save my choices")
    words = (
        "Reverse search only works with a directory."
        f" Choose a directory for {HOME} too, or untick reverse search"
    )
    summary = page.get_by_role("alert", name="There is a problem")
    expect(summary.get_by_role("link", name=words)).to_be_visible()
    expect(box(page, HOME, REVERSE)).to_be_checked()
    turn(site, HOME, "Online directory")
    site.press("Save my choices")
    site.is_told("We’ve saved your choices.")
    expect(box(page, HOME, "Online directory")).to_be_checked()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    site.read("In 1 of 3 directories, with reverse search", "Takes effect by 30 November 2026")

    site.world.clock.move(minutes=5)
    site.open("/profile/edit")
    site.fill({TELEPHONE: NEW})
    site.press("Save changes")
    site.is_told("Your details are saved.")
    site.open("/preferences/directories")
    expect(box(page, NEW, "Online directory")).not_to_be_checked()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    site.follow("See all your choices")
    site.arrive("Your directory choices over time")
    expect(page.get_by_role("main").get_by_role("heading", level=2)).to_have_text(
        [
            "Online directory turned off for the number ending 001",
            "Reverse search turned off for the number ending 001",
            "Online directory turned on for the number ending 001",
            "Reverse search turned on for the number ending 001",
            "Why we keep it",
        ]
    )


def test_a_form_from_before_a_number_changed_lists_neither(site: Site) -> None:
    site.sign_in(site.world.customer(**REACHED))
    site.open("/preferences/directories")
    other = site.tab()
    other.open("/profile/edit")
    other.fill({TELEPHONE: NEW})
    other.press("Save changes")
    other.is_told("Your details are saved.")

    turn(site, HOME, "Printed directory")
    with site.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        site.press("Save my choices")
    assert answer.value.status == 409
    site.is_told("Your numbers or choices were changed somewhere else")
    expect(site.page.get_by_role("group", name=NEW, exact=True)).to_be_visible()
    expect(site.page.get_by_role("checkbox", checked=True)).to_have_count(0)
    turn(site, MOBILE, "Directory enquiries")
    site.press("Save my choices")
    site.is_told("We’ve saved your choices.")
    expect(site.page.get_by_role("checkbox", checked=True)).to_have_count(1)


def test_a_customer_tells_of_a_preference_service_and_is_reminded_after_moving(
    site: Site,
) -> None:
    site.sign_in(site.world.customer(**REACHED))
    site.open("/preferences")
    site.follow("Telephone and Mail Preference Services")
    site.arrive("Telephone and Mail Preference Services")
    site.page.get_by_role("link", name="I’ve registered").nth(1).click()
    site.arrive("When did you register with the Mail Preference Service?")
    site.fill({"Day": "31", "Month": "11", "Year": "2026"})
    site.press("Save the date")
    words = "The date you registered must be a real date, like 23 11 2026"
    summary = site.page.get_by_role("alert", name="There is a problem")
    summary.get_by_role("link", name=words).click()
    if site.has_scripts:
        expect(site.field("Day")).to_be_focused()
    expect(
        site.page.get_by_role("group", name="The date you registered")
    ).to_have_accessible_description(f"For example 23 11 2026 Error: {words}")
    site.fill({"Day": "30", "Month": "11", "Year": "2025"})
    site.press("Save the date")
    site.is_told("Advertising by post should have stopped by 28 February 2026.")
    site.follow("Home")
    site.miss("Register again")

    site.open("/profile/edit")
    site.fill({"Address (optional)": "2 Sample Street"})
    site.press("Save changes")
    site.is_told("Your details are saved.")
    site.follow("Home")
    site.read("Register again with the Mail Preference Service")
    site.follow("Register again with the Mail Preference Service")
    site.read("Your name or address has changed since you registered.")
    site.press("I’m not registered")
    site.is_told("We’ve noted that you’re not registered with the MPS.")
    site.follow("Home")
    site.miss("Register again")
