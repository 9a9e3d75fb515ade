"""Legal holds on customers who never wrote to us: found, held, told nothing, and not erased."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from portal.desk.customer_holds.service import hold_customer
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.governance.legal_holds.queries import list_holds
from portal.governance.legal_holds.rules import NewHold
from portal.identity.accounts.queries import find_customer
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId
from tests.pages import Page, Visitor
from tests.self_service.your_data.downloads import copy_in
from tests.world import LEAVE_LATER, LEAVE_NOW, Person, World

WHY = "Claim 17 before the County Court, asked for by our lawyers."
GOOD: dict[str, Any] = {"why": WHY, "until": "1 March 2027"}


@pytest.fixture
def person(world: World) -> Person:
    return world.customer(town="Exampleton")


def senior(world: World) -> Visitor:
    return world.at_the_desk(world.colleague("rae@example.com", "Rae Senior", Role.SENIOR))


def sought(desk: Visitor, typed: str) -> Page:
    return desk.open("/staff/holds").send(who=typed)


def test_a_customer_who_never_wrote_is_found_by_address_and_held(
    world: World, person: Person
) -> None:
    desk = senior(world)
    page = sought(desk, " Rowan@Example.com ")
    assert "Rowan Example" in page.text
    assert "rowan" not in page.path, "no address of ours has somebody's"
    done = page.send(**GOOD)
    assert "1 March 2027" in done.text
    assert "by Rae Senior" in " ".join(done.text.split())
    (hold,) = world.read(list_holds, person.customer_id, ())
    assert (hold.why, hold.until, hold.customer_id) == (WHY, date(2027, 3, 1), person.id)
    assert [one.subject_id for one in world.audit("legal:customer:searched")] == [person.id]
    looks = world.audit("legal:customer:viewed")
    assert {one.subject_id for one in looks} == {person.id}
    assert looks[0].actor_kind == "staff"
    assert len(world.audit("holds:hold:placed")) == 1


def test_a_customer_is_found_by_the_reference_of_a_case(world: World, person: Person) -> None:
    desk = senior(world)
    for reference in (world.case(person, email="else@example.com"), world.case(email=person.email)):
        assert f"/staff/customers/{person.id}/holds" == sought(desk, reference).path
    for typed in ("nobody@example.com", "PC-2222-222", "x", world.case()):
        page = sought(desk, typed)
        assert "No customer has this email address" in page.errors["who"]
    assert "Enter an email address" in sought(desk, "").errors["who"]


def test_nothing_tells_the_customer_and_erasing_waits(world: World, person: Person) -> None:
    browser = world.signed_in(person)
    before = {path: told(browser, path) for path in PAGES}
    sought(senior(world), person.email).send(**GOOD)
    assert {path: told(browser, path) for path in PAGES} == before
    copy = copy_in(browser)
    assert "Exampleton" in copy
    assert "Must not be deleted" not in copy
    assert "County Court" not in copy
    assert world.deliver() == []
    leave(world.parts.work, world.parts.context, person.customer_id, When.NOW)
    world.deliver()
    assert world.read(find_customer, person.customer_id) is not None
    world.clock.move(days=100)
    world.deliver()
    assert world.read(find_customer, person.customer_id) is None


PAGES = (
    *("/account", "/profile", "/registrations", "/cases", "/security", "/privacy"),
    LEAVE_LATER,
)


def told(browser: Visitor, path: str) -> str:
    return browser.open(path).text


def test_a_hold_is_lifted_and_only_from_its_own_customer(world: World, person: Person) -> None:
    desk, other = senior(world), world.customer("jules@example.com")
    page = sought(desk, person.email).send(**GOOD)
    (hold,) = world.read(list_holds, person.customer_id)
    wrong = desk.send(f"/staff/customers/{other.id}/holds/{hold.id}/lift")
    assert wrong.status_code == 404
    page.send(f"/staff/customers/{person.id}/holds/{hold.id}/lift")
    assert world.read(list_holds, person.customer_id) == []
    assert len(world.audit("holds:hold:lifted")) == 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR])
def test_whoever_may_not_hold_finds_nobody(world: World, person: Person, role: Role) -> None:
    desk = world.at_the_desk(world.colleague(role=role))
    assert "/staff/holds" not in desk.open("/staff").links()
    for path in ("/staff/holds", f"/staff/customers/{person.id}/holds"):
        assert desk.client.get(path).status_code == 403
        assert desk.send(path, **GOOD, who=person.email).status_code == 403
    assert world.read(list_holds, person.customer_id) == []


def test_nobody_is_held_who_is_not_there(world: World, person: Person) -> None:
    world.erase(person)
    desk, rae = senior(world), world.colleague("sol@example.com", role=Role.SENIOR)
    assert desk.client.get(f"/staff/customers/{person.id}/holds").status_code == 404
    new = NewHold(why=WHY, until=date(2027, 3, 1))
    for gone in (person.customer_id, CustomerId(uuid4())):
        with pytest.raises(NotFoundError), world.work() as work:
            hold_customer(work, rae.staff_id, gone, new)


@pytest.mark.parametrize(("field", "typed"), [("why", "claim"), ("until", "soon")])
def test_what_does_not_fit_is_said_beside_the_field(
    world: World, person: Person, field: str, typed: str
) -> None:
    page = sought(senior(world), person.email).send(**GOOD | {field: typed})
    assert re.search(r"\w", page.errors[field])
    assert world.read(list_holds, person.customer_id) == []


def test_somebody_held_reads_of_it_only_after_deciding_to_leave(
    world: World, person: Person
) -> None:
    link, old = LEAVE_NOW, "Some of your data may be needed in a legal matter"
    reference = world.case(person, topic="cancel-registration", service="everything")
    desk = senior(world)
    desk.open(f"/staff/cases/{reference}").send(f"/staff/cases/{reference}/link")
    by_letter = world.email("Do you want to delete your account?").link
    browser = world.signed_in(person)
    before = [told(browser, one) for one in (link, by_letter)]
    sought(desk, person.email).send(**GOOD)
    assert [told(browser, one) for one in (link, by_letter)] == before
    page = browser.open(link).send()
    assert page.path == "/registrations/closed"
    assert old in page.text
    assert "1 March 2027" in world.email("We’ll delete your account").text


def test_the_receipt_counts_a_hold_that_ended(world: World, person: Person) -> None:
    sought(senior(world), person.email).send(**GOOD)
    world.clock.move(days=100)
    reference = world.erase(person)
    line = world.read(lambda work: work.vault.ledger.find_by_reference(reference))
    assert "- Legal holds: 1" in line.receipt
