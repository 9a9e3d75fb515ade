import pytest
from playwright.sync_api import expect

from tests.journeys.any_site import AnySite
from tests.journeys.conftest import EVERYWHERE, EVERYWHERE_WITH_SCRIPTS, Site
from tests.world import NOON

pytestmark = pytest.mark.journey

REASON = "You were signed out because nothing happened for 30 minutes."
DIALOG = "dialog[open]"
WARNING = "You’re about to be signed out"


@EVERYWHERE
def test_whoever_signs_out_leaves_nothing_behind_for_the_next_person(site: AnySite) -> None:
    site.sign_in(site.world.customer(town="Exampleton"))
    site.follow("Profile")
    site.read("Exampleton")
    site.press("Sign out")
    site.arrive("You’re signed out")
    assert site.cookies() <= {"form"}
    site.go_back()
    site.arrive("Sign in")
    site.miss("Exampleton", "rowan@example.com", "Sign out")


@EVERYWHERE
def test_whoever_did_nothing_for_half_an_hour_signs_in_again_and_is_led_back(site: AnySite) -> None:
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.world.clock.move(minutes=31)
    site.follow("Registrations")
    site.arrive("Sign in")
    site.read(REASON)
    site.miss("Rowan")
    site.fill({"Email address": rowan.email, "Password": rowan.password})
    site.press("Continue")
    site.answer(rowan.answer)
    site.press("Sign in")
    site.arrive("Your registrations")


def test_a_visit_that_is_used_lasts_as_long_as_it_is_used(site: Site) -> None:
    site.sign_in(site.world.customer())
    for _ in range(4):
        site.world.clock.move(minutes=25)
        site.follow("Profile")
        site.arrive("Your profile")
    site.world.clock.move(hours=12)
    site.follow("Home")
    site.arrive("Sign in")


@EVERYWHERE_WITH_SCRIPTS
def test_two_minutes_before_the_end_one_button_keeps_somebody_signed_in(site: AnySite) -> None:
    clock = site.world.clock
    site.sign_in(site.world.customer())
    title = site.text("title")
    site.sees_no(DIALOG)
    site.let_pass(minutes=28, seconds=5)
    site.sees(DIALOG)
    site.says(DIALOG, "2 minutes")
    site.says(":focus", "Stay signed in")
    site.has_title(f"{WARNING} – {title}")

    clock.move(minutes=28)
    site.strike("Enter")
    site.sees_no(DIALOG)
    site.has_title(title)
    clock.move(minutes=28)
    site.follow("Profile")
    site.arrive("Your profile")


@pytest.mark.parametrize("site", [True], indirect=True, ids=["scripts"])
def test_escape_keeps_somebody_signed_in_as_well(site: Site) -> None:
    page = site.page
    page.clock.install(time=NOON)
    site.sign_in(site.world.customer())
    dialog = page.get_by_role("dialog", name=WARNING)
    page.clock.fast_forward("27:50")
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("00:15")
    expect(dialog).to_be_visible()
    with page.expect_response("**/session/stay") as answer:
        page.keyboard.press("Escape")
    assert answer.value.status == 204
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("site", [True], indirect=True, ids=["scripts"])
@pytest.mark.parametrize("area", ["/account", "/staff"])
def test_after_half_an_hour_the_page_goes_away_by_itself(site: Site, area: str) -> None:
    page, world = site.page, site.world
    page.clock.install(time=NOON)
    site.sign_in(world.colleague() if area == "/staff" else world.customer(), area)
    page.clock.fast_forward("28:05")
    expect(page.get_by_role("dialog", name=WARNING)).to_be_visible()
    page.clock.fast_forward("02:00")
    site.arrive("You’re signed out")
    site.read("Nothing happened for")
    assert site.path.endswith("/signed-out?why=idle")
    site.open(area)
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


@pytest.mark.parametrize("site", [True], indirect=True, ids=["scripts"])
def test_a_warning_is_answered_in_one_tab_for_all_of_them(site: Site) -> None:
    site.page.clock.install(time=NOON)
    site.sign_in(site.world.customer())
    other = site.tab()
    other.open("/profile")
    site.context.clock.fast_forward("28:05")
    for one in (site, other):
        expect(one.page.get_by_role("dialog", name=WARNING)).to_be_visible()
    other.press("Stay signed in")
    for one in (site, other):
        expect(one.page.get_by_role("dialog", name=WARNING)).to_be_hidden()


@pytest.mark.parametrize("site", [True, False], indirect=True, ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("area", ["/account", "/staff"])
def test_without_scripts_the_page_goes_away_by_itself_too(site: Site, area: str) -> None:
    world = site.world
    site.sign_in(world.colleague() if area == "/staff" else world.customer(), area)
    refresh = site.page.locator("meta[http-equiv=refresh]")
    if site.has_scripts:
        expect(refresh).to_have_count(0)
        return
    start = "/staff" if area == "/staff" else ""
    expect(refresh).to_have_attribute("content", f"1831; url={start}/signed-out?why=idle")
    world.clock.move(seconds=1831)
    site.open(area)
    site.read(REASON)
