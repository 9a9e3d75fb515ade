"""The desk sees a wish through: stages, one reminder, an end, and two colleagues or none."""

from typing import Any

import pytest

from portal.account.queries import find_customer, list_registrations
from portal.cases.queries import get_case
from portal.cases.rules import Status, Step, read_stages
from tests.pages import Page
from tests.wishes.test_link import CANCELLING, link_for
from tests.world import PASSWORD, Person, World

REASON = "They are in hospital and wrote to us by post."
EVERYTHING: dict[str, Any] = {"topic": "cancel-registration", "service": "everything"}


@pytest.fixture
def person(world: World) -> Person:
    return world.customer()


def reached(world: World, reference: str) -> list[str]:
    return [one.title for one in read_stages(world.read(get_case, reference)) if one.at]


def ask(world: World, person: Person, reference: str) -> Page:
    """A colleague asks to go on without the customer."""
    page = world.at_the_desk(person).open(f"/staff/cases/{reference}/without-link")
    return page.send(reason=REASON)


def test_the_stages_follow_the_wish_to_its_end(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    assert reached(world, reference) == ["Asked by the form"]
    link = link_for(world, reference)
    assert reached(world, reference)[1:] == ["Link sent to the address on file"]
    desk = world.at_the_desk()
    assert "It works until 7 December 2026" in desk.open(f"/staff/cases/{reference}").text
    world.visitor().open(link).send(password=PASSWORD, confirm="y")
    assert reached(world, reference)[2:] == [
        "Confirmed by the customer, with the password",
        "Cancelled",
    ]
    assert "Cancelled" in desk.open(f"/staff/cases/{reference}").text


def test_another_kind_of_case_has_no_stages(world: World) -> None:
    assert read_stages(world.read(get_case, world.case())) == ()


def test_one_reminder_comes_after_a_week_and_both_links_work(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    first = link_for(world, reference)
    world.clock.move(days=6, hours=23)
    assert world.deliver() == []
    world.clock.move(hours=2)
    reminder = world.letter("Do you still want to cancel?")
    assert reminder.to == person.email
    assert "7 December 2026" in reminder.text
    world.clock.move(days=3)
    assert world.deliver() == [], "one, and no more"
    for link in (first, reminder.link):
        assert "Broadband" in world.visitor().open(link).text
    world.visitor().open(first).send(password=PASSWORD, confirm="y")
    world.visitor().open(reminder.link, status=410)


def test_a_link_that_nobody_follows_dies_and_the_case_comes_back(
    world: World, person: Person
) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    link = link_for(world, reference)
    world.clock.move(days=8)
    reminder = world.letter("Do you still want to cancel?").link
    world.clock.move(days=6, seconds=1)
    world.deliver()
    for dead in (link, reminder):
        world.visitor().open(dead, status=410)
    found = world.read(get_case, reference)
    assert found.status is Status.IN_PROGRESS
    assert found.entries[0].step is Step.LINK_ENDED
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    assert "It ended unconfirmed" in page.text
    world.clock.move(days=1)
    world.deliver()
    assert len(world.read(get_case, reference).entries) == len(found.entries)


def test_a_link_sent_again_has_its_own_fourteen_days_and_reminder(
    world: World, person: Person
) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    link_for(world, reference)
    world.clock.move(days=8)
    world.letter("Do you still want to cancel?")
    desk = world.at_the_desk()
    desk.open(f"/staff/cases/{reference}").send(f"/staff/cases/{reference}/link")
    again = world.letter("Do you want to cancel?").link
    world.clock.move(days=7, hours=1)
    assert world.letter("Do you still want to cancel?").to == person.email
    world.visitor().open(again)


@pytest.mark.parametrize("closed", ["case", "account"])
def test_nobody_is_reminded_of_what_is_settled(world: World, person: Person, closed: str) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    link_for(world, reference)
    if closed == "case":
        page = world.at_the_desk().open(f"/staff/cases/{reference}")
        page.send(f"/staff/cases/{reference}/close")
    else:
        world.erase(person)
        world.deliver()
    world.clock.move(days=8)
    assert world.deliver() == []


@pytest.mark.parametrize("what", [CANCELLING, EVERYTHING])
def test_two_colleagues_cancel_together_with_a_reason(
    world: World, person: Person, what: dict[str, Any]
) -> None:
    reference = world.case(email=person.email, **what)
    kit, sam = world.colleague("kit@example.com", "Kit Agent"), world.colleague()
    assert "Now a colleague has to agree." in ask(world, kit, reference).flashes
    assert world.read(find_customer, person.customer_id) is not None, "asking cancels nothing"
    desk = world.at_the_desk(sam)
    assert "Kit Agent asks to cancel this" in desk.open(f"/staff/cases/{reference}").text
    page = desk.open(f"/staff/cases/{reference}/without-link")
    assert REASON in page.text
    page.send(f"/staff/cases/{reference}/without-link/agree")
    assert reached(world, reference)[-2:] == ["Two colleagues agreed", "Cancelled"]
    if what is EVERYTHING:
        assert world.read(find_customer, person.customer_id) is None
        assert world.parts.keyring.ledger.find(person.id) is not None
    else:
        left = world.read(list_registrations, person.customer_id)
        assert [one.name for one in left] == ["Mobile"]


def test_whoever_asked_cannot_agree(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **EVERYTHING)
    kit = world.colleague("kit@example.com")
    ask(world, kit, reference)
    desk = world.at_the_desk(kit)
    page = desk.open(f"/staff/cases/{reference}/without-link")
    assert "Somebody else has to agree" in page.text
    assert "Agree and cancel" not in page.text
    version = page.value("version")
    answer = desk.send(f"/staff/cases/{reference}/without-link/agree", version=version)
    assert answer.status_code == 403
    assert world.read(find_customer, person.customer_id) is not None
    assert world.read(get_case, reference).is_open


def test_a_colleague_refuses_and_nothing_happens(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **EVERYTHING)
    ask(world, world.colleague("kit@example.com"), reference)
    page = world.at_the_desk().open(f"/staff/cases/{reference}/without-link")
    page.send(f"/staff/cases/{reference}/without-link/refuse")
    found = world.read(get_case, reference)
    assert (found.skip_asked_by, found.is_open) == (None, True)
    assert world.read(find_customer, person.customer_id) is not None


def test_nobody_can_agree_to_what_nobody_asked(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **EVERYTHING)
    desk = world.at_the_desk()
    path = f"/staff/cases/{reference}/without-link/agree"
    assert desk.send(path, version="1").status_code == 404
    assert world.read(find_customer, person.customer_id) is not None


def test_agreeing_to_a_case_that_has_moved_on_changes_nothing(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **EVERYTHING)
    ask(world, world.colleague("kit@example.com"), reference)
    desk = world.at_the_desk()
    page = desk.open(f"/staff/cases/{reference}/without-link")
    other = desk.open(f"/staff/cases/{reference}")
    other.send(f"/staff/cases/{reference}", step="noted", message="Wait, they called.")
    late = page.send(f"/staff/cases/{reference}/without-link/agree", status=409)
    assert "Somebody did something in this case" in " ".join(late.flashes)
    assert world.read(find_customer, person.customer_id) is not None


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Enter the reason"), ("because", "a little more")]
)
def test_a_reason_is_more_than_a_word(world: World, person: Person, typed: str, said: str) -> None:
    reference = world.case(email=person.email, **EVERYTHING)
    page = world.at_the_desk().open(f"/staff/cases/{reference}/without-link")
    assert said in page.send(reason=typed).errors["reason"]
    assert world.read(get_case, reference).skip_asked_by is None


def test_without_an_account_there_is_nothing_to_skip(world: World) -> None:
    reference = world.case(**EVERYTHING)
    page = world.at_the_desk().open(f"/staff/cases/{reference}/without-link")
    assert "There is nothing to cancel" in page.text
    assert not page.soup.select("textarea")


def test_the_customer_does_not_read_what_colleagues_argued(world: World, person: Person) -> None:
    reference = world.case(person, **CANCELLING)
    ask(world, world.colleague("kit@example.com"), reference)
    page = world.signed_in(person).open(f"/cases/{reference}")
    assert REASON not in page.text
    assert "without the customer" not in page.text
