"""An administrator looks after the people of the desk: adds, invites, gives roles, closes."""

from typing import Any

import pytest

from portal.desk.case_records.models import CaseRow
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Case, Step
from portal.desk.staff_admin.service import change_role, close_account, invite
from portal.desk.staff_admin.staff_routes import THERE
from portal.identity.credentials.queries import find_secrets
from portal.identity.form_drafts.models import Draft
from portal.identity.mfa.queries import get_factors
from portal.identity.sessions.models import SignInSession
from portal.identity.staff_accounts.models import StaffRow
from portal.identity.staff_accounts.rules import LastAdministratorError, Role
from portal.platform.core.errors import NotFoundError
from tests.desk.staff_admin.steps import EMAIL, invited, joined
from tests.pages import Page, Visitor
from tests.world import PASSWORD, Person, World, rows_with

HOME = "/staff/colleagues"


def admin(world: World, email: str = "alex@example.com") -> Person:
    return world.colleague(email, "Alex Admin", Role.ADMINISTRATOR)


def page_of(desk: Visitor, person: Person, what: str) -> Page:
    return desk.open(f"{HOME}/{person.id}/{what}")


def give(world: World, desk: Visitor, person: Person) -> str:
    """A case in somebody's hands; its reference."""
    reference = world.case()
    path = f"/staff/cases/{reference}"
    desk.open(path).send(f"{path}/assign", colleague=str(person.id))
    return reference


def case_of(world: World, reference: str) -> Case:
    found: Case = world.read(get_case, reference)
    return found


def test_an_administrator_adds_a_colleague_who_then_joins(world: World) -> None:
    desk = world.at_the_desk(admin(world))
    page = desk.open(f"{HOME}/add").send(name="New Agent", email=EMAIL.title(), role="senior")
    assert page.path == HOME
    assert page.flashes == ["The invitation is on its way. It works once, for 10 minutes."]
    assert "New Agent" in page.text
    assert "Invited" in page.text
    _, codes = joined(world, world.email("Set up your account").link)
    assert codes.visitor.open("/staff").path == "/staff"
    assert "Invited" not in desk.open(HOME).text
    (line,) = world.audit("staff:member:invited")
    assert line.actor_kind == "staff"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", ""), ("email", ""), ("email", "nobody"), ("role", ""), ("role", "emperor")],
)
def test_nobody_is_added_by_halves(world: World, field: str, typed: str) -> None:
    desk = world.at_the_desk(admin(world))
    good: dict[str, Any] = {"name": "New Agent", "email": EMAIL, "role": "agent"}
    page = desk.open(f"{HOME}/add").send(**{**good, field: typed})
    assert field in page.errors or f"{field}-0" in page.errors
    assert world.rows()["staff_member"] == 1


def test_an_address_is_one_colleagues_also_after_they_have_left(world: World) -> None:
    desk, kit = world.at_the_desk(admin(world)), world.colleague("kit@example.com")
    for _ in range(2):
        page = desk.open(f"{HOME}/add").send(name="Kit", email="KIT@example.com", role="agent")
        assert page.errors == {"email": THERE}
        with world.work() as work:
            if work.session.get_one(StaffRow, kit.id).closed_at is None:
                close_account(work, kit.staff_id, None)


def test_only_administrators_look_after_colleagues(world: World) -> None:
    person = world.colleague("rae@example.com", "Rae")
    for role in (Role.AGENT, Role.SENIOR, Role.PRIVACY_OFFICER):
        desk = world.at_the_desk(world.colleague(f"{role}@example.com", "Sam", role))
        assert HOME not in desk.open("/staff").links()
        for what in ("", "/add", *(f"/{person.id}/{verb}" for verb in ("role", "invite", "close"))):
            assert desk.client.get(f"{HOME}{what}").status_code == 403
            if what:
                assert desk.send(f"{HOME}{what}", role="administrator").status_code == 403
    assert HOME in world.at_the_desk(admin(world)).open("/staff").links()


