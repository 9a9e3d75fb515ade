"""Whoever wrote to us often comes by every message of theirs, page by page, and back again."""

from collections.abc import Iterator

from portal.desk.cases.queries import OWN_PAGE
from tests.pages import Page
from tests.world import Person, World

OLD = "birch.old@example.com"


def write(world: World, person: Person, count: int) -> list[str]:
    """Send some messages, every third as a visitor and some at the same moment; newest last."""
    sent = []
    for number in range(count):
        world.clock.move(minutes=number % 2)
        sent.append(world.case(person if number % 3 else None, email=OLD))
    return sent


def listed(page: Page) -> list[str]:
    return [str(one["href"]).rpartition("/")[2] for one in page.soup.select(".rows .row a")]


def walk(page: Page, way: str) -> Iterator[Page]:
    """Follow "Next" or "Previous" as far as it leads."""
    yield page
    while link := page.soup.select_one(f"a[rel={way}]"):
        page = page.visitor.open(str(link["href"]))
        yield page


def test_every_message_is_on_one_of_the_pages_of_whoever_sent_it(world: World) -> None:
    person = world.customer(OLD)
    sent = write(world, person, 250)
    there = list(walk(world.signed_in(person).open("/cases"), "next"))
    pages = [listed(page) for page in there]
    assert [len(one) for one in pages] == [OWN_PAGE] * 8 + [10]
    assert sorted(one for page in pages for one in page) == sorted(sent)
    assert sent[0] in pages[-1]
    back = [listed(page) for page in walk(there[-1], "prev")]
    assert back == pages[::-1]


def test_the_newest_page_has_what_was_sent_while_somebody_read_older_ones(world: World) -> None:
    person = world.customer(OLD)
    write(world, person, OWN_PAGE + 1)
    second = list(walk(world.signed_in(person).open("/cases"), "next"))[-1]
    world.clock.move(minutes=1)
    newest = world.case(person)
    first = list(walk(second, "prev"))[-1]
    assert listed(first)[0] == newest
    assert len(listed(first)) == OWN_PAGE
    assert first.soup.select_one("a[rel=prev]") is None


def test_a_page_beside_a_message_of_somebody_else_is_not_found(world: World) -> None:
    visitor = world.signed_in(world.customer(OLD))
    other = world.case(email="other@example.com")
    for reference in ("PC-2222-222", other):
        visitor.open(f"/cases?after={reference}", status=404)
        visitor.open(f"/cases?before={reference}", status=404)
