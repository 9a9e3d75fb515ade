from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.governance.deadlines.rules import RequestKind, due_date
from portal.identity.accounts.queries import list_registrations
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.working_days import Nation
from tests.pages import Page, Visitor
from tests.world import World

FILLED: dict[str, Any] = {
    "name": "Vis Itor",
    "email": "visitor@example.org",
    "topic": "other",
    "message": "Where is Exampleton?",
}
CANCELLING: dict[str, Any] = {"topic": "cancel-registration", "service": "broadband"}


def write(visitor: Visitor, **changes: Any) -> Page:
    return visitor.open("/contact").send(**{**FILLED, **changes})


def reference_on(page: Page) -> str:
    found = page.soup.select_one(".ref")
    assert found
    return found.get_text()


def test_anybody_writes_to_us_and_gets_a_reference_and_a_letter(world: World) -> None:
    page = write(world.visitor())
    assert page.path == "/contact/sent"
    email = world.email("We’ve got your message")
    assert email.to == "visitor@example.org"
    assert reference_on(page) in email.subject
    assert "23 December 2026" in email.text
    assert "Exampleton" not in email.text + email.html


def test_a_customer_finds_their_name_and_address_in_the_form(world: World) -> None:
    page = world.signed_in().open("/contact")
    assert (page.value("name"), page.value("email")) == ("Rowan Example", "rowan@example.com")


def test_the_same_copy_of_the_form_sent_twice_is_one_case_and_one_letter(world: World) -> None:
    visitor = world.visitor()
    form = visitor.open("/contact")
    references = {reference_on(form.send(**FILLED)) for _ in range(3)}
    assert len(references) == 1
    assert world.rows()["case_file"] == 1
    assert len(world.deliver()) == 1
    write(visitor)
    assert world.rows()["case_file"] == 2


def test_after_a_mistake_the_same_copy_still_counts_once(world: World) -> None:
    form = world.visitor().open("/contact").send(**{**FILLED, "message": ""})
    for _ in range(2):
        form.send(message="Now with words")
    assert world.rows()["case_file"] == 1


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": ""}, "name", "Enter your name"),
        ({"email": "nobody"}, "email", "Enter an email address in the correct format"),
        ({"topic": ""}, "topic", "Choose what it is about"),
        ({"topic": "weather"}, "topic", "Choose what it is about"),
        ({"topic": "cancel-registration"}, "service", "Choose the registration"),
        ({"service": "teleport"}, "service", "Choose the registration you want to cancel"),
        ({"message": " \r\n "}, "message", "Enter your message"),
        ({"message": "x" * 4001}, "message", "Your message must be 4,000 characters or fewer"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_nothing_is_kept(
    world: World, changes: dict[str, Any], field: str, said: str
) -> None:
    page = write(world.visitor(), **changes)
    assert page.path == "/contact"
    assert page.errors[field].startswith(said)
    assert world.rows()["case_file"] == 0


def test_a_known_address_gets_the_same_answer_as_an_unknown_one(world: World) -> None:
    world.customer()
    pages = [
        write(world.visitor(), email=email) for email in ("rowan@example.com", "x@example.com")
    ]
    assert pages[0].text.replace(reference_on(pages[0]), "") == pages[1].text.replace(
        reference_on(pages[1]), ""
    )


def test_a_customer_follows_their_message_and_adds_to_it(world: World) -> None:
    visitor = world.signed_in()
    reference = reference_on(write(visitor))
    assert reference in visitor.open("/cases").text
    page = visitor.open(f"/cases/{reference}").send(message="It is near\r\nSampleford")
    due = spell_day(
        due_date(RequestKind.QUESTION, london_day(world.clock()), Nation.ENGLAND_AND_WALES)
    )
    assert page.flashes == [f"We’ve added it to your message. We’ll answer by {due}."]
    assert "Where is Exampleton?" in page.text
    assert "Sampleford" in page.text
    assert "We’re working on it" in page.text


def test_a_private_note_and_who_has_the_case_are_not_shown_to_the_customer(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    path = f"/staff/cases/{reference}"
    desk = world.at_the_desk()
    desk.open(path).send(path, step="noted", message="Sounds cross")
    desk.open(path).send(f"{path}/assign")
    desk.open(path).send(path, step="asked", message="Which one?")
    page = world.signed_in(person).open(f"/cases/{reference}")
    assert "Which one?" in page.text
    for words in ("Sounds cross", "Private note", "Assigned", "Sam"):
        assert words not in page.answer.text


def test_anothers_message_looks_like_one_that_never_was(world: World) -> None:
    reference = world.case(world.customer())
    visitor = world.signed_in(world.customer("jules@example.com"))
    pages = [visitor.open(f"/cases/{one}", status=404) for one in (reference, "PC-2222-222", "x")]
    assert len({page.text for page in pages}) == 1
    assert visitor.send(f"/cases/{reference}", message="Mine now").status_code == 404
    assert world.rows()["case_entry"] == 1


def test_a_visitors_message_is_on_the_list_of_whoever_has_its_address(world: World) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    reference = world.case(email=person.email, text="Sent before I signed in.")
    visitor = world.signed_in(person)
    assert reference in visitor.open("/cases").text
    assert "Sent before I signed in." in visitor.open(f"/cases/{reference}").text
    world.signed_in(other).open(f"/cases/{reference}", status=404)


def test_a_message_to_cancel_cancels_nothing_by_itself(world: World) -> None:
    person = world.customer()
    write(world.visitor(), email=person.email, topic="cancel-registration", service="everything")
    world.deliver()
    assert len(world.read(list_registrations, person.customer_id)) == 2


def test_a_message_in_scotland_is_answered_by_the_bank_holidays_of_scotland(world: World) -> None:
    """One month after 30 October is Saint Andrew's Day."""
    world.parts = replace(world.parts, nation=Nation.SCOTLAND)
    world.app.extensions["portal"] = world.parts
    world.clock.now = datetime(2026, 10, 30, 12, tzinfo=UTC)
    rowan = world.signed_in()
    reference = reference_on(write(rowan))
    assert "by 1 December 2026" in world.email("We’ve got your message").text
    page = rowan.open(f"/cases/{reference}")
    assert "Working days are those of Scotland" in page.text
