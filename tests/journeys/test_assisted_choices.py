import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Site
from tests.journeys.test_preferences import turn
from tests.world import NOON

pytestmark = pytest.mark.journey


def test_choices_are_read_out_on_the_telephone_and_the_customer_sees_who_chose_and_when(
    site: Site,
) -> None:
    person = site.world.customer()
    reference = site.world.case(person)
    site.sign_in(site.world.colleague(), f"/staff/cases/{reference}")
    site.follow("Set choices for a caller")
    site.arrive("Set choices for a caller")
    expect(site.page.get_by_role("checkbox", checked=True)).to_have_count(0)
    site.check("The customer", "By telephone")
    turn(site, "Surveys", "Text")
    site.press("Save these choices")
    site.has_error("I have read this to them", "You’re turning something on")
    site.check("I have read this to them")
    site.press("Save these choices")
    site.is_told("The choices are saved. We’ve emailed the customer.")

    other = site.elsewhere()
    other.sign_in(person)
    other.open("/preferences/history")
    assert site.world.clock() == NOON
    other.read("Surveys by text turned on")
    other.read("23 November 2026 at midday by our staff, for you, by telephone; it was read out")
