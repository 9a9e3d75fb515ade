import pytest
from playwright.sync_api import expect

from tests.journeys.any_site import AnySite
from tests.journeys.conftest import BOTH, EVERYWHERE, Site

pytestmark = pytest.mark.journey

TELEPHONE = "Telephone (optional)"
WRONG_NUMBER = "Telephone number must have its area code, like 01632 960001"
WRONG_POSTCODE = "Enter a full UK postcode, like SW1A 1AA, or choose another country"


@BOTH
@EVERYWHERE
def test_a_customer_sees_and_changes_details(site: AnySite) -> None:
    site.sign_in(site.world.customer(town="Exampleton"))
    site.follow("Profile")
    site.arrive("Your profile")
    site.read("Rowan", "rowan@example.com", "Exampleton", "At home")
    site.follow("Change my details")
    site.fill({TELEPHONE: "01632960001", "Town or city (optional)": "Specimen Bay"})
    site.press("Save changes")
    site.is_told("Your details are saved.")
    site.read("01632 960001", "Specimen Bay")

    site.read("Telephone, Town or city")
    site.says("main li del", "nothing", "Exampleton")
    site.says("main li ins", "01632 960001", "Specimen Bay")
    assert site.world.email("Your details").to == "rowan@example.com"


def test_errors_stand_at_the_top_and_beside_their_fields(site: Site) -> None:
    site.sign_in(site.world.customer())
    site.open("/profile/edit")
    site.fill({"First name": "", TELEPHONE: "12", "Postcode (optional)": "Nowhere"})
    site.press("Save changes")
    expect(site.page).to_have_title("Error: Change your details – Merrow Privacy Centre")
    summary = site.page.get_by_role("alert", name="There is a problem")
    expect(summary.get_by_role("link")).to_have_text(
        ["Enter your first name", WRONG_NUMBER, WRONG_POSTCODE]
    )
    expect(site.field(TELEPHONE)).to_have_value("12")
    expect(site.field(TELEPHONE)).to_have_attribute("aria-invalid", "true")
    expect(site.field("First name")).to_have_accessible_description("Error: Enter your first name")
    if site.has_scripts:
        expect(summary).to_be_focused()
    summary.get_by_role("link", name=WRONG_NUMBER).click()
    if site.has_scripts:
        expect(site.field(TELEPHONE)).to_be_focused()
    else:
        site.arrive_at("/profile/edit#telephone")
    site.fill({"First name": "Robin", TELEPHONE: "07700 900123", "Postcode (optional)": "zz999zz"})
    site.press("Save changes")
    site.is_told("Your details are saved.")
    site.read("Robin", "ZZ99 9ZZ")


def test_two_tabs_that_change_the_same_are_shown_both_and_asked(site: Site) -> None:
    site.sign_in(site.world.customer(town="Exampleton"))
    town = "Town or city (optional)"
    site.open("/profile/edit")
    other = site.tab()
    other.open("/profile/edit")
    other.field(town).fill("Sampleby")
    other.press("Save changes")
    other.is_told("Your details are saved.")

    site.field(town).fill("Specimen Bay")
    with site.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        site.press("Save changes")
    assert answer.value.status == 409
    site.is_told("Your details were changed somewhere else")
    row = site.page.get_by_role("row").filter(has=site.page.get_by_role("rowheader", name="Town"))
    expect(row.get_by_role("cell")).to_have_text(["Sampleby", "Specimen Bay"])
    other.open("/profile")
    other.read("Sampleby")

    site.press("Save what I typed")
    site.is_told("Your details are saved.")
    site.read("Specimen Bay")
