import re
from uuid import uuid4

import pytest

from portal.consent.marketing.service import save_choices
from portal.identity.accounts.queries import find_customer, list_registrations
from portal.identity.accounts.rules import Application, CustomerKind, Details, Service
from portal.identity.accounts.service import register
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.pages import Page
from tests.self_service.your_data.downloads import copy_in
from tests.world import LEAVE_LATER, LEAVE_NOW, PASSWORD, Person, World, act

WRONG = "five brown trombones sleep"


def cancel_page(world: World, person: Person, number: int = 0) -> Page:
    registration = world.read(list_registrations, person.customer_id)[number]
    return world.signed_in(person).open(f"/registrations/{registration.id}/cancel")


def begin_registration(world: World, email: str) -> None:
    """Let somebody ask for an account with an address, and go away."""
    details = Details("Some", "Body", email, CustomerKind.RESIDENTIAL)
    services = frozenset({Service.MOBILE})
    asked = Application(
        details=details, password=WRONG, question="Which?", answer="That", services=services
    )
    register(world.parts.work, world.parts.hasher, asked)


def gone(page: Page) -> str:
    """Cancel everything on its page, now; the number of the receipt."""
    answer = page.send(confirm="y")
    assert answer.path.startswith("/registrations/gone/ER-")
    return answer.path.rpartition("/")[2]


def test_a_customer_cancels_one_registration_and_gets_a_letter(world: World) -> None:
    person = world.customer()
    page = cancel_page(world, person).send(confirm="y")
    assert page.path == "/registrations"
    assert page.flashes == ["Your registration is cancelled: Broadband."]
    assert [one.service for one in world.read(list_registrations, person.customer_id)] == [
        Service.MOBILE
    ]
    assert world.email("Your registration is cancelled").to == person.email


def test_looking_at_a_page_that_cancels_cancels_nothing(world: World) -> None:
    person = world.customer()
    cancel_page(world, person)
    world.signed_in(person).open(LEAVE_NOW)
    assert len(world.read(list_registrations, person.customer_id)) == 2


def test_without_a_tick_no_registration_is_cancelled(world: World) -> None:
    person = world.customer()
    page = cancel_page(world, person)
    answer = page.send()
    assert answer.path == page.path
    assert answer.errors["confirm"].startswith("Tick the box")
    assert len(world.read(list_registrations, person.customer_id)) == 2
    assert world.deliver() == []


def test_an_account_is_deleted_in_three_steps_that_are_addresses(world: World) -> None:
    visitor = world.signed_in()
    first = visitor.open("/registrations/cancel")
    assert first.ticked("copy") == []
    assert first.send().errors["copy"] == "Choose whether to download your data first"
    second = first.send(copy="no")
    assert second.path == "/registrations/cancel/when/no"
    assert second.ticked("when") == ["later"]
    assert "Seven days from today is 30 November 2026" in second.text
    third = second.send(when="later")
    assert third.path == LEAVE_LATER
    assert "In seven days, on 30 November 2026" in third.text


def test_whoever_wants_their_data_first_downloads_it_and_goes_on(world: World) -> None:
    page = world.signed_in().open("/registrations/cancel").send(copy="yes")
    assert page.full_path == "/your-data/download?then=when"
    assert "/registrations/cancel/when/taken" in page.links()
    last = page.visitor.open("/registrations/cancel/check/taken/now")
    assert "You chose to download it" in last.text


@pytest.mark.parametrize(
    "address",
    ["when/yes", "when/perhaps", "check/yes/now", "check/no/soon"],
)
def test_a_step_without_those_before_it_begins_with_the_first(world: World, address: str) -> None:
    page = world.signed_in().open(f"/registrations/cancel/{address}")
    assert page.path == "/registrations/cancel"


@pytest.mark.parametrize("path", ["one", "everything"])
def test_without_fresh_proof_nothing_is_cancelled(world: World, path: str) -> None:
    person = world.customer()
    all_of_it = path == "everything"
    page = world.signed_in(person).open(LEAVE_NOW) if all_of_it else cancel_page(world, person)
    world.clock.move(minutes=5, seconds=1)
    asked = page.send(confirm="y")
    assert asked.full_path == f"/prove?next={page.path}"
    assert len(world.read(list_registrations, person.customer_id)) == 2
    back = asked.send(password=PASSWORD)
    assert back.path == page.path
    back.send(confirm="y")
    assert len(world.read(list_registrations, person.customer_id)) < 2


def test_the_only_registration_there_is_takes_the_account_with_it(world: World) -> None:
    person = world.customer(services=(Service.MOBILE,))
    page = cancel_page(world, person)
    assert page.path == "/registrations/cancel"
    assert gone(page.visitor.open(LEAVE_NOW))
    assert world.read(find_customer, person.customer_id) is None


