import pytest

from tests.pages import Page, Visitor
from tests.world import World


def references(page: Page) -> list[str]:
    return [one.get_text() for one in page.soup.select("table a.ref")]


def search(desk: Visitor, typed: str) -> Page:
    return desk.open("/staff/cases").send("/staff/cases", q=typed)


def test_a_case_is_found_by_its_reference_however_it_is_spelt(world: World) -> None:
    reference = world.case()
    world.case()
    desk = world.at_the_desk()
    for typed in (reference, reference.lower(), reference.replace("-", " "), reference[3:]):
        assert references(search(desk, typed)) == [reference]


def test_a_case_is_found_by_the_address_somebody_wrote_from(world: World) -> None:
    person = world.customer()
    theirs = {world.case(person), world.case(email=person.email)}
    world.case()
    page = search(world.at_the_desk(), " Rowan@Example.com ")
    assert set(references(page)) == theirs
    assert page.title == "2 cases found"


@pytest.mark.parametrize("typed", ["", "rowan", "%", "*", "PC-", "' OR 1=1 --", "@example.com"])
def test_half_an_address_finds_nothing(world: World, typed: str) -> None:
    world.case(world.customer())
    assert references(search(world.at_the_desk(), typed)) == []


def test_no_address_of_a_page_ever_holds_an_email_address(world: World) -> None:
    world.case(world.customer())
    desk = world.at_the_desk()
    for page in (desk.open("/staff"), desk.open("/staff/cases"), search(desk, "rowan@example.com")):
        assert "@" not in page.full_path
        assert [one for one in page.links() if "@" in one or "%40" in one] == []
        assert page.soup.select("form[method=get] [name=q]") == []
    assert references(desk.open("/staff/cases?q=rowan@example.com")) != [], "it is no filter"
