import pytest
from playwright.sync_api import expect

from portal.account.queries import list_customer_ids
from portal.account.rules import Service
from tests.journeys.conftest import BOTH, Site

pytestmark = pytest.mark.journey

PASSWORD, UNDERSTOOD = "Your password", "I understand that this cannot be undone"


def test_one_service_is_cancelled_and_the_account_stays(site: Site) -> None:
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.follow("Registrations")
    site.read("Broadband", "Mobile")
    site.follow("Cancel Mobile")
    site.arrive("Cancel Mobile")
    site.press("Cancel Mobile")
    site.has_error(PASSWORD, "Enter your password")
    site.has_error(UNDERSTOOD, "Tick the box to say that you understand")
    site.field(PASSWORD).fill(rowan.password)
    site.check(UNDERSTOOD)
    site.press("Cancel Mobile")
    site.is_told("Your registration is cancelled: Mobile.")
    services = site.page.get_by_role("region", name="Services")
    expect(services.get_by_role("listitem")).to_have_count(1)
    expect(services).to_contain_text("Broadband")
    assert site.world.letter("Your registration is cancelled: Mobile").to == rowan.email


@BOTH
def test_everything_is_cancelled_and_nobody_is_left_to_sign_in(site: Site) -> None:
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.follow("Registrations")
    site.follow("Cancel everything")
    site.arrive("Check before you leave")
    site.field(PASSWORD).fill("not my password at all")
    site.check(UNDERSTOOD)
    site.press("Delete my account")
    site.has_error(PASSWORD, "That is not your password")
    assert site.world.read(list_customer_ids, 9) == [rowan.id]

    site.field(PASSWORD).fill(rowan.password)
    site.check(UNDERSTOOD)
    site.press("Delete my account")
    site.arrive("Your account is deleted")
    site.open("/account")
    site.arrive("Sign in")
    site.miss("Rowan")

    assert site.world.letter("Your account is deleted").to == rowan.email
    assert site.world.read(list_customer_ids, 9) == []
    site.fill({"Email address": rowan.email, "Password": rowan.password})
    site.press("Continue")
    site.has_error("Password", "The email address or the password is not right")


def test_the_only_service_leads_to_cancelling_everything(site: Site) -> None:
    site.sign_in(site.world.customer(services=(Service.TELEVISION,)))
    site.open("/registrations")
    site.follow("Cancel Television")
    site.arrive("Check before you leave")
    site.follow("Keep my account")
    site.arrive("Good afternoon, Rowan")
