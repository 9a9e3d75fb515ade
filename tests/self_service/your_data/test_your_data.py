"""Everything that is held about somebody, on one page and a page a category: one register."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

from hypothesis import given
from hypothesis.strategies import integers, lists, none

from portal.platform.core.holdings import Item
from portal.platform.core.ids import CustomerId
from portal.self_service.your_data.queries import MOST_FOUND, get_overview
from portal.self_service.your_data.rules import (
    PAGE_OF,
    HeldCategory,
    cut_page,
    shown_categories,
)
from tests.erasure.cancellation.test_service import furnish
from tests.pages import Page, Visitor
from tests.statements import listening
from tests.world import NOON, World


def categories(world: World, customer_id: CustomerId) -> dict[str, HeldCategory]:
    found = world.read(get_overview, world.parts.register, customer_id)
    return {one.holding.slug: one for part in found.parts.values() for one in part}


def test_somebody_sees_every_category_with_how_many_records_the_empty_ones_too(
    world: World,
) -> None:
    person = furnish(world)
    page = world.signed_in(person).open("/your-data")
    shown = {
        " ".join(row.select_one("th").get_text().split()): row.select("td")[0].get_text().strip()  # type: ignore[union-attr]
        for row in page.soup.select("tbody tr")
        if row.select("td")
    }
    counted = {}
    for holding in shown_categories(world.parts.register):
        number = world.read(holding.count, person.customer_id)
        counted[holding.category] = str(number) if number else "None"
    assert shown == counted


def test_the_page_says_when_something_is_deleted_where_all_of_it_is_deleted_then(
    world: World,
) -> None:
    page = world.signed_in(furnish(world)).open("/your-data")
    rows = [row for row in page.soup.select("tbody tr") if row.select("td")]
    kept = {row.th.get_text().strip(): row.select("td")[-1].get_text().strip() for row in rows}  # type: ignore[union-attr]
    for holding in shown_categories(world.parts.register):
        ends = {f"Deleted {rule.text}" for rule in holding.rules}
        said = kept[holding.category]
        assert ends == {said} if len(ends) == 1 else said.startswith("Parts are deleted")
    assert "different times" in kept["Your messages to us and our answers"], (
        "their words go after a year"
    )


def test_what_people_look_for_first_comes_first(world: World) -> None:
    page = world.signed_in().open("/your-data")
    shown = [one.get_text() for one in page.soup.select("th[scope=row] a")]
    assert shown[:3] == [
        "Your profile and contact details",
        "Your registrations",
        "Your sign-in and security question",
    ]
    notice = world.visitor().open("/privacy")
    assert [one.get_text() for one in notice.soup.select(".held h3")][:3] == shown[:3]


def test_what_the_page_counts_is_what_leaving_deletes(world: World) -> None:
    person = furnish(world)
    counts = {one.slug: one.count for one in world.parts.register}
    for slug, one in categories(world, person.customer_id).items():
        assert one.span.number == world.read(counts[slug], person.customer_id), slug


def test_every_category_that_its_person_may_know_of_has_a_page_of_its_own(world: World) -> None:
    person = furnish(world)
    visitor = world.signed_in(person)
    shown = shown_categories(world.parts.register)
    assert len({one.slug for one in shown}) == len(shown)
    untold = {one.category for one in world.parts.register if not one.told_first}
    assert not untold & {one.category for one in shown}
    for holding in shown:
        page = visitor.open(f"/your-data/{holding.slug}")
        assert page.title == holding.category
        for words in (holding.purpose, holding.source, holding.recipients):
            assert words in page.text
        if holding.change_at:
            visitor.open(holding.change_at)
            (link,) = page.soup.select(f"aside a[href='{holding.change_at}']")
            assert link.get_text() == holding.change_label
        for rule in holding.rules:
            assert rule.what in page.text
            assert f"Deleted {rule.text}" in page.text
            assert rule.basis in page.text
    visitor.open("/your-data/nothing", 404)


def test_only_what_can_be_changed_says_that_one_can_change_it(world: World) -> None:
    labels = {one.slug: (one.change_at, one.change_label) for one in world.parts.register}
    assert labels["profile"] == ("/profile/edit", "Change it")
    assert labels["messages"] == ("/cases", "See your messages")
    assert labels["received"] == ("/preferences/sharing", "See how to make a company stop")
    assert labels["preference-services"] == ("/preferences/tps", "Change what you told us")


def test_a_category_shows_each_thing_that_is_held_and_no_account_number(world: World) -> None:
    person = world.customer(account_number="MB4471902265", town="Exampleton")
    reference = world.case(person, text="My account is MB4471902265, and it rains.")
    visitor = world.signed_in(person)
    profile = visitor.open("/your-data/profile")
    assert {person.email, "Exampleton"} <= {one.get_text() for one in profile.soup.select("dd bdi")}
    messages = visitor.open("/your-data/messages")
    assert reference in messages.text
    assert "and it rains" in messages.text
    for page in (profile, messages):
        assert "MB4471902265" not in page.answer.text


def test_somebody_finds_a_word_wherever_it_stands(world: World) -> None:
    person = world.customer(account_number="MB4471902265", town="Exampleton")
    world.case(person, text="I moved to Exampleton in May")
    visitor = world.signed_in(person)
    page = visitor.open("/your-data").send("/your-data", words="exampleton")
    assert "Found in 2 kinds of data." in page.text
    assert {"/your-data/profile", "/your-data/messages"} <= page.links()
    page = page.send("/your-data", words="Exampleton May")
    assert "Found in 1 kind of data." in page.text
    page = page.send("/your-data", words="Nowhere")
    assert "We found no “Nowhere” on these pages." in page.text
    page = page.send("/your-data", words="4471902265")
    assert "We found no" in page.text, "a number that is masked is not found"
    assert page.send("/your-data", words="").errors == {"words": "Enter what to find"}


def test_nobody_sees_what_is_held_about_another(world: World) -> None:
    person, other = furnish(world), world.customer("jules@example.com")
    text = world.signed_in(other).open("/your-data/profile").text
    assert person.email not in text
    assert other.email in text


def test_the_page_asks_as_often_however_much_there_is(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open("/your-data")
    with listening(world) as few:
        visitor.open("/your-data")
    for number in range(30):
        world.case(person, text=f"Message {number}")
    with listening(world) as many:
        visitor.open("/your-data")
    assert len(many.main) == len(few.main)


def test_a_search_that_shows_only_the_first_says_so_and_of_how_many(world: World) -> None:
    person = world.customer()
    for number in range(MOST_FOUND + 1):
        world.case(person, text=f"umbrella {number}")
    visitor = world.signed_in(person)
    page = visitor.open("/your-data").send("/your-data", words="umbrella")
    assert f"These are the first {MOST_FOUND} of {MOST_FOUND + 1}." in page.text
    page = visitor.open("/your-data").send("/your-data", words="umbrella 17")
    assert "These are the first" not in page.text


def read_on(visitor: Visitor, path: str) -> Iterator[Page]:
    """Open a category and go on to the end, as whoever reads it all does."""
    while path:
        page = visitor.open(path)
        yield page
        further = page.soup.select_one("a[rel=next]")
        path = str(further["href"]) if further else ""


def test_a_long_category_comes_in_pages_that_together_are_all_of_it(world: World) -> None:
    person = world.customer()
    sent = [f"Message {number}" for number in range(PAGE_OF + 1)]
    for text in sent:
        world.case(person, text=text)
        world.clock.move(seconds=1)
    visitor = world.signed_in(person)
    pages = list(read_on(visitor, "/your-data/messages"))
    assert len(pages) > 1
    shown = [one.get_text() for page in pages for one in page.soup.select("dd bdi")]
    assert sorted(one for one in shown if one in sent) == sorted(sent), "none twice, none missing"
    assert sent[-1] in shown[:4], "the newest first"
    last = pages[-1].soup.select_one("a[rel=prev]")
    assert last is not None
    assert last["href"] == "/your-data/messages"


def test_a_page_that_begins_nowhere_is_not_there(world: World) -> None:
    visitor = world.signed_in()
    for odd in ("yesterday", "2026-11-30T12:00", "\0", "9" * 400):
        visitor.open(f"/your-data/profile?before={quote(odd)}", 404)
    page = visitor.open("/your-data/messages?before=1970-01-01T00:00%2B00:00")
    assert "There’s nothing older." in page.text
    assert "nothing here about you" not in page.text


@given(lists(none() | integers(0, 9), max_size=40), integers(1, 6))
def test_pages_of_any_things_are_all_of_them_once(days: list[int | None], most: int) -> None:
    items = [
        Item("", str(number), NOON + timedelta(days=day) if day is not None else None)
        for number, day in enumerate(days)
    ]
    found, before = cut_page(items, None, most)
    seen = list(found)
    while before is not None:
        found, earlier = cut_page(items, before, most)
        assert found
        assert all(one.at is not None and one.at < before for one in found)
        seen, before = seen + found, earlier
    assert sorted(one.value for one in seen) == sorted(one.value for one in items)