def test_a_change_asks_once_more_who_it_is_after_five_minutes(world: World) -> None:
    alex, kit = admin(world), world.colleague("kit@example.com")
    desk = world.at_the_desk(alex)
    world.clock.move(minutes=6)
    assert desk.open(HOME).path == HOME
    for what in ("role", "invite"):
        assert page_of(desk, kit, what).path == "/staff/prove"
    page = page_of(desk, kit, "close")
    assert (page.path, page.title) == ("/staff/prove", "Enter your password again")
    assert "password" in page.send(password="five brown trombones sleep").errors
    assert page.send(password=PASSWORD).path == f"{HOME}/{kit.id}/close"
    assert [one.facts for one in world.audit("staff:member:proved")] == [{"way": "password"}]


def test_what_was_typed_survives_the_question_who_it_is(world: World) -> None:
    desk = world.at_the_desk(admin(world))
    page = desk.open(f"{HOME}/add")
    world.clock.move(minutes=6)
    asked = page.send(name="New Agent", email=EMAIL, role="senior")
    assert asked.path == "/staff/prove"
    back = asked.send(password=PASSWORD)
    assert (back.path, back.value("name"), back.ticked("role")) == (
        f"{HOME}/add", "New Agent", ["senior"],
    )  # fmt: skip


def test_another_role_counts_at_the_next_click(world: World) -> None:
    alex, kit = admin(world), world.colleague("kit@example.com", "Kit", Role.SENIOR)
    reference = world.case()
    theirs = world.at_the_desk(kit)
    path = f"/staff/cases/{reference}/holds"
    form = theirs.open(path)
    page = page_of(world.at_the_desk(alex), kit, "role")
    assert page.ticked("role") == ["senior"]
    assert page.send(role="agent").path == HOME
    form.send(status=403, on="case", why="A claim about the bill of March.", until="1 March 2027")
    assert "Ask a senior colleague" in theirs.open(path).text
    assert "Support agent" in theirs.open("/staff").answer.text
    (line,) = world.audit("staff:role:changed")
    assert line.facts == {"before": "senior", "role": "agent"}


def test_the_same_role_again_is_no_change(world: World) -> None:
    alex, kit = admin(world), world.colleague("kit@example.com")
    page_of(world.at_the_desk(alex), kit, "role").send(role="agent")
    assert world.audit("staff:role:changed") == []


def test_a_new_invitation_goes_to_the_address_and_is_shown_to_nobody(world: World) -> None:
    alex, kit = admin(world), world.colleague("kit@example.com")
    page = page_of(world.at_the_desk(alex), kit, "invite").send()
    email = world.email("Set up your account at the privacy desk")
    assert email.to == kit.email
    assert email.link not in page.answer.text


def test_somebody_who_leaves_is_put_out_and_nothing_of_theirs_opens_anything(world: World) -> None:
    alex, kit = admin(world), world.colleague("kit@example.com")
    desk, theirs = world.at_the_desk(alex), world.at_the_desk(kit)
    with world.work() as work:
        link = invite(work, kit.staff_id)
    page = page_of(desk, kit, "close").send()
    assert page.flashes == ["The account is closed."]
    assert theirs.open("/staff").path == "/staff/sign-in"
    assert world.visitor().client.get(link).status_code == 410
    assert world.read(find_secrets, kit.id) is None
    assert not world.read(get_factors, kit.id).are_strong
    with world.work() as work:
        assert rows_with(work, SignInSession, owner_id=kit.id) == []
        assert rows_with(work, Draft, owner_id=kit.id) == []
        assert work.session.get_one(StaffRow, kit.id).closed_at == world.clock()
    for what in ("role", "invite", "close"):
        assert desk.client.get(f"{HOME}/{kit.id}/{what}").status_code == 404


