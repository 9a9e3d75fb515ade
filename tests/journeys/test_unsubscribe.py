"""From a marketing email: one page, one button, no session."""

import pytest
from playwright.sync_api import expect

from portal.consent.marketing.queries import get_choices
from portal.identity.contact_index.rules import Channel
from tests.consent.list_screening.lists import agrees
from tests.consent.unsubscribe.steps import path_for
from tests.journeys.checker import find_faults
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey


def looked(site: Site) -> list[str]:
    """What is wrong with the page; without scripts nothing can look for it."""
    return find_faults(site.page) if site.has_scripts else []


def test_marketing_emails_are_stopped_from_the_email_itself(site: Site) -> None:
    person = site.world.customer()
    agrees(site.world, person, ("offers", Channel.EMAIL), ("offers", Channel.POST))
    page = site.open(path_for(site.world, person.email))
    assert looked(site) == []
    page.get_by_role("button", name="Stop these emails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Done: no more of these emails")
    assert looked(site) == []
    kept = site.world.read(get_choices, person.customer_id).agreed
    assert [one.value for one in kept] == ["offers:post"]
    page.get_by_role("link", name="See my choices").click()
    expect(page.get_by_label("Email address")).to_be_visible()
