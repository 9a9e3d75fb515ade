import pytest

from tests.journeys.any_site import AnySite
from tests.journeys.conftest import BOTH, EVERYWHERE, Site
from tests.world import ANSWER, PASSWORD, QUESTION

pytestmark = pytest.mark.journey

SEVERAL = "Which services do you use?"


@BOTH
@EVERYWHERE
def test_somebody_registers_confirms_the_address_and_signs_in(site: AnySite) -> None:
    site.open("/")
    site.follow("Create an account")
    site.arrive("Create an account")
    site.fill(
        {
            "First name": "Rowan",
            "Last name (optional)": "Example",
            "Email address": "rowan@example.com",
        }
    )
    site.check("At home", "Broadband", "Mobile")
    site.press("Continue")
    site.arrive("How you’ll sign in")
    site.fill({"Create a password": PASSWORD, "Your answer": "place"})
    site.choose("Security question", QUESTION)
    site.press("Create my account")
    site.has_error("Your answer", "Choose an answer that isn’t part of the question")
    site.read("We’ve kept the password you typed")
    site.holds("Create a password", "")
    site.follow("About you")
    site.arrive("Create an account")
    site.holds("Email address", "rowan@example.com")
    site.press("Continue")
    site.fill({"Your answer": ANSWER})
    site.press("Create my account")
    site.arrive("Check your email")
    site.read("rowan@example.com")

    site.open(site.world.email("Confirm your email address").link)
    site.arrive("Confirm your email address")
    site.fill({"The password you chose": PASSWORD})
    site.press("Confirm my email address")
    site.is_told("Your email address is confirmed. You can sign in now.")

    site.holds("Email address", "rowan@example.com")
    site.fill({"Password": PASSWORD})
    site.press("Continue")
    site.arrive("Answer your security question")
    site.fill({QUESTION: " the HARBOUR! "})
    site.press("Sign in")
    site.arrive("Good afternoon, Rowan")
    site.read(
        "Here’s what you can do with your details.", "All off", "2 services", "Broadband, Mobile"
    )


def test_what_is_missing_is_said_at_the_top_and_beside_each_field(site: Site) -> None:
    site.open("/register")
    site.fill({"First name": "Rowan", "Email address": "rowan at example.com"})
    site.press("Continue")
    summary = site.page.get_by_role("alert", name="There is a problem")
    site.read("Choose at least one service")
    assert summary.get_by_role("link").all_inner_texts() == [
        "Enter an email address in the correct format, like name@example.com",
        "Choose how you use our services",
        "Choose at least one service",
    ]
    summary.get_by_role("link", name="Choose at least one service").click()
    if site.has_scripts:
        assert site.field("Broadband").evaluate("box => box === document.activeElement")
    assert site.field("First name").input_value() == "Rowan"
    assert site.field("Email address").input_value() == "rowan at example.com"


def test_who_gives_a_wrong_password_or_answer_is_told_and_stays_outside(site: Site) -> None:
    rowan = site.world.customer()
    site.open("/sign-in")
    site.fill({"Email address": rowan.email, "Password": "eleven blue umbrellas sing"})
    site.press("Continue")
    site.has_error("Password", "The email address or the password isn’t right")
    site.field("Password").fill(rowan.password)
    site.press("Continue")
    site.field(QUESTION).fill("The Moor")
    site.press("Sign in")
    site.read("That isn’t the answer we have")
    site.open("/profile")
    site.arrive("Sign in")


def test_a_password_can_be_looked_at_while_it_is_typed(site: Site) -> None:
    site.open("/sign-in")
    field = site.field("Password")
    field.fill(PASSWORD)
    button = site.page.get_by_role("button", name="Show password")
    if not site.has_scripts:
        assert button.count() == 0
        return
    button.click()
    assert field.get_attribute("type") == "text"
    site.press("Hide password")
    assert field.get_attribute("type") == "password"