def test_open_cases_go_to_the_colleague_that_was_chosen_each_with_its_entry(world: World) -> None:
    alex, kit = admin(world), world.colleague("kit@example.com", "Kit")
    rae, desk = world.colleague("rae@example.com", "Rae"), world.at_the_desk(alex)
    mine = [give(world, desk, kit) for _ in range(2)]
    other, done = give(world, desk, rae), give(world, desk, kit)
    desk.open(f"/staff/cases/{done}/close").send(ended="thanks")
    before = case_of(world, mine[0]).version
    page = page_of(desk, kit, "close")
    assert "2 open cases go to the colleague you choose" in page.text
    page = page.send(to=str(rae.id))
    assert page.flashes == ["The account is closed, and 2 cases were handed over."]
    for reference in mine:
        found = case_of(world, reference)
        assert found.assigned_to == rae.id
        newest = found.entries[0]
        assert (newest.step, newest.by, newest.text) == (Step.ASSIGNED, "Alex Admin", "")
    assert case_of(world, mine[0]).version == before + 1
    assert len(case_of(world, other).entries) == 2
    assert case_of(world, done).assigned_to == kit.id
    (line,) = world.audit("staff:member:closed")
    assert line.facts == {"handed_over": 2}


def test_without_a_colleague_open_cases_go_back_to_the_queue(world: World) -> None:
    alex, kit = admin(world), world.colleague("kit@example.com")
    desk = world.at_the_desk(alex)
    reference = give(world, desk, kit)
    page_of(desk, kit, "close").send(to="queue")
    found = case_of(world, reference)
    assert (found.assigned_to, found.entries[0].text) == (None, "Back in the queue")
    assert reference in desk.open("/staff/cases?view=unassigned").text


@pytest.mark.parametrize("to", ["", "nobody", "self"])
def test_cases_cannot_go_to_nobody_known_or_to_whoever_leaves(world: World, to: str) -> None:
    alex, kit = admin(world), world.colleague("kit@example.com")
    desk = world.at_the_desk(alex)
    page = page_of(desk, kit, "close").send(to=str(kit.id) if to == "self" else to)
    assert "to" in page.errors
    with world.work() as work:
        assert work.session.get_one(StaffRow, kit.id).closed_at is None
        with pytest.raises(NotFoundError):
            close_account(work, kit.staff_id, kit.staff_id)


def test_a_case_that_cannot_be_handed_over_keeps_the_account_open(world: World) -> None:
    alex, kit = admin(world), world.colleague("kit@example.com")
    gone = world.colleague("rae@example.com")
    reference = give(world, world.at_the_desk(alex), kit)
    with world.work() as work:
        close_account(work, gone.staff_id, None)
    with pytest.raises(NotFoundError), world.work() as work:
        close_account(work, kit.staff_id, gone.staff_id)
    assert case_of(world, reference).assigned_to == kit.id
    with world.work() as work:
        assert work.session.query(CaseRow).one().assigned_to == kit.id


def test_the_last_administrator_is_neither_closed_nor_demoted(world: World) -> None:
    alex = admin(world)
    invited(world, Role.ADMINISTRATOR)  # has not joined, so could look after nobody
    desk = world.at_the_desk(alex)
    choices: dict[str, dict[str, Any]] = {"close": {"to": "queue"}, "role": {"role": "agent"}}
    for what, choice in choices.items():
        page = page_of(desk, alex, what).send(**choice)
        assert "This is the only administrator" in page.answer.text
    assert desk.open(HOME).path == HOME
    assert world.audit("staff:member:closed") == world.audit("staff:role:changed") == []


def test_one_of_two_administrators_may_go(world: World) -> None:
    alex, rae = admin(world), admin(world, "rae@example.com")
    desk = world.at_the_desk(rae)
    page_of(desk, alex, "close").send(to="queue")
    with world.work() as work, pytest.raises(LastAdministratorError):
        change_role(work, rae.staff_id, Role.SENIOR)
    assert desk.open(HOME).path == HOME


def test_somebody_who_never_joined_is_closed_at_any_time(world: World) -> None:
    person, path = invited(world, Role.ADMINISTRATOR)
    with world.work() as work:
        close_account(work, person.staff_id, None)
    assert world.visitor().client.get(path).status_code == 410
