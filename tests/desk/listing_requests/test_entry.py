"""Whoever proved a number sees its entry, corrects it, takes it out, and lets it back in."""

from datetime import timedelta
from typing import Any

import pytest

from portal.consent.listed_people.queries import find_is_left_out
from portal.consent.listed_people.service import leave_out
from portal.desk.listing_requests.rules import SHOWN_FOR
from portal.operations.data_inventory import HELD
from portal.platform.core.webhooks import Receiver
from tests.consent.listed_people.steps import MORGAN, MORGANS, entry_of, take_in
from tests.consent.webhooks.receiver import Listener
from tests.consent.webhooks.steps import telling
from tests.desk.listing_requests.steps import proved
from tests.pages import Page, Visitor
from tests.world import World

IN_THREAD = {
    "corrected": (
        "You corrected the entry for 020 7946 0101. It said: Morgan Example, 1 Sample Street,"
        " ZZ99 9ZZ It now says: M Example The next list we give to whoever makes the directories"
        " says so. One of us will tell Tangle Telecom, who gave us the entry."
    ),
    "taken out": (
        "You took 020 7946 0101 out of our directories. We’ve deleted the entry and the key it"
        " was locked with. The next list we give to whoever makes the directories won’t have it."
        " We keep a scrambled code of the number, so that the next list from a phone company"
        " doesn’t bring it back."
    ),
    "kept out": (
        "You asked us to keep 020 7946 0101 out of our directories. We looked, and there was no"
        " entry for it. We keep a scrambled code of the number, so that the next list from a"
        " phone company doesn’t bring it back."
    ),
    "let in": (
        "You let 020 7946 0101 back into our directories. We’ve deleted the scrambled code. The"
        " number is listed again once a phone company’s list has it."
    ),
}


def thread(world: World) -> str:
    """What the person reads in their message, by the link in our email."""
    email = world.email("We’ve got your message")
    return world.visitor().open(email.link).send().text


def act(visitor: Visitor, page: Page, what: str, **fields: Any) -> Page:
    return visitor.open(f"{page.path}/{what}").send(**fields)


def test_each_value_is_shown_with_where_it_came_from_and_what_becomes_of_it(world: World) -> None:
    take_in(world, MORGANS)
    _visitor, page = proved(world)
    about = next(one for one in HELD if one.rules[0].name == "listed-people")
    for words in (
        "Morgan Example",
        "1 Sample Street",
        "ZZ99 9ZZ",
        "Printed directory, Online directory",
        "Tangle Telecom",
        "23 November 2026",
        about.purpose,
        about.basis.value,
        about.interest,
        "23 November 2027, unless a list has it again before then",
    ):
        assert words in page.text
    assert len(world.audit("listed:entry:shown")) == 1


def test_the_makers_of_directories_are_named_where_the_company_has_said_them(
    world: World,
) -> None:
    take_in(world, MORGANS)
    _visitor, page = proved(world)
    assert "Who gets it Whoever makes the directories" in page.text


def test_a_person_corrects_name_and_address_and_a_colleague_is_to_tell_the_operator(
    world: World,
) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    done = act(
        visitor, page, "correct", listed_name="M Example", listed_address="", listed_postcode=""
    )
    assert done.flashes == ["Your entry is corrected."]
    assert "M Example" in done.text
    found = entry_of(world)
    assert found is not None
    assert (found.said.name, found.said.address, found.corrected_at) == (
        "M Example",
        "",
        world.clock(),
    )
    assert IN_THREAD["corrected"] in thread(world)
    reference = page.path.rpartition("/")[2]
    desk = world.at_the_desk(world.colleague("kit@example.com"))
    assert "One of us will tell Tangle Telecom" in desk.open(f"/staff/cases/{reference}").text
    assert len(world.audit("listed:entry:corrected")) == 1


def test_a_correction_opens_a_closed_case_again(world: World) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    reference = page.path.rpartition("/")[2]
    desk = world.at_the_desk(world.colleague("kit@example.com"))
    desk.open(f"/staff/cases/{reference}").send(
        f"/staff/cases/{reference}", step="replied", message="We’ve called you."
    )
    act(visitor, page, "correct", listed_name="M Example")
    assert "In progress" in desk.open(f"/staff/cases/{reference}").text