def test_cancelling_everything_says_before_what_goes_and_what_stays(world: World) -> None:
    person = world.customer(telephone="01632 960001")
    reference = world.case(person)
    act(world, person, save_choices, person.customer_id, frozenset({EVERY_CHOICE[0]}))
    page = world.signed_in(person).open(LEAVE_NOW)
    assert "Your messages to us and our answers 1 record" in page.text
    assert "Your registrations 2 records" in page.text
    assert "Changes to your profile" not in page.text, "there are none"
    assert "It stays until 22 November 2028" in page.text
    assert "no to marketing" in page.text
    assert f"We haven’t answered your message {reference} yet" in page.text
    assert "29 December 2026 The last backup with your locked details is gone too" in page.text
    assert "goes on as it is" in page.text
    later = page.visitor.open(LEAVE_LATER)
    assert "30 November 2026 We destroy the key" in later.text
    assert "5 January 2027 The last backup" in later.text
    assert "It stays until 29 November 2028" in later.text


def test_nothing_stays_of_messages_or_choices_that_never_were(world: World) -> None:
    page = world.signed_in().open(LEAVE_NOW)
    assert "numbers and dates of your messages" not in page.text
    assert "no to marketing" not in page.text
    assert "but not whose" in page.text


def test_the_receipt_has_the_numbers_that_the_page_showed_before(world: World) -> None:
    """Sessions end with the decision already, and what a stranger began is nobody's record."""
    person = world.customer(telephone="01632 960001")
    world.case(person)
    world.visitor().open("/sign-in").send(email=person.email, password=PASSWORD)
    begin_registration(world, person.email)
    world.clock.move(seconds=1)
    reading = world.signed_in(person).open(LEAVE_NOW)
    shown = re.findall(r"<span>([^<]+)<span class=\"table__sub\">(\d+) record", reading.answer.text)
    line = world.parts.keyring.ledger.find_by_reference(gone(reading))
    assert line is not None
    assert line.receipt is not None
    told, _, _ = line.receipt.partition("\nKept\n")
    assert re.findall(r"^- (.+): (\d+)$", told, re.MULTILINE) == shown
    assert dict(shown)["Your profile and contact details"] == "1"
    assert not world.rows()["unconfirmed_registration"]


def test_cancelling_everything_now_lets_the_customer_out_and_gives_a_receipt(
    world: World,
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open(LEAVE_NOW)
    answer = visitor.post(LEAVE_NOW, {"csrf_token": page.value("csrf_token")})
    assert answer.status_code == 303
    assert "cookies" in answer.headers["Clear-Site-Data"]
    assert visitor.cookie("session") is None
    shown = visitor.open(answer.location)
    reference = answer.location.rpartition("/")[2]
    assert reference in shown.text
    assert "Rowan" not in shown.answer.text
    email = world.email("Your account is deleted")
    assert email.to == person.email
    assert reference in email.text
    assert reference in email.html
    again = world.visitor().open("/sign-in").send(email=person.email, password=PASSWORD)
    assert (
        again.errors["password"]
        == "The email address or the password isn’t right. Check both and try again"
    )


def test_a_copy_can_be_taken_first_with_fresh_proof(world: World) -> None:
    person = world.customer(telephone="01632 960001", town="Exampleton")
    world.case(person)
    visitor = world.signed_in(person)
    world.clock.move(minutes=6)
    page = visitor.open("/your-data/download").send(password=PASSWORD)
    assert page.path == "/your-data/download"
    data = {"csrf_token": page.value("csrf_token")}
    answer = visitor.client.post("/your-data/download", data=data)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    copy = copy_in(visitor)
    for words in ("Rowan", person.email, "01632 960001", "Exampleton", "Where is", "Broadband"):
        assert words in copy
    assert PASSWORD not in copy
    assert len(world.audit("cancellation:copy:taken")) == 2


def test_a_registration_cancelled_in_another_window_is_not_there_any_more(world: World) -> None:
    person = world.customer(services=tuple(Service)[:3])
    page, late = cancel_page(world, person), cancel_page(world, person)
    page.send(confirm="y")
    late.send(status=404, confirm="y")
    assert len(world.read(list_registrations, person.customer_id)) == 2


def test_anothers_registration_looks_like_one_that_never_was(world: World) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    other = world.read(list_registrations, theirs.customer_id)[0]
    visitor = world.signed_in(mine)
    pages = [
        visitor.open(f"/registrations/{one}/cancel", status=404) for one in (other.id, uuid4())
    ]
    assert pages[0].text == pages[1].text
    fields = {"confirm": "y"}
    assert visitor.send(f"/registrations/{other.id}/cancel", **fields).status_code == 404
    assert len(world.read(list_registrations, theirs.customer_id)) == 2


def test_a_customer_without_registrations_sees_an_empty_page_and_may_still_leave(
    world: World,
) -> None:
    person = world.customer(services=())
    visitor = world.signed_in(person)
    assert "No registrations" in visitor.open("/registrations").text
    assert gone(visitor.open(LEAVE_NOW))
