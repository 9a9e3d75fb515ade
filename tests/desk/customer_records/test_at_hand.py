"""Only what a customer themselves wrote is a case at hand; no colleague makes one."""

from collections.abc import Callable

import pytest

from portal.desk.case_outcomes.service import close_case
from portal.desk.case_records.rules import CaseOutcome
from portal.desk.cases.queries import get_case
from portal.identity.staff_accounts.rules import Role
from tests.pages import Visitor
from tests.world import Person, World

LOOKED = "/your-data/looked"
Sends = Callable[[World, Person], str]


def signed_in(world: World, person: Person) -> str:
    return world.case(person)


def unproved(world: World, person: Person) -> str:
    """Somebody types the address of a customer into the form, and nobody proves it."""
    return world.case(email=person.email)


def opened_by_link(world: World, person: Person) -> str:
    """The owner of the address reads what somebody sent in their name."""
    reference = world.case(email=person.email)
    world.visitor().open(world.email("We’ve got your message").link)
    world.signed_in(person).open(f"/cases/{reference}")
    return reference


def answered_signed_in(world: World, person: Person) -> str:
    reference = world.case(email=person.email)
    world.signed_in(person).open(f"/cases/{reference}").send(message="Here is more")
    return reference


def answered_by_link(world: World, person: Person) -> str:
    """A visitor adds to their message by its link, and has an account with the address later."""
    del person
    reference = world.case(email="jules@example.com")
    page = world.visitor().open(world.email("We’ve got your message").link).send()
    page.send(message="Here is more")
    world.clock.move(minutes=1)
    world.customer("jules@example.com", town="Exampleton")
    return reference


def closed(world: World, person: Person) -> str:
    reference = world.case(person)
    world.read(close_case, reference, world.read(get_case, reference).version, CaseOutcome.THANKS)
    world.clock.move(days=300)
    return reference


def reopened_by_its_sender(world: World, person: Person) -> str:
    reference = closed(world, person)
    world.signed_in(person).open(f"/cases/{reference}").send(message="Here is more")
    return reference


def reopened_by_a_colleague(world: World, person: Person) -> str:
    """A colleague sends to a closed case what its page does not offer."""
    reference = closed(world, person)
    desk = world.at_the_desk(world.colleague("lee@example.com"))
    path = f"/staff/cases/{reference}"
    assert not desk.open(path).soup.select("main form")
    before = world.read(get_case, reference)
    sent = {"version": str(before.version), "message": "All well?", "colleague": str(person.id)}
    for step in ("asked", "replied", "noted"):
        for to in ("", "/close", "/assign", "/link"):
            given = {**sent, "step": step, "csrf_token": desk.token()}
            desk.client.post(f"{path}{to}", data=given)
    after = world.read(get_case, reference)
    assert (after.version, after.status, after.closed_at) == (
        before.version,
        before.status,
        before.closed_at,
    )
    return reference


THEIRS = [signed_in, answered_signed_in, answered_by_link, reopened_by_its_sender]
NOT_THEIRS = [unproved, opened_by_link, closed, reopened_by_a_colleague]


def agent(world: World) -> Visitor:
    return world.at_the_desk(world.colleague())


@pytest.mark.parametrize("send", THEIRS)
def test_what_a_customer_wrote_themselves_is_a_case_at_hand(world: World, send: Sends) -> None:
    reference = send(world, world.customer(town="Exampleton"))
    desk, link = agent(world), f"/staff/cases/{reference}/record"
    assert link in desk.open(f"/staff/cases/{reference}").links()
    page = desk.open(link).send(record_part="profile", look_reason="case")
    opened = page.send(page.path.replace("/profile/case", "/open"))
    assert "Exampleton" in opened.text


@pytest.mark.parametrize("send", NOT_THEIRS)
def test_what_anybody_could_have_made_opens_no_record(world: World, send: Sends) -> None:
    person = world.customer(town="Exampleton")
    reference = send(world, person)
    desk, link = agent(world), f"/staff/cases/{reference}/record"
    assert link not in desk.open(f"/staff/cases/{reference}").links()
    desk.open(link, 404)
    desk.open(f"/staff/customers/{person.id}/record/profile/case?case={reference}", 404)
    asked = {"record_part": "profile", "look_reason": "case", "case_at_hand": reference}
    answer = desk.client.post(
        f"/staff/customers/{person.id}/record/open", data={**asked, "csrf_token": desk.token()}
    )
    assert "Exampleton" not in answer.text
    assert world.audit("records:record:opened") == []
    world.clock.move(minutes=1)
    told = world.signed_in(person).open(LOOKED).text
    assert f"To answer your message {reference}." not in told


def test_a_senior_who_opens_it_breaks_the_glass(world: World) -> None:
    person = world.customer(town="Exampleton")
    unproved(world, person)
    desk = world.at_the_desk(world.colleague("lee@example.com", role=Role.SENIOR))
    page = desk.open(f"/staff/customers/{person.id}/record")
    page = page.send(record_part="profile", look_reason="wrote")
    assert "Exampleton" in page.send(f"/staff/customers/{person.id}/record/open").text
    subjects = [one.subject for one in world.deliver() if one.to == person.email]
    assert "Someone here looked at your data" in subjects
