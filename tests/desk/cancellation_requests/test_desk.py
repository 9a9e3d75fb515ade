"""The desk sees a request to cancel through: stages, a reminder, an end, two colleagues or none."""

from typing import Any

import pytest

from portal.desk.cancellation_requests.service import list_ended, list_to_remind, remind
from portal.desk.case_records.service import end_cancellation_requests
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Status, Step, read_stages
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import find_customer, list_registrations
from portal.identity.accounts.service import lock_customer
from portal.identity.staff_accounts.rules import Role
from tests.desk.cancellation_requests.test_link import CANCELLING, link_for
from tests.pages import Page, Visitor
from tests.world import PASSWORD, Person, World

REMINDER = "Do you still want to cancel a registration?"
"""How the subject begins; the reference follows."""
REASON = "They are in hospital and wrote to us by post."
EVERYTHING: dict[str, Any] = {"topic": "cancel-registration", "service": "everything"}


@pytest.fixture
def person(world: World) -> Person:
    return world.customer()


def reached(world: World, reference: str) -> list[str]:
    return [one.title for one in read_stages(world.read(get_case, reference)) if one.at]


def second(world: World, name: str = "Sam Senior") -> Visitor:
    """A colleague who may agree."""
    return world.at_the_desk(world.colleague("sam@example.com", name, Role.SENIOR))


def ask(world: World, person: Person, reference: str) -> Page:
    """A colleague asks to go on without the customer."""
    page = world.at_the_desk(person).open(f"/staff/cases/{reference}/without-link")
    return page.send(reason=REASON)


