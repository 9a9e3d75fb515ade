import re

import pytest
from playwright.sync_api import expect

from tests.journeys.any_site import AnySite
from tests.journeys.conftest import EVERYWHERE, Site

pytestmark = pytest.mark.journey

QUESTION = "What do you still hold about me?"
NOTE = "Looked it up: nothing since the spring."
ANSWER = "We hold nothing about you any more."
REFERENCE = re.compile(r"PC-[2-9A-Z]{4}-[2-9A-Z]{3}")


def write(site: AnySite, words: str, topic: str) -> str:
    """Fill in and send the rest of the contact form; return the reference."""
    site.choose("What is it about?", topic)
    site.fill({"Your message": words})
    site.press("Send my message")
    site.arrive("We’ve got your message")
    found = REFERENCE.search(site.text())
    assert found
    return found[0]


def do(desk: AnySite, what: str, words: str) -> None:
    """Do something in the case that is open at the desk."""
    desk.check(what)
    desk.fill({"Message": words})
    desk.press("Send or save this")


@EVERYWHERE
def test_a_visitor_asks_and_somebody_at_the_desk_answers(site: AnySite) -> None:
    site.open("/")
    site.follow("Send us a message")
    site.press("Send my message")
    site.has_error("Your name", "Enter your name")
    site.has_error("Your message", "Enter your message")
    site.fill({"Your name": "A Visitor", "Email address": "visitor@example.com"})
    reference = write(site, QUESTION, "A copy of what you hold about me")
    received = site.world.email(f"We’ve got your message ({reference})")
    assert received.to == "visitor@example.com"
    assert "23 December 2026" in received.text

    desk = site.elsewhere()
    desk.sign_in(site.world.colleague(), "/staff")
    desk.arrive("The desk today")
    desk.follow("Unassigned")
    desk.follow(reference)
    desk.arrive("A copy of what you hold about me")
    desk.read(QUESTION, "A Visitor", "visitor@example.com")
    desk.press("Assign")
    desk.has_error("Assigned to", "Choose a colleague")
    desk.press("Assign to me")
    desk.is_told("The case is assigned.")
    do(desk, "Add a private note", NOTE)
    desk.is_told("Your note is kept.")
    desk.read(NOTE)
    desk.choose("How did it end?", "Done as asked")
    do(desk, "Answer and close", ANSWER)
    desk.is_told("Your answer is on its way.")
    desk.offers_no("Send or save this")

    email = site.world.email(f"We replied to your message ({reference})")
    assert email.to == "visitor@example.com"
    assert ANSWER in email.text
    assert NOTE not in email.text + email.html
    desk.follow("Cases")
    desk.read("Nothing in this view at the moment.")
    desk.follow("Closed 1")
    desk.says("main th[scope=row]", reference)


@EVERYWHERE
def test_a_customer_and_the_desk_ask_and_answer_each_other(site: AnySite) -> None:
    site.sign_in(site.world.customer())
    site.follow("Messages")
    site.read("No messages here")
    site.follow("Send us a message")
    site.holds("Your name", "Rowan Example")
    site.read("We’ll reply to rowan@example.com")
    reference = write(site, "I got a call last week.", "Stop marketing")
    site.follow("See my messages")
    site.read(reference, "We’re working on it")

    desk = site.elsewhere()
    desk.sign_in(site.world.colleague(), f"/staff/cases/{reference}")
    desk.read("Customer, signed in")
    do(desk, "Add a private note", NOTE)
    do(desk, "Ask a question", "Which number was called?")
    desk.is_told("Your question is on its way.")
    desk.read("Waiting for the customer")
    assert "Which number" in site.world.email("We have a question about your message").text

    site.follow("Stop marketing")
    site.read("We asked", "Which number was called?", "We’re waiting for your answer")
    site.miss(NOTE, "Private note", "Sam Agent")
    site.fill({"Add to your message": "It was 01632 960001."})
    site.press("Send my answer")
    site.is_told("We’ve added it to your message.")

    desk.reload()
    desk.read("It was 01632 960001.", "In progress")
    do(desk, "Answer and close", ANSWER)
    desk.is_told("Your answer is on its way.")
    site.reload()
    site.read("We replied", ANSWER, "Is something still not right?")
    assert site.world.email("We replied to your message").to == "rowan@example.com"


def test_two_at_the_desk_do_not_both_answer(site: Site) -> None:
    site.open("/contact")
    site.fill({"Your name": "A Visitor", "Email address": "visitor@example.com"})
    reference = write(site, QUESTION, "Something else")
    desks = [site.elsewhere(), site.elsewhere()]
    for desk, name in zip(desks, ("sam", "kit"), strict=True):
        desk.sign_in(site.world.colleague(f"{name}@example.com"), f"/staff/cases/{reference}")
    do(desks[0], "Ask a question", "When was that?")
    desks[0].is_told("Your question is on its way.")
    do(desks[1], "Answer and close", ANSWER)
    desks[1].is_told("This case changed while you had it open. Check it, then try again.")
    desks[1].read("When was that?")
    expect(desks[1].field("Message")).to_have_value(ANSWER)
    assert [one.subject.split(" (")[0] for one in site.world.deliver()] == [
        "We’ve got your message",
        "We have a question about your message",
    ]


def test_a_case_is_found_by_its_reference_and_by_an_address(site: Site) -> None:
    site.open("/contact")
    site.fill({"Your name": "A Visitor", "Email address": "visitor@example.com"})
    reference = write(site, QUESTION, "Something else")
    site.sign_in(site.world.colleague(), "/staff")
    box = site.page.get_by_role("textbox", name="Find a case")
    for typed in (reference, reference.lower().replace("-", ""), "Visitor@Example.com"):
        site.open("/staff")
        box.fill(typed)
        site.press("Find")
        site.arrive("1 case found")
        assert "visitor" not in site.path
        site.read(reference)
    box.fill("nobody@example.com")
    site.press("Find")
    site.arrive("0 cases found")
