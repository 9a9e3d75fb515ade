"""One table says which role may do what; pages, templates and commands read it."""

import ast
from pathlib import Path

import pytest

from portal.governance.legal_holds.models import LegalHold
from portal.identity.staff_accounts.models import StaffRow
from portal.identity.staff_accounts.rules import MAY, ROLES, Role, Task, may
from portal.platform.settings import ROOT
from portal.platform.web.access import entry_of
from tests.world import Person, World, rows_with

OUTSIDE = [path for path in (ROOT / "portal").rglob("*.py") if path.parent.name != "staff_accounts"]


def find_own_tables(tree: ast.AST) -> list[str]:
    """The single roles that a module asks for by name: it decides for itself then."""
    return [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Role"
    ]


def test_every_role_has_a_name_and_a_line_in_the_table() -> None:
    assert set(MAY) == set(ROLES) == set(Role)


def test_every_task_is_somebodys() -> None:
    assert frozenset().union(*MAY.values()) == set(Task)


@pytest.mark.parametrize("role", ["", "emperor", "ADMINISTRATOR"])
def test_a_role_that_is_none_may_do_nothing(role: str) -> None:
    assert not any(may(role, task) for task in Task)


def test_a_task_that_is_none_stops_the_page() -> None:
    with pytest.raises(ValueError, match="reign"):
        may(Role.ADMINISTRATOR, "reign")


def test_a_page_asks_for_tasks_of_the_table_only(world: World) -> None:
    with world.app.app_context():
        asked = {entry_of(name).may for name in world.app.view_functions} - {""}
    assert asked <= set(Task)
    assert {Task.HOLD, Task.LET_BACK_IN, Task.LOOK_AFTER_STAFF} <= asked


def test_no_page_decides_by_a_role_itself() -> None:
    deciding = {
        path.relative_to(ROOT).as_posix(): found
        for path in OUTSIDE
        if path.name.endswith("routes.py")
        and (found := find_own_tables(ast.parse(Path(path).read_text("utf-8"))))
    }
    assert deciding == {}


def test_a_page_that_decides_by_a_role_is_found() -> None:
    assert find_own_tables(ast.parse("if role in {Role.SENIOR}: pass")) == ["SENIOR"]


@pytest.mark.parametrize("role", Role)
def test_the_page_of_holds_offers_what_the_table_says(world: World, role: Role) -> None:
    reference = world.case()
    desk = world.at_the_desk(world.colleague(role=role))
    page = desk.open(f"/staff/cases/{reference}/holds")
    assert ("Place a hold" in page.text) is may(role, Task.HOLD)
    answer = desk.send(f"/staff/cases/{reference}/holds", version="2")
    assert (answer.status_code != 403) is may(role, Task.HOLD)


def test_a_colleague_who_loses_the_role_while_pressing_changes_nothing(world: World) -> None:
    """The kind: every page for some roles only; the role goes after the sign-in has let them in."""
    person = world.customer(kind="business")
    reference = world.case(person, topic="sign-in")
    rae = world.colleague("rae@example.com", "Rae Officer", Role.PRIVACY_OFFICER)
    alex = world.colleague("alex@example.com", "Alex Admin", Role.ADMINISTRATOR)
    world.colleague("bo@example.com", "Bo Admin", Role.ADMINISTRATOR)
    kit = world.colleague("kit@example.com", "Kit Agent")
    case = f"/staff/cases/{reference}"
    why = {"why": "A claim before the court.", "until": "1 March 2027"}
    tried: list[tuple[Person, str, dict[str, str]]] = [
        (rae, f"{case}/holds", {**why, "on": "case", "version": "1"}),
        (rae, f"/staff/customers/{person.id}/holds", why),
        (rae, f"{case}/let-back-in", {"note": "By the bill.", "confirm": "y", "version": "1"}),
        (rae, f"{case}/choices", {"caller": "customer", "how": "telephone"}),
        (rae, f"{case}/account-manager", {"manager": "Lee Example", "version": "1"}),
        (alex, f"/staff/colleagues/{kit.id}/role", {"role": "senior"}),
    ]
    desks = {one.id: world.at_the_desk(one) for one in (rae, alex)}
    tokens = {one: desk.token("/staff/cases") for one, desk in desks.items()}
    losers: list[Person] = []

    def lose_the_role() -> None:
        for one in losers:
            with world.work() as work:
                row = work.session.get_one(StaffRow, one.id)
                row.role = Role.AGENT if one is alex else Role.ADMINISTRATOR
        losers.clear()

    world.app._got_first_request = False
    world.app.before_request(lose_the_role)
    for who, path, fields in tried:
        losers.append(who)
        answer = desks[who.id].post(path, {**fields, "csrf_token": tokens[who.id]})
        assert (path, answer.status_code) == (path, 403)
        with world.work() as work:
            work.session.get_one(StaffRow, rae.id).role = Role.PRIVACY_OFFICER
            work.session.get_one(StaffRow, alex.id).role = Role.ADMINISTRATOR
    with world.work() as work:
        assert rows_with(work, LegalHold) == []
        kit_row = work.session.get_one(StaffRow, kit.id)
        assert (kit_row.role, kit_row.closed_at) == (Role.AGENT, None)
