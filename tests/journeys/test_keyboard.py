import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

FOCUSED = "node => node === document.activeElement"
FAR = 60
RING = """node => [[node, null], [node, '::after'], [node.parentElement, null],
    [node.nextElementSibling ?? node, null], [node.closest('.tile, .row') ?? node, null]]
    .some(([part, pseudo]) => getComputedStyle(part, pseudo).outlineStyle === 'solid')"""
"""Tells whether a ring is drawn around what has focus, or around the card that it stands for."""


def tab_to(site: Site, target: Locator) -> None:
    """Press Tab until something has focus, as whoever uses no mouse does."""
    for _ in range(FAR):
        site.page.keyboard.press("Tab")
        if target.evaluate(FOCUSED):
            return
    pytest.fail(f"{FAR} times Tab do not lead to {target}")


def test_somebody_signs_in_and_saves_a_choice_without_a_mouse(site: Site) -> None:
    rowan = site.world.customer()
    keys, page = site.page.keyboard, site.page
    site.open("/")
    tab_to(site, page.get_by_role("main").get_by_role("link", name="Sign in"))
    keys.press("Enter")
    site.arrive("Sign in")
    tab_to(site, site.field("Email address"))
    keys.type(rowan.email)
    tab_to(site, site.field("Password"))
    keys.type(rowan.password)
    keys.press("Enter")
    site.arrive("Answer your security question")
    tab_to(site, page.get_by_role("textbox"))
    keys.type(rowan.answer)
    tab_to(site, page.get_by_role("button", name="Sign in"))
    keys.press("Space")
    site.arrive("Good afternoon, Rowan")

    tab_to(site, page.get_by_role("link", name="Marketing", exact=True).first)
    keys.press("Enter")
    site.arrive("Your marketing choices")
    surveys = page.get_by_role("group", name="Surveys").get_by_role("checkbox", name="Email")
    tab_to(site, surveys)
    keys.press("Space")
    expect(surveys).to_be_checked()
    tab_to(site, page.get_by_role("button", name="Save my choices"))
    keys.press("Enter")
    site.is_told("We’ve saved your choices.")
    expect(surveys).to_be_checked()


def test_the_first_tab_offers_to_skip_to_the_content(site: Site) -> None:
    site.open("/contact")
    site.page.keyboard.press("Tab")
    skip = site.page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    site.page.keyboard.press("Enter")
    expect(site.page.get_by_role("main")).to_be_focused()
    tab_to(site, site.field("Your name"))


def test_whatever_has_focus_is_seen_and_is_not_covered(site: Site) -> None:
    site.sign_in(site.world.customer())
    for path in ("/account", "/preferences", "/registrations/cancel"):
        site.open(path)
        site.page.keyboard.press("Tab")
        seen = 0
        while seen < FAR and site.page.evaluate("document.activeElement !== document.body"):
            focused = site.page.locator(":focus")
            assert focused.evaluate(RING), focused.evaluate("node => node.outerHTML")
            expect(focused).to_be_in_viewport()
            site.page.keyboard.press("Tab")
            seen += 1
        assert seen > 10
