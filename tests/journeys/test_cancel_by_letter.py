import re

import pytest
from playwright.sync_api import expect

from portal.identity.accounts.queries import find_customer_by_email, list_registrations
from portal.identity.accounts.rules import Service
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.ids import CustomerId
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

TITLE, PASSWORD = "Cancel my registration", "Your password"
ALL = "All of them, and delete my account"


def ask(site: Site, email: str, service: str) -> str:
    """Ask to cancel by the contact form; return what the page then says."""
    site.open("/contact")
    site.fill({"Your name": "Rowan Example", "Email address": email, "Your message": "Please."})
    site.field("What is it about?").select_option(TITLE)
    site.press("Send my message")
    site.has_error("Which service?", "Choose the registration you want to cancel")
    site.field("Which service?").select_option(service)
    site.press("Send my message")
    site.arrive("We’ve got your message")
    return site.page.get_by_role("main").inner_text()


def open_case(site: Site, said: str) -> Site:
    """Go to the desk, in another browser, and open the case that the page spoke of."""
    desk = site.elsewhere()
    reference = next(word for word in said.split() if word.startswith("PC-"))
    desk.sign_in(site.world.colleague(), f"/staff/cases/{reference}")
    desk.read("Cancelling", "Visitor")
    return desk


def services(site: Site, email: str) -> list[Service]:
    customer = site.world.read(find_customer_by_email, email)
    if customer is None:
        return []
    found = site.world.read(list_registrations, CustomerId(customer.id))
    return [one.service for one in found]


def test_everything_is_cancelled_by_the_form_and_the_link_to_the_address_on_file(
    site: Site,
) -> None:
    rowan = site.world.customer()
    said = ask(site, "Rowan@Example.com", ALL)
    site.world.email("We’ve got your message")
    desk = open_case(site, said)
    desk.press("Send the confirmation link")
    desk.is_told("The link is on its way to the address on file.")
    desk.read("Waiting for the customer")

    email = site.world.email("Do you want to delete your account?")
    assert email.to == rowan.email
    for _ in range(2):
        site.open(email.link)
        site.arrive("Do you want to delete your account?")
        site.read("sign you out everywhere straight away", "what we hold about you")
        site.page.get_by_text("What we delete, and what stays").click()
        site.read("2 records")
    assert len(services(site, rowan.email)) == 2

    site.press("Delete my account")
    site.has_error(PASSWORD, "Enter your password")
    site.check("Now")
    site.field(PASSWORD).fill(rowan.password)
    site.press("Delete my account")
    site.arrive("Your account is deleted")
    assert site.world.read(find_customer_by_email, rowan.email) is None
    assert site.world.email("Your account is deleted").to == rowan.email
    desk.page.reload()
    desk.read("Closed", "The customer confirmed, and it is cancelled")
    site.open(email.link)
    site.arrive("This link no longer works")


def test_one_service_is_cancelled_by_the_form_and_the_rest_stays(site: Site) -> None:
    rowan = site.world.customer()
    desk = open_case(site, ask(site, rowan.email, "Mobile"))
    desk.press("Send the confirmation link")
    desk.is_told("The link is on its way to the address on file.")
    site.open(site.world.email("Do you want to cancel a registration?").link)
    site.read("This registration. You keep your account")
    site.field(PASSWORD).fill(rowan.password)
    site.check("I understand that my registration ends straight away")
    site.press("Cancel this registration")
    site.arrive("It’s cancelled")
    assert services(site, rowan.email) == [Service.BROADBAND]


def test_two_colleagues_cancel_what_the_customer_cannot_confirm(site: Site) -> None:
    rowan = site.world.customer()
    desk = open_case(site, ask(site, rowan.email, ALL))
    desk.follow("Cancel without the customer’s link")
    desk.arrive("Cancel without the customer’s link")
    desk.press("Ask a colleague")
    desk.has_error("Why can’t the customer confirm it?", "Say why the customer can’t confirm it")
    desk.fill({"Why can’t the customer confirm it?": "They wrote to us from a hospital."})
    desk.press("Ask a colleague")
    desk.is_told("Now a colleague has to agree.")
    second = site.elsewhere()
    second.sign_in(site.world.colleague("kit@example.com", "Kit Senior", Role.SENIOR), desk.path)
    second.follow("Read why, then agree or refuse")
    second.read("They wrote to us from a hospital.")
    second.press("Agree and cancel")
    second.is_told("It’s cancelled.")
    second.read("Two colleagues agreed", "Closed")
    assert site.world.read(find_customer_by_email, rowan.email) is None


def test_an_address_that_nobody_has_looks_the_same_to_whoever_writes(site: Site) -> None:
    known = ask(site, site.world.customer().email, ALL)
    unknown = ask(site, "stranger@example.com", ALL)
    assert hide_reference(known) == hide_reference(unknown)
    received = [one.text for one in site.world.deliver()]
    assert hide_reference(received[0]) == hide_reference(received[1])

    desk = open_case(site, unknown)
    desk.read("This address has no open account with that registration.")
    expect(desk.page.get_by_role("button", name="Send the confirmation link")).to_have_count(0)
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    assert site.world.deliver() == []


def hide_reference(text: str) -> list[str]:
    short = re.sub(r"/follow/[\w-]+", "/follow/…", text)
    return ["PC" if word.startswith("PC-") else word for word in short.split()]
