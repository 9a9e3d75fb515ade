"""Somebody who is no customer takes their number out of our directories, by a call."""

import pytest

from tests.consent.listed_people.steps import MORGANS, entry_of, take_in
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey


def test_a_number_is_asked_about_proved_by_a_call_corrected_and_taken_out(site: Site) -> None:
    take_in(site.world, MORGANS)
    site.open("/contact")
    site.follow("See it, correct it or take it out")
    site.arrive("Your number in our directories")
    site.press("Ask about my number")
    site.has_error("Your name", "Enter your name")
    site.fill({
        "Your name": "Morgan Example",
        "Email address": "morgan@example.org",
        "Phone number in the directory": "020 7946 0101",
    })  # fmt: skip
    site.check("Call the number and tell me a code")
    site.press("Ask about my number")
    site.arrive("We’ve got your question")
    reference = site.page.locator(".ref").inner_text()

    desk = site.elsewhere()
    desk.sign_in(site.world.colleague(), f"/staff/cases/{reference}")
    desk.follow("Check whose number it is")
    desk.arrive("Check whose number it is")
    desk.press("Make a code")
    desk.read("We show it only once.")
    desk.miss("Sample Street")
    code = desk.page.locator("code.code").inner_text()

    site.follow("Enter your code")
    site.arrive("Enter your code")
    site.holds("Reference", reference)
    site.fill({"Code": "1"})
    site.press("See my entry")
    site.has_error("Code", "The reference or the code isn’t right")
    site.fill({"Code": code})
    site.press("See my entry")
    site.arrive("020 7946 0101 in our directories")
    site.read("Morgan Example", "1 Sample Street", "Tangle Telecom")
    site.follow("Correct the entry")
    site.fill({"Name in the directory": "M Example"})
    site.press("Save the entry")
    site.is_told("Your entry is corrected.")
    site.read("M Example")
    site.follow("Take my number out")
    site.arrive("Take your number out of our directories")
    site.press("Take my number out")
    site.read("Your number stays out of our directories")
    assert entry_of(site.world) is None

    desk.open(f"/staff/cases/{reference}")
    desk.read("Their directory entry was changed with a code", "020 7946 0101 stays out")
