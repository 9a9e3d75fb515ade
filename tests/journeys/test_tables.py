"""A table scrolls inside its box, whatever the size of its text: never the page."""

import pytest

from portal.identity.staff_accounts.rules import Role
from tests.journeys.checker import find_sideways_in_large_text
from tests.journeys.conftest import Site
from tests.journeys.every_page import BACKWARDS, ENDLESS, WALKS

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("site", [True], indirect=True, ids=["scripts"]),
]


def has_table(site: Site) -> bool:
    return site.page.locator("main table").count() > 0


@pytest.mark.nightly
@pytest.mark.parametrize("name", WALKS)
def test_no_page_with_a_table_scrolls_sideways_in_large_text(site: Site, name: str) -> None:
    faults = []
    for page in WALKS[name].lead(site):
        if has_table(site):
            faults += [f"{page}, {one}" for one in find_sideways_in_large_text(site.page)]
    assert faults == []


def test_the_tables_of_the_desk_do_not_scroll_the_page_in_large_text(site: Site) -> None:
    world = site.world
    world.colleague("kit@example.com", ENDLESS)
    world.case(name=ENDLESS)
    person = world.colleague("boss@example.com", BACKWARDS, Role.ADMINISTRATOR)
    site.sign_in(person, "/staff")
    for path in ("/staff/colleagues", "/staff/cases"):
        site.open(path)
        assert has_table(site)
        assert find_sideways_in_large_text(site.page) == []


def test_a_hidden_text_that_leaves_the_box_of_its_table_is_found(site: Site) -> None:
    site.world.colleague("kit@example.com", ENDLESS)
    site.sign_in(site.world.colleague("boss@example.com", role=Role.ADMINISTRATOR), "/staff")
    page = site.open("/staff/colleagues")
    page.evaluate("document.querySelector('.table-wrap').style.position = 'static'")
    assert any("text of 150 %" in one for one in find_sideways_in_large_text(page))
