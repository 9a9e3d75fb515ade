"""A colleague keeps filters under a name, alone sees them, renames and deletes them."""

import pytest

from portal.desk.queue.rules import MOST_VIEWS
from portal.desk.staff_admin.service import close_account
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.work import Actor
from tests.desk.queue.test_lanes import references
from tests.pages import Page, Visitor
from tests.world import World

FILTERS = "view=new&topic=complaint&sort=received&order=down"


def save(desk: Visitor, name: str, status: int = 200) -> Page:
    return desk.open(f"/staff/views/add?{FILTERS}").send(status=status, view_name=name)


def saved(page: Page) -> list[str]:
    links = page.soup.select(".views a")
    return [one.get_text(strip=True) for one in links if not one.select(".count")]


def test_a_saved_view_is_a_link_to_its_filters_for_its_colleague_alone(world: World) -> None:
    complaint = world.case(topic="complaint")
    world.case(topic="copy")
    sam = world.colleague()
    page = save(world.at_the_desk(sam), "New complaints")
    assert page.flashes == ["The view is saved."]
    desk = world.at_the_desk(sam)
    page = desk.open("/staff/cases")
    assert saved(page) == ["New complaints"]
    link = next(str(one["href"]) for one in page.soup.select(".views a") if "topic" in one["href"])
    there = desk.open(link)
    assert references(there) == [complaint]
    assert [one.get_text(strip=True) for one in there.soup.select(".views [aria-current]")] == [
        "New complaints"
    ]
    other = world.at_the_desk(world.colleague("kit@example.com", "Kit"))
    assert saved(other.open("/staff/cases")) == []


def test_a_view_is_renamed_and_deleted(world: World) -> None:
    desk = world.at_the_desk()
    save(desk, "New complaints")
    page = desk.open("/staff/views")
    rename = next(one for one in page.links() if one.startswith("/staff/views/"))
    form = desk.open(rename)
    assert form.value("view_name") == "New complaints"
    page = form.send(view_name="Complaints")
    assert page.flashes == ["The view has a new name."]
    assert saved(desk.open("/staff/cases")) == ["Complaints"]
    page = page.send(f"{rename}/delete")
    assert page.flashes == ["The view is deleted."]
    assert saved(desk.open("/staff/cases")) == []


def test_another_colleagues_view_is_not_there(world: World) -> None:
    desk = world.at_the_desk()
    save(desk, "New complaints")
    path = next(one for one in desk.open("/staff/views").links() if one.startswith("/staff/views/"))
    other = world.at_the_desk(world.colleague("kit@example.com", "Kit"))
    other.open(path, status=404)
    assert other.send(path, view_name="Mine now").status_code == 404
    assert other.send(f"{path}/delete").status_code == 404
    assert saved(desk.open("/staff/cases")) == ["New complaints"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Enter a name for this view"),
        ("x" * 41, "The name of this view must be 40 characters or fewer"),
        ("rowan@example.com", "The name of this view can’t have an email address or a long number"),
        ("01632 960001", "The name of this view can’t have an email address or a long number"),
        ("New complaints", "You already have a view with this name"),
    ],
)
def test_a_name_that_will_not_do_is_said_and_kept(world: World, name: str, said: str) -> None:
    desk = world.at_the_desk()
    save(desk, "New complaints")
    page = save(desk, name)
    assert said in page.errors["view_name"]
    assert page.value("view_name") == name
    assert world.rows()["saved_view"] == 1


def test_there_is_an_end_to_views(world: World) -> None:
    desk = world.at_the_desk()
    for number in range(MOST_VIEWS):
        save(desk, f"View {number}")
    assert save(desk, "One more").errors["view_name"].startswith("You have 20 views")


def test_a_leavers_views_go_with_their_account(world: World) -> None:
    kit = world.colleague("kit@example.com", "Kit")
    save(world.at_the_desk(kit), "New complaints")
    save(world.at_the_desk(), "Copies")
    boss = world.colleague("alex@example.com", "Alex", role=Role.ADMINISTRATOR)
    with world.work(Actor("staff", boss.id)) as work:
        close_account(work, kit.staff_id, None)
    assert world.rows()["saved_view"] == 1
