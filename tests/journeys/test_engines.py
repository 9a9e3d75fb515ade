"""The whole way, from coming to leaving, in each of the browsers that people have."""

import pytest

from tests.journeys.any_site import AnySite
from tests.journeys.conftest import OTHERS, SCRIPTS
from tests.journeys.test_cancel import LEAVE, RECEIPT
from tests.world import ANSWER, PASSWORD, QUESTION

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("world", [pytest.param("sqlite", id="one-database")], indirect=True)
@pytest.mark.parametrize(
    "site",
    [
        pytest.param((engine, wanted), id=f"{engine}-{name}")
        for engine in OTHERS
        for name, wanted in SCRIPTS.items()
    ],
    indirect=True,
)
def test_somebody_registers_signs_in_makes_a_choice_and_leaves_with_a_receipt(
    site: AnySite,
) -> None:
    site.open("/")
    site.follow("Create an account")
    site.arrive("Create an account")
    site.fill({"First name": "Rowan", "Email address": "rowan@example.com"})
    site.check("At home", "Broadband", "Mobile")
    site.press("Continue")
    site.arrive("How you’ll sign in")
    site.fill({"Create a password": PASSWORD, "Your answer": ANSWER})
    site.choose("Security question", QUESTION)
    site.press("Create my account")
    site.arrive("Check your email")

    site.open(site.world.email("Confirm your email address").link)
    site.arrive("Confirm your email address")
    site.fill({"The password you chose": PASSWORD})
    site.press("Confirm my email address")
    site.is_told("Your email address is confirmed. You can sign in now.")
    site.fill({"Password": PASSWORD})
    site.press("Continue")
    site.arrive("Answer your security question")
    site.fill({QUESTION: ANSWER})
    site.press("Sign in")
    site.arrive("Good afternoon, Rowan")

    site.follow("Marketing")
    site.arrive("Your marketing choices")
    site.turn("Surveys", "Text")
    site.press("Save my choices")
    site.is_told("We’ve saved your choices.")
    site.is_on("Surveys", "Text")

    site.follow("Registrations")
    site.arrive("Your registrations")
    site.follow("Delete my account")
    site.arrive("Do you want to download your data first?")
    site.check("No, I don’t need it")
    site.press("Continue")
    site.arrive("When should we delete your account?")
    site.check("Now")
    site.press("Continue")
    site.arrive("Check and confirm")
    site.press(LEAVE)
    site.arrive("Your account is deleted")
    receipt = site.text("pre")
    assert "Your registrations: 2" in receipt
    site.follow("check it")
    site.arrive("Check a receipt")
    site.fill({RECEIPT: receipt})
    site.press("Check this receipt")
    site.is_told("This receipt is genuine")
