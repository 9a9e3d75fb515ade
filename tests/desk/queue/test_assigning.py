"""Several cases are assigned at once, and one that changed meanwhile stays as it is."""

from tests.desk.queue.test_lanes import references
from tests.pages import Page, Visitor
from tests.world import World

SHOWN = "/staff/cases?view=unassigned&sort=received"


def tick(page: Page, *wanted: str) -> list[str]:
    """Return the boxes of some cases as the page offers them."""
    boxes = [str(one["value"]) for one in page.soup.select("[name=chosen]")]
    return [one for one in boxes if one.partition(".")[0] in wanted]


def find_action(page: Page) -> str:
    (form,) = page.soup.select("form[action*=assign]")
    return str(form["action"])


def note(desk: Visitor, reference: str) -> None:
    path = f"/staff/cases/{reference}"
    desk.open(path).send(path, step="noted", message="I am on it")


def test_the_chosen_cases_go_to_a_colleague_and_the_list_stays_as_it_was(world: World) -> None:
    kit = world.colleague("kit@example.com", "Kit Officer")
    first, second, third = (world.case() for _ in range(3))
    page = world.at_the_desk().open(SHOWN)
    action = find_action(page)
    chosen = tick(page, first, third)
    page = page.send(action, chosen=chosen, colleague=str(kit.id))
    assert page.flashes == ["2 cases are assigned."]
    assert references(page) == [second]
    assert "view=unassigned" in page.full_path
    assert "sort=received" in page.full_path
    assert {line.facts["staff_id"] for line in world.audit("cases:case:assigned")} == {str(kit.id)}
    assert len(world.audit("cases:case:assigned")) == 2
    assert set(references(world.at_the_desk(kit).open("/staff"))) == {first, third}


def test_one_that_changed_meanwhile_is_named_and_stays_ticked(world: World) -> None:
    kit = world.colleague("kit@example.com", "Kit Officer")
    first, second = world.case(), world.case()
    page = world.at_the_desk().open(SHOWN)
    note(world.at_the_desk(kit), second)
    action = find_action(page)
    page = page.send(action, 409, chosen=tick(page, first, second), colleague=str(kit.id))
    assert page.flashes == [
        "1 case is assigned.",
        f"Changed while you had the list open, so not assigned: {second}",
    ]
    ticked = [str(one["value"]) for one in page.soup.select("[name=chosen][checked]")]
    assert ticked == tick(page, second)
    page = page.send(action, chosen=ticked, colleague=str(kit.id))
    assert page.flashes == ["1 case is assigned."]


def test_nothing_chosen_is_said_and_what_was_ticked_is_kept(world: World) -> None:
    kit = world.colleague("kit@example.com", "Kit Officer")
    reference = world.case()
    page = world.at_the_desk().open(SHOWN)
    action = find_action(page)
    empty = page.send(action, colleague=str(kit.id))
    assert empty.errors == {"chosen": "Choose at least one case"}
    assert empty.value("colleague") == str(kit.id)
    nobody = page.send(action, chosen=tick(page, reference), colleague="")
    assert nobody.errors == {"colleague": "Choose a colleague"}
    assert [str(one["value"]) for one in nobody.soup.select("[checked]")] == tick(page, reference)
    assert world.audit("cases:case:assigned") == []


def test_what_is_no_case_and_no_colleague_changes_nothing(world: World) -> None:
    kit = world.colleague("kit@example.com", "Kit Officer")
    reference, desk = world.case(), world.at_the_desk()
    for chosen in (reference, f"{reference}.x", "x.1", f"{reference}.-1", f"{reference}.99999999"):
        desk.send("/staff/assignments", chosen=chosen, colleague=str(kit.id))
    for colleague in ("x", str(world.customer().id)):
        desk.send("/staff/assignments", chosen=f"{reference}.1", colleague=colleague)
    assert (
        desk.send("/staff/assignments", chosen="PC-2222-222.1", colleague=str(kit.id)).status_code
        == 409
    )
    assert world.audit("cases:case:assigned") == []
