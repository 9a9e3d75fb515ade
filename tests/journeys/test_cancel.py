import zipfile

import pytest

from portal.identity.accounts.queries import list_customer_ids
from portal.identity.accounts.rules import Service
from tests.journeys.any_site import AnySite
from tests.journeys.conftest import BOTH, EVERYWHERE, Site

pytestmark = pytest.mark.journey

UNDERSTOOD = "I understand that my registration ends straight away"
LEAVE, LATER = "Delete my account now", "Delete my account in seven days"
RECEIPT = "Receipt number, or the whole receipt"


@EVERYWHERE
def test_one_service_is_cancelled_and_the_account_stays(site: AnySite) -> None:
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.follow("Registrations")
    site.read("Broadband", "Mobile")
    site.follow("Cancel my registration for Mobile")
    site.arrive("Cancel your registration for Mobile")
    site.press("Cancel my registration for Mobile")
    site.has_error(UNDERSTOOD, "Tick the box to say you understand that your registration ends")
    site.check(UNDERSTOOD)
    site.press("Cancel my registration for Mobile")
    site.is_told("Your registration is cancelled: Mobile.")
    site.says("[aria-label=Services] li", "Broadband")
    assert site.world.email("Your registration is cancelled: Mobile").to == rowan.email


@BOTH
@EVERYWHERE
def test_everything_is_cancelled_and_nobody_is_left_to_sign_in(site: AnySite) -> None:
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.follow("Registrations")
    site.follow("Delete my account")
    site.arrive("Do you want to download your data first?")
    site.press("Continue")
    site.says("[role=alert]", "Choose whether to download your data first")
    site.check("No, I don’t need it")
    site.press("Continue")
    site.arrive("When should we delete your account?")
    site.check("Now")
    site.press("Continue")
    site.arrive("Check and confirm")
    site.unfold("What we delete, and what stays")
    site.read("Your registrations", "2 records", "29 December 2026")
    site.world.clock.move(minutes=6)
    site.press(LEAVE)
    site.arrive("Enter your password again")
    site.fill({"Password": "not my password at all"})
    site.press("Continue")
    site.has_error("Password", "That isn’t your password")
    assert site.world.read(list_customer_ids, 9) == [rowan.id]

    site.fill({"Password": rowan.password})
    site.press("Continue")
    site.arrive("Check and confirm")
    site.press(LEAVE)
    site.arrive("Your account is deleted")
    receipt = site.text("pre")
    assert "Your registrations: 2" in receipt
    site.follow("check it")
    site.arrive("Check a receipt")
    site.press("Check this receipt")
    site.has_error(RECEIPT, "Enter a receipt number, or paste the whole receipt")
    site.fill({RECEIPT: receipt.replace(": 2", ": 3", 1)})
    site.press("Check this receipt")
    site.is_told("This isn’t what we signed")
    site.fill({RECEIPT: receipt})
    site.press("Check this receipt")
    site.is_told("This receipt is genuine")
    site.open("/account")
    site.arrive("Sign in")
    site.miss("Rowan")

    assert site.world.email("Your account is deleted").to == rowan.email
    assert site.world.read(list_customer_ids, 9) == []
    site.fill({"Email address": rowan.email, "Password": rowan.password})
    site.press("Continue")
    site.has_error("Password", "The email address or the password isn’t right")


@BOTH
def test_seven_days_to_think_and_signing_in_brings_everything_back(site: Site) -> None:
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.open("/registrations/cancel")
    site.check("No, I don’t need it")
    site.press("Continue")
    site.press("Continue")
    site.press(LATER)
    site.arrive("Your account will be deleted")
    email = site.world.email("We’ll delete your account")
    site.open(email.link)
    site.sign_in(rowan)
    site.is_told("Your account is back, and nothing will be deleted.")
    site.open("/registrations")
    site.read("Broadband", "Mobile")


def test_a_copy_is_taken_before_leaving(site: Site) -> None:
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.open("/registrations/cancel")
    site.check("Yes, download my data first")
    site.press("Continue")
    site.arrive("Download your data")
    with site.page.expect_download() as download:
        site.press("Download my data")
    with zipfile.ZipFile(download.value.path()) as folder:
        text = folder.read("index.html").decode()
    assert rowan.email in text
    assert "Broadband" in text
    site.follow("Continue")
    site.arrive("When should we delete your account?")


def test_the_only_service_leads_to_cancelling_everything(site: Site) -> None:
    site.sign_in(site.world.customer(services=(Service.TELEVISION,)))
    site.open("/registrations")
    site.follow("Cancel my registration for Television")
    site.arrive("Do you want to download your data first?")
    site.follow("Keep my account")
    site.arrive("Good afternoon, Rowan")
