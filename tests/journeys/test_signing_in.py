"""Signing in with something better than a question, getting back in, and what a thief meets."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.identity.mfa.rules import STEP_SECONDS, code_at
from tests.journeys.conftest import BOTH, Site
from tests.world import LEAVE_NOW, NOON, Person, World

pytestmark = pytest.mark.journey

WITH_SCRIPTS = pytest.mark.parametrize("site", [True], indirect=True, ids=["scripts"])
NEW = "nine purple teapots dance"
WARNING = "You’re about to be signed out"
WORDS = "I have typed this for half an hour."


def code_now(world: World, secret: str) -> str:
    return code_at(secret, int(world.clock().timestamp()) // STEP_SECONDS)


def give_password(site: Site, person: Person, password: str | None = None) -> None:
    site.open("/sign-in")
    site.fill({"Email address": person.email, "Password": password or person.password})
    site.press("Continue")


def give_device_a_passkey_maker(page: Page) -> None:
    """Put a device into the browser that makes passkeys and knows whose hand holds it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_an_authenticator_app_is_set_up_and_takes_the_place_of_the_question(site: Site) -> None:
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.open("/security/authenticator")
    site.press("Set up an app")
    expect(site.page.locator("svg.qr")).to_be_visible()
    secret = re.sub(r"\W", "", site.page.locator("code.code").inner_text())
    site.field("Code from your app").fill("000000")
    site.press("Turn on the app")
    site.read("That code isn’t right")
    site.field("Code from your app").fill(code_now(site.world, secret))
    site.press("Turn on the app")
    site.arrive("Save your recovery codes")
    codes = site.page.locator("#codes code").all_inner_texts()
    assert len(set(codes)) == 10
    site.open("/security")
    site.read("Added on", "10 left")

    site.press("Sign out")
    site.world.clock.move(minutes=1)
    give_password(site, rowan)
    site.arrive("Enter the code from your app")
    site.miss("In which place")
    site.field("Code").fill(code_now(site.world, secret))
    site.press("Sign in")
    site.arrive("Good afternoon, Rowan")

    site.press("Sign out")
    give_password(site, rowan)
    site.follow("Use a recovery code")
    site.field("Code").fill(codes[7])
    site.press("Sign in")
    site.arrive("Good afternoon, Rowan")


@WITH_SCRIPTS
@BOTH
def test_a_passkey_is_made_and_alone_is_enough(site: Site) -> None:
    rowan = site.world.customer()
    give_device_a_passkey_maker(site.page)
    site.sign_in(rowan)
    site.open("/security/passkeys/add")
    site.page.get_by_role("textbox").fill("My telephone")
    site.press("Create a passkey")
    site.arrive("Save your recovery codes")
    site.open("/security")
    site.read("My telephone", "not used yet")

    site.press("Sign out")
    site.open("/sign-in")
    site.press("Sign in with a passkey")
    site.arrive("Good afternoon, Rowan")

    site.world.clock.move(minutes=6)
    site.open("/security/password")
    site.arrive("Enter your password again")
    site.press("Use my passkey instead")
    site.arrive("Change your password")

    site.press("Sign out")
    give_password(site, rowan)
    site.arrive("Use your passkey")
    site.press("Use my passkey")
    site.arrive("Good afternoon, Rowan")


@WITH_SCRIPTS
def test_a_browser_that_knows_no_passkey_says_so_and_leaves_the_password(site: Site) -> None:
    site.world.customer()
    give_device_a_passkey_maker(site.page)
    site.open("/sign-in")
    site.press("Sign in with a passkey")
    site.read("We couldn’t use your passkey")
    expect(site.field("Password")).to_be_editable()


def test_without_scripts_there_is_no_passkey_button_and_everything_else(site: Site) -> None:
    site.open("/sign-in")
    button = site.page.get_by_role("button", name="Sign in with a passkey")
    if site.has_scripts:
        expect(button).to_be_visible()
    else:
        expect(button).to_be_hidden()
    expect(site.page.get_by_role("button", name="Continue")).to_be_visible()


def test_a_forgotten_password_is_replaced_by_a_letter_and_the_answer(site: Site) -> None:
    rowan = site.world.customer()
    site.open("/sign-in")
    site.follow("Choose a new password")
    site.arrive("Choose a new password")
    site.field("Email address").fill(rowan.email)
    site.press("Email me the link")
    site.arrive("Check your email")
    link = site.world.email("Choose a new password").link
    site.open(link)
    site.field("In which place did you once get lost?").fill("the wood")
    site.field("Create a new password").fill(NEW)
    site.press("Change my password")
    site.has_error("In which place did you once get lost?", "That isn’t the answer we have")
    expect(site.field("Create a new password")).to_have_value("")
    site.field("In which place did you once get lost?").fill(rowan.answer)
    site.field("Create a new password").fill(NEW)
    site.press("Change my password")
    site.arrive("Sign in")
    site.is_told("We’ve changed your password")
    give_password(site, rowan, NEW)
    site.page.get_by_role("textbox").fill(rowan.answer)
    site.press("Sign in")
    site.arrive("Good afternoon, Rowan")
    site.open(link)
    site.arrive("This link no longer works")


