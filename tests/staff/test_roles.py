"""One table says which role may do what; pages, templates and commands read it."""

import ast
from pathlib import Path

import pytest

from portal.settings import ROOT
from portal.staff.rules import MAY, ROLES, Role, Task, may
from portal.web.access import entry_of
from tests.world import World

OUTSIDE = [path for path in (ROOT / "portal").rglob("*.py") if path.parent.name != "staff"]


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