def test_an_entry_without_a_name_is_refused_beside_the_field(world: World) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    assert act(visitor, page, "correct", listed_name="").errors == {
        "listed_name": "Enter the name in the directory"
    }


def test_an_entry_that_changed_meanwhile_is_shown_again(world: World) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    form = visitor.open(f"{page.path}/correct")
    world.clock.move(minutes=1)
    take_in(world, MORGANS.replace("1 Sample", "2 Sample"))
    done = form.send(listed_name="M Example")
    assert done.flashes == ["The entry changed while you had it open. Check it, then try again."]
    assert "2 Sample Street" in done.text


def test_a_number_is_taken_out_with_its_key_and_the_next_list_does_not_bring_it_back(
    world: World,
) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    before = visitor.open(f"{page.path}/take-out")
    for words in (
        "We delete the entry now, with the key it’s locked with",
        "The next list we give to whoever makes the directories won’t have it",
        "We keep a scrambled code of the number",
    ):
        assert words in before.text
    assert "our systems" not in before.text, "no system is told"
    count = world.parts.keyring.count()
    done = before.send()
    assert "Your number stays out of our directories" in done.text
    assert entry_of(world) is None
    text = thread(world)
    assert IN_THREAD["taken out"] in text
    assert world.parts.keyring.count() < count + 1
    take_in(world, MORGANS)
    assert entry_of(world) is None
    assert len(world.audit("listed:number:left-out")) == 1


def test_where_a_system_fills_directories_the_page_and_the_message_say_that_it_is_told(
    world: World,
) -> None:
    there = Listener()
    there.server_close()
    telling(world, Receiver(there.url, [there.secret]))
    take_in(world, MORGANS)
    visitor, page = proved(world)
    before = visitor.open(f"{page.path}/take-out")
    assert "We tell the systems that fill our directories." in before.text
    before.send()
    assert "We’re now telling the systems that fill our directories." in thread(world)


def test_taken_out_twice_is_said_once(world: World) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    form = visitor.open(f"{page.path}/take-out")
    form.send()
    form.send()
    assert len(world.audit("listed:number:left-out")) == 1


def test_where_there_is_nothing_it_says_so_and_the_number_can_be_kept_out(world: World) -> None:
    visitor, page = proved(world)
    assert "We looked, and there’s no entry" in page.text
    assert visitor.open(f"{page.path}/correct").path == page.path
    act(visitor, page, "take-out")
    assert IN_THREAD["kept out"] in thread(world)
    assert world.read(find_is_left_out, MORGAN)


def test_whoever_changes_their_mind_proves_the_number_again_and_lets_it_in(world: World) -> None:
    with world.work() as work:
        leave_out(work, MORGAN)
    _visitor, page = proved(world)
    done = page.send(f"{page.path}/let-in")
    assert done.flashes == ["Your number can be listed again."]
    assert not world.read(find_is_left_out, MORGAN)
    assert IN_THREAD["let in"] in thread(world)
    take_in(world, MORGANS)
    assert entry_of(world) is not None


@pytest.mark.parametrize("what", ["", "/correct", "/take-out"])
def test_the_entry_closes_half_an_hour_after_the_code(world: World, what: str) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    world.clock.now += SHOWN_FOR - timedelta(seconds=1)
    visitor.open(f"{page.path}{what}")
    world.clock.move(seconds=2)
    assert visitor.open(f"{page.path}{what}", 410).title == "This page has closed"
    world.visitor().open(f"{page.path}{what}", 410)


def test_what_is_sent_too_late_changes_nothing(world: World) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    pages = [visitor.open(f"{page.path}/{what}") for what in ("correct", "take-out")]
    world.clock.now += SHOWN_FOR
    for one in pages:
        one.send(status=410, listed_name="M Example")
    visitor.submit(f"{page.path}/let-in", {"csrf_token": visitor.token()}, 410)
    found = entry_of(world)
    assert found is not None
    assert found.version == 1
