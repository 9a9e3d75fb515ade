"""Cancelling without the customer: who may, with fresh proof, and who answers for it for ever."""

import re
from typing import Any

import pytest

from portal.desk.cancellation_requests.service import agree_to_skip
from portal.desk.case_records.models import CaseEntry, CaseRow
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Step
from portal.desk.staff_admin.service import change_role, close_account
from portal.identity.accounts.queries import find_customer
from portal.identity.staff_accounts.rules import MAY, Role, Task
from portal.platform.core.errors import NotAllowedError
from portal.platform.core.work import Actor
from tests.desk.cancellation_requests.test_desk import EVERYTHING, REASON
from tests.pages import Visitor
from tests.world import PASSWORD, Person, World, rows_with


@pytest.fixture
def person(world: World) -> Person:
    return world.customer()


def colleague(world: World, name: str, role: Role) -> Person:
    return world.colleague(f"{name.lower()}@example.com", name, role)


def path_of(reference: str) -> str:
    return f"/staff/cases/{reference}/without-link"


def asked(world: World, person: Person) -> tuple[str, Person]:
    """Somebody asked to go on without the customer: the case, and who."""
    reference, kit = world.case(person, **EVERYTHING), colleague(world, "Kit", Role.AGENT)
    world.at_the_desk(kit).open(path_of(reference)).send(reason=REASON)
    return reference, kit


def agree(desk: Visitor, reference: str) -> Any:
    page = desk.client.get(path_of(reference)).text
    shown = re.search(r'name="shown_effect"\s+value="([^"]*)"', page)
    effect = shown[1] if shown else ""
    return desk.send(f"{path_of(reference)}/agree", version="2", shown_effect=effect)


def test_no_two_agents_can_erase_somebody(world: World, person: Person) -> None:
    reference, _ = asked(world, person)
    desk = world.at_the_desk(colleague(world, "Pat", Role.AGENT))
    page = desk.open(path_of(reference))
    assert "Agree and cancel" not in page.text
    assert "A senior colleague has to agree" in page.text
    assert agree(desk, reference).status_code == 403
    assert world.read(find_customer, person.customer_id) is not None


@pytest.mark.parametrize("role", Role)
def test_only_some_can_ask_and_fewer_can_agree(world: World, person: Person, role: Role) -> None:
    reference, _ = asked(world, person)
    desk = world.at_the_desk(colleague(world, "Pat", role))
    may_ask, may_agree = Task.ASK_TO_CANCEL in MAY[role], Task.AGREE_TO_CANCEL in MAY[role]
    assert may_agree == (role in {Role.SENIOR, Role.PRIVACY_OFFICER})
    assert may_ask == (role is not Role.ADMINISTRATOR)
    assert (desk.client.get(path_of(reference)).status_code == 403) != may_ask
    assert (agree(desk, reference).status_code == 403) != may_agree
    assert (world.read(find_customer, person.customer_id) is None) == may_agree


def test_both_prove_once_more_who_they_are(world: World, person: Person) -> None:
    reference, kit = world.case(person, **EVERYTHING), colleague(world, "Kit", Role.AGENT)
    page = world.at_the_desk(kit).open(path_of(reference))
    world.clock.move(minutes=6)
    proof = page.send(reason=REASON)
    assert proof.path == "/staff/prove"
    assert world.read(get_case, reference).skip_asked_by is None
    back = proof.send(password=PASSWORD)
    assert back.value("reason") == REASON, "what was typed is kept"
    back.send()
    page = world.at_the_desk(colleague(world, "Sam", Role.SENIOR)).open(path_of(reference))
    world.clock.move(minutes=6)
    proof = page.send(f"{path_of(reference)}/agree")
    assert proof.path == "/staff/prove"
    assert world.read(find_customer, person.customer_id) is not None
    back = proof.send(password=PASSWORD)
    assert back.path == path_of(reference), "to read it again before agreeing"
    back.send(f"{path_of(reference)}/agree")
    assert world.read(find_customer, person.customer_id) is None


def test_the_timeline_names_both_for_ever(world: World, person: Person) -> None:
    reference, kit = asked(world, person)
    sam = colleague(world, "Sam", Role.PRIVACY_OFFICER)
    agree(world.at_the_desk(sam), reference)
    with world.work() as work:
        for one in (kit, sam):
            close_account(work, one.staff_id, None)
    with world.work() as work:
        (case,) = rows_with(work, CaseRow, reference=reference)
        assert case.sealed is None, "the customer is erased"
        entries = {row.step: row for row in rows_with(work, CaseEntry, case_id=case.id)}
        ask, done = entries[Step.SKIP_ASKED], entries[Step.SKIPPED]
        assert (ask.actor_id, ask.actor_role, ask.sealed) == (kit.id, "agent", None)
        assert (done.actor_id, done.actor_role) == (sam.id, "privacy-officer")
        assert entries[Step.RECEIVED].actor_id is None, "nothing leads to the customer"
    new = world.colleague("new@example.com", "New")
    page = world.at_the_desk(new).open(f"/staff/cases/{reference}")
    assert "by Kit , Support agent" in page.text
    assert "by Sam , Privacy officer" in page.text
    moves = {one.facts["step"]: one for one in world.audit("cases:case:moved")}
    assert moves["skip-asked"].facts["role"] == "agent"
    assert moves["skipped"].facts["role"] == "privacy-officer"
    assert (moves["skip-asked"].actor_id, moves["skipped"].actor_id) == (kit.id, sam.id)


def test_nobody_agrees_with_whoever_has_left(world: World, person: Person) -> None:
    reference, kit = asked(world, person)
    desk = world.at_the_desk(colleague(world, "Sam", Role.SENIOR))
    with world.work() as work:
        close_account(work, kit.staff_id, None)
    page = desk.open(path_of(reference))
    assert "The colleague who asked can’t ask for this any more" in page.text
    assert "Agree and cancel" not in page.text
    agree(desk, reference)
    assert world.read(find_customer, person.customer_id) is not None


def test_nobody_agrees_with_whoever_may_not_ask_any_more(world: World, person: Person) -> None:
    reference, kit = asked(world, person)
    desk = world.at_the_desk(colleague(world, "Sam", Role.SENIOR))
    with world.work() as work:
        change_role(work, kit.staff_id, Role.ADMINISTRATOR)
    page = desk.open(path_of(reference))
    assert "Agree and cancel" not in page.text
    agree(desk, reference)
    assert world.read(find_customer, person.customer_id) is not None


@pytest.mark.parametrize("who", ["asker", "agreer"])
def test_nobody_is_erased_by_whoever_lost_the_role_while_they_pressed(
    world: World, person: Person, who: str
) -> None:
    reference, kit = asked(world, person)
    sam = colleague(world, "Sam", Role.SENIOR)
    with world.work() as work:
        change_role(work, (kit if who == "asker" else sam).staff_id, Role.ADMINISTRATOR)
    actor = Actor("staff", sam.id)
    given = world.parts.context, sam.staff_id, reference, 2, ""
    with pytest.raises(NotAllowedError):
        agree_to_skip(lambda: world.work(actor), *given)
    assert world.read(find_customer, person.customer_id) is not None