def test_whoever_forgot_the_answer_gets_a_code_by_letter(site: Site) -> None:
    rowan = site.world.customer()
    give_password(site, rowan)
    site.press("Email me a code instead")
    site.arrive("Enter the code we emailed")
    site.is_told("Check your email. We’ve sent you a code")
    found = re.search(r"\d{4} \d{4}", site.world.email("Your sign-in code").text)
    assert found
    site.field("Code").fill(found[0])
    site.press("Sign in")
    site.arrive("Good afternoon, Rowan")


def test_a_stolen_note_to_be_remembered_by_opens_nothing_and_is_noticed(site: Site) -> None:
    rowan = site.world.customer()
    site.open("/sign-in")
    site.fill({"Email address": rowan.email, "Password": rowan.password})
    site.check("Remember me on this device")
    site.press("Continue")
    site.page.get_by_role("textbox").fill(rowan.answer)
    site.press("Sign in")
    site.arrive("Good afternoon, Rowan")
    site.press("Sign out")
    (kept,) = (one for one in site.context.cookies() if one.get("name") == "remember")

    thief = site.elsewhere()
    thief.context.add_cookies(
        [{"name": "remember", "value": kept.get("value", ""), "url": site.address}]
    )
    thief.open("/sign-in")
    thief.arrive("Welcome back, Rowan")
    expect(thief.field("Email address")).to_have_value("")
    thief.open("/profile")
    thief.miss("rowan@example.com", "Example")

    site.world.clock.move(minutes=1)
    site.open("/sign-in")
    site.arrive("Sign in")
    site.is_told("Someone may have copied what this browser keeps")
    thief.open("/sign-in")
    thief.arrive("Sign in")
    assert site.world.email("We no longer remember your devices").to == rowan.email


@WITH_SCRIPTS
def test_two_tabs_end_together_and_what_was_typed_in_each_is_kept(site: Site) -> None:
    rowan = site.world.customer()
    for page in (site.page,):
        page.clock.install(time=NOON)
    site.sign_in(rowan)
    site.open("/contact")
    site.field("Your message").fill(WORDS)
    other = site.tab()
    other.page.clock.install(time=NOON)
    other.open("/profile/edit")
    other.field("Town or city (optional)").fill("Exampleton")
    for tab in (site, other):
        tab.page.clock.fast_forward("28:05")
        expect(tab.page.get_by_role("dialog", name=WARNING)).to_be_visible()
    for tab in (site, other):
        tab.page.clock.fast_forward("02:00")
        tab.page.clock.run_for(3000)
    for tab in (site, other):
        tab.arrive("You’re signed out")
        tab.read("Nothing happened for 30 minutes")
        tab.miss("Exampleton", WORDS)
    give_password(site, rowan)
    site.page.get_by_role("textbox").fill(rowan.answer)
    site.press("Sign in")
    site.read("Finish what you were typing")
    site.open("/contact")
    expect(site.field("Your message")).to_have_value(WORDS)
    site.read("This is what you typed")
    site.open("/profile/edit")
    expect(site.field("Town or city (optional)")).to_have_value("Exampleton")
    site.press("Discard what I typed")
    expect(site.field("Town or city (optional)")).to_have_value("")


def test_a_form_sent_after_the_end_is_there_again_after_signing_in(site: Site) -> None:
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.open("/profile/edit")
    site.page.locator("[name=town]").fill("Exampleton")
    site.world.clock.move(minutes=31)
    site.page.locator("main form .btn").first.click()
    site.arrive("Sign in")
    site.fill({"Email address": rowan.email, "Password": rowan.password})
    site.press("Continue")
    site.page.get_by_role("textbox").fill(rowan.answer)
    site.press("Sign in")
    site.read("This is what you typed")
    expect(site.page.locator("[name=town]")).to_have_value("Exampleton")


def test_fresh_proof_leads_back_to_the_task(site: Site) -> None:
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.open(LEAVE_NOW)
    site.world.clock.move(minutes=6)
    site.press("Delete my account now")
    site.arrive("Enter your password again")
    site.field("Password").fill(rowan.password)
    site.press("Continue")
    site.arrive("Check and confirm")
    site.page.get_by_role("button", name="Delete my account now").wait_for()