def test_the_stages_follow_the_request_to_its_end(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    assert reached(world, reference) == ["Requested with the message form"]
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


def test_the_page_says_what_is_done_what_is_now_and_what_is_next(
    world: World, person: Person
) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    link_for(world, reference)
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    stages = page.soup.select("[aria-labelledby=cancelling] .timeline > li")
    said = [" ".join(one.get_text(" ").split()) for one in stages]
    assert said[1].startswith("Link sent to the address on file Done: 23 November 2026 at")
    assert said[2] == "Confirmed by the customer, with the password Now"
    assert said[3] == "Cancelled Next"
    assert [one.get("aria-current") for one in stages] == [None, None, "step", None]


def test_a_request_to_cancel_that_was_closed_says_that_nothing_was_cancelled(
    world: World, person: Person
) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    link_for(world, reference)
    path = f"/staff/cases/{reference}"
    page = world.at_the_desk().open(f"{path}/close").send(ended="withdrawn")
    assert reached(world, reference)[1:] == [
        "Link sent to the address on file",
        "Closed without cancelling",
    ]
    assert "Closed without cancelling" in page.text
    assert "works until" not in page.text


def test_a_request_to_cancel_whose_customer_left_by_themselves_says_so(
    world: World, person: Person
) -> None:
    reference = world.case(person, **CANCELLING)
    world.erase(person)
    (*_, last) = read_stages(world.read(get_case, reference))
    assert (last.title, last.note) == (
        "Closed without cancelling",
        "The customer’s details were deleted",
    )


def test_another_kind_of_case_has_no_stages(world: World) -> None:
    assert read_stages(world.read(get_case, world.case())) == ()


def test_one_reminder_comes_after_a_week_and_both_links_work(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    first = link_for(world, reference)
    world.clock.move(days=6, hours=23)
    assert world.deliver() == []
    world.clock.move(hours=2)
    reminder = world.email(REMINDER)
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
    reminder = world.email(REMINDER).link
    world.clock.move(days=6, seconds=1)
    world.deliver()
    for dead in (link, reminder):
        world.visitor().open(dead, status=410)
    found = world.read(get_case, reference)
    assert found.status is Status.IN_PROGRESS
    assert found.entries[0].step is Step.LINK_ENDED
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    assert "Reminded on 1 December 2026. It expired unconfirmed on 7 December 2026" in page.text
    world.clock.move(days=1)
    world.deliver()
    assert len(world.read(get_case, reference).entries) == len(found.entries)


def test_a_link_sent_again_has_its_own_fourteen_days_and_reminder(
    world: World, person: Person
) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    link_for(world, reference)
    world.clock.move(days=8)
    world.email(REMINDER)
    desk = world.at_the_desk()
    desk.open(f"/staff/cases/{reference}").send(f"/staff/cases/{reference}/link")
    again = world.email("Do you want to cancel a registration?").link
    assert "Reminded on" not in desk.open(f"/staff/cases/{reference}").text
    world.clock.move(days=7, hours=1)
    assert world.email(REMINDER).to == person.email
    world.visitor().open(again)


@pytest.mark.parametrize("closed", ["case", "account"])
def test_nobody_is_reminded_of_what_is_settled(world: World, person: Person, closed: str) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    link_for(world, reference)
    if closed == "case":
        page = world.at_the_desk().open(f"/staff/cases/{reference}/close")
        page.send(ended="withdrawn")
    else:
        world.erase(person)
        world.deliver()
    world.clock.move(days=8)
    assert world.deliver() == []


def test_a_case_that_is_closed_waits_for_no_reminder(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **CANCELLING)
    link_for(world, reference)
    world.clock.move(days=8)
    assert len(world.read(list_to_remind)) == 1
    path = f"/staff/cases/{reference}"
    world.at_the_desk().open(f"{path}/close").send(ended="withdrawn")
    assert world.read(list_to_remind) == []
    world.clock.move(days=8)
    assert world.read(list_ended) == []


def test_one_reminder_that_fails_holds_up_no_other(
    world: World, person: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    jules = world.customer("jules@example.com")
    for one in (person, jules):
        link_for(world, world.case(email=one.email, **CANCELLING))
        world.clock.move(hours=1)
    with world.work() as work:
        row = work.session.get_one(CustomerRow, person.id)
        row.sealed = b"\x01 not what it was"
    world.clock.move(days=8)
    assert world.email(REMINDER).to == jules.email
    assert "reminder-failed" in capsys.readouterr().err


@pytest.mark.parametrize("what", [CANCELLING, EVERYTHING])
def test_two_colleagues_cancel_together_with_a_reason(
    world: World, person: Person, what: dict[str, Any]
) -> None:
    reference = world.case(email=person.email, **what)
    kit = world.colleague("kit@example.com", "Kit Agent")
    assert "Now a colleague has to agree." in ask(world, kit, reference).flashes
    assert world.read(find_customer, person.customer_id) is not None, "asking cancels nothing"
    desk = second(world)
    assert "Kit Agent has asked to cancel this" in desk.open(f"/staff/cases/{reference}").text
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
    kit = world.colleague("kit@example.com", role=Role.SENIOR)
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


def test_nobody_can_refuse_what_nobody_asked(world: World) -> None:
    reference = world.case(**EVERYTHING)
    path = f"/staff/cases/{reference}/without-link/refuse"
    assert world.at_the_desk().send(path, version="1").status_code == 404
    assert len(world.read(get_case, reference).entries) == 1


def test_a_case_that_asks_for_something_else_cancels_nothing(world: World, person: Person) -> None:
    reference = world.case(person, topic="complaint", service="everything")
    desk, path = world.at_the_desk(), f"/staff/cases/{reference}/without-link"
    assert "There’s nothing to cancel" in desk.open(path).text
    assert desk.send(path, reason=REASON, version="1").status_code == 404
    assert world.read(get_case, reference).skip_asked_by is None


def test_a_service_that_the_customer_has_not_is_nothing_to_cancel(
    world: World, person: Person
) -> None:
    reference = world.case(person, topic="cancel-registration", service="wifi")
    page = world.at_the_desk().open(f"/staff/cases/{reference}/without-link")
    assert "There’s nothing to cancel" in page.text


@pytest.mark.parametrize("how", ["close", "reply"])
def test_closing_a_case_ends_what_was_asked_of_a_colleague(
    world: World, person: Person, how: str
) -> None:
    reference = world.case(person, **EVERYTHING)
    ask(world, world.colleague("kit@example.com"), reference)
    desk, path = second(world), f"/staff/cases/{reference}"
    page = desk.open(path)
    if how == "close":
        desk.open(f"{path}/close").send(ended="withdrawn")
    else:
        page.send(path, step="replied", message="We talked, and you stay.", outcome="partly")
    found = world.read(get_case, reference)
    assert (found.is_open, found.skip_asked_by) == (False, None)
    answer = desk.send(f"{path}/without-link/agree", version=str(found.version))
    assert answer.status_code == 404
    world.signed_in(person).open(f"/cases/{reference}").send(message="One more thing")
    assert world.read(get_case, reference).skip_asked_by is None


def test_nobody_can_agree_to_what_nobody_asked(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **EVERYTHING)
    desk = second(world)
    path = f"/staff/cases/{reference}/without-link/agree"
    assert desk.send(path, version="1").status_code == 404
    assert world.read(find_customer, person.customer_id) is not None


def test_agreeing_to_a_case_that_has_moved_on_changes_nothing(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **EVERYTHING)
    ask(world, world.colleague("kit@example.com"), reference)
    desk = second(world)
    page = desk.open(f"/staff/cases/{reference}/without-link")
    other = desk.open(f"/staff/cases/{reference}")
    other.send(f"/staff/cases/{reference}", step="noted", message="Wait, they called.")
    late = page.send(f"/staff/cases/{reference}/without-link/agree", status=409)
    assert "This case changed while you had it open" in " ".join(late.flashes)
    assert world.read(find_customer, person.customer_id) is not None


@pytest.mark.parametrize(("typed", "said"), [("", "Say why"), ("because", "Say more about why")])
def test_a_reason_is_more_than_a_word(world: World, person: Person, typed: str, said: str) -> None:
    reference = world.case(email=person.email, **EVERYTHING)
    page = world.at_the_desk().open(f"/staff/cases/{reference}/without-link")
    assert said in page.send(reason=typed).errors["reason"]
    assert world.read(get_case, reference).skip_asked_by is None


def test_without_an_account_there_is_nothing_to_skip(world: World) -> None:
    reference = world.case(**EVERYTHING)
    page = world.at_the_desk().open(f"/staff/cases/{reference}/without-link")
    assert "There’s nothing to cancel" in page.text
    assert not page.soup.select("textarea")


def test_the_customer_does_not_read_what_colleagues_argued(world: World, person: Person) -> None:
    reference = world.case(person, **CANCELLING)
    ask(world, world.colleague("kit@example.com"), reference)
    page = world.signed_in(person).open(f"/cases/{reference}")
    assert REASON not in page.text
    assert "without the customer" not in page.text


def test_the_customer_reads_that_we_cancelled_it(world: World, person: Person) -> None:
    reference = world.case(person, **CANCELLING)
    ask(world, world.colleague("kit@example.com", "Kit Agent"), reference)
    page = second(world).open(f"/staff/cases/{reference}/without-link")
    page.send(f"/staff/cases/{reference}/without-link/agree")
    told = world.signed_in(person).open(f"/cases/{reference}").text
    assert "Cancelled by us 23 November 2026 at midday" in told
    for words in ("colleague", "Kit", "Sam"):
        assert words not in told


def test_whoever_looks_at_the_reason_is_in_the_audit_trail(world: World, person: Person) -> None:
    reference = world.case(email=person.email, **EVERYTHING)
    desk = world.at_the_desk()
    before = len(world.audit("cases:case:viewed"))
    desk.open(f"/staff/cases/{reference}/without-link")
    assert len(world.audit("cases:case:viewed")) == before + 1


def test_nobody_is_reminded_of_a_link_that_ended_with_the_address(
    world: World, person: Person
) -> None:
    """The worker had listed the case already when the address changed."""
    reference = world.case(email=person.email, **CANCELLING)
    link_for(world, reference)
    world.clock.move(days=8)
    (listed,) = world.read(list_to_remind)
    with world.work() as work:
        lock_customer(work, person.customer_id)
        end_cancellation_requests(work, person.customer_id)
    with world.work() as work:
        remind(work, listed)
    assert not any(one.subject.startswith(REMINDER) for one in world.deliver())
    assert Step.REMINDED not in {one.step for one in world.read(get_case, reference).entries}
