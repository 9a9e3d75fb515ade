"""Whoever proved a number sees its entry, corrects it, takes it out, and lets it back in."""

from datetime import timedelta
from typing import Any

import pytest

from portal.consent.directories.rules import Listing
from portal.consent.directories.service import save_entries
from portal.consent.listed_people.queries import find_is_left_out
from portal.consent.listed_people.service import leave_out
from portal.desk.case_records.models import CaseRow
from portal.desk.cases.held import list_items
from portal.desk.listing_requests.rules import SHOWN_FOR
from portal.operations.data_inventory import HELD
from portal.platform.core.webhooks import Receiver
from tests.consent.listed_people.steps import (
    MORGAN,
    MORGANS,
    ROBINS,
    entry_of,
    take_in,
)
from tests.consent.webhooks.receiver import Listener
from tests.consent.webhooks.steps import announcements, telling
from tests.desk.listing_requests.steps import ASK, NUMBER, ask, code_of, enter, proved
from tests.pages import Page, Visitor
from tests.world import World, fail_after
from tests.world import act as act_as

KEPT_OUT = (
    "020 7946 0101 stays out of our directories. If there was an entry, we’ve deleted it and the"
    " key it was locked with. The next list we give to whoever makes the directories won’t have it."
    " We keep a scrambled code of the number, so that the next list from a phone company doesn’t"
    " bring it back. If one of our customers chose to list it, that entry stays."
)
IN_THREAD = {
    "corrected": (
        "The entry for 020 7946 0101 was corrected. We show what it says only to someone who enters"
        " a code for the number. The next list we give to whoever makes the directories says so."
        " One of us will tell the phone company that gave us the entry."
    ),
    "let in": (
        "020 7946 0101 can be in our directories again. We’ve deleted the scrambled code. The"
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
    read = desk.open(f"/staff/cases/{reference}").text
    assert "Tell Tangle Telecom that the entry was corrected." in read
    assert "It said: Morgan Example, 1 Sample Street, ZZ99 9ZZ It now says: M Example" in read
    assert len(world.audit("listed:entry:corrected")) == 1


def test_a_correction_opens_a_closed_case_again(world: World) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    reference = page.path.rpartition("/")[2]
    desk = world.at_the_desk(world.colleague("kit@example.com"))
    desk.open(f"/staff/cases/{reference}").send(
        f"/staff/cases/{reference}", step="replied", message="We’ve called you.", outcome="done"
    )
    act(visitor, page, "correct", listed_name="M Example")
    assert "In progress" in desk.open(f"/staff/cases/{reference}").text


def test_an_entry_without_a_name_is_refused_beside_the_field(world: World) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    assert act(visitor, page, "correct", listed_name="").errors == {
        "listed_name": "Enter the name in the directory"
    }


def asked_by_another(world: World) -> tuple[Visitor, Page]:
    """Somebody asked about Morgan's number; Morgan entered the code that came by post."""
    take_in(world, MORGANS)
    reference = ask(world.visitor(), way="post", name="Ex Ample", email="ex@example.org")
    page = world.at_the_desk().open(f"/staff/cases/{reference}/directory-entry").send()
    morgan = world.visitor()
    return morgan, enter(morgan, reference, code_of(page))


def test_whoever_asks_about_anothers_number_never_reads_what_the_entry_says_or_said(
    world: World,
) -> None:
    morgan, page = asked_by_another(world)
    act(morgan, page, "correct", listed_name="M Example", listed_address="9 New Road")
    text = thread(world)
    assert IN_THREAD["corrected"] in text
    for words in ("Morgan", "M Example", "Sample Street", "ZZ99", "New Road", "Tangle", "You "):
        assert words not in text.partition("Changed with a code")[2].partition("Write back")[0]


def test_whoever_asks_about_anothers_number_reads_not_whether_there_was_an_entry(
    world: World,
) -> None:
    morgan, page = asked_by_another(world)
    act(morgan, page, "take-out")
    assert KEPT_OUT in thread(world)


def test_a_customer_who_asked_has_not_in_their_copy_what_anothers_entry_says(world: World) -> None:
    take_in(world, MORGANS)
    person = world.customer()
    world.signed_in(person).open(ASK).send(listed_number=NUMBER, proof_way="post")
    with world.work() as work:
        reference = work.session.query(CaseRow).one().reference
    page = world.at_the_desk().open(f"/staff/cases/{reference}/directory-entry").send()
    morgan = world.visitor()
    act(morgan, enter(morgan, reference, code_of(page)), "correct", listed_name="M Example")
    said = str(world.read(list_items, person.customer_id))
    assert "The entry for 020 7946 0101 was corrected" in said
    assert "M Example" not in said
    assert "Sample Street" not in said


def test_an_entry_that_says_so_already_is_not_corrected_and_a_later_list_may_change_it(
    world: World,
) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    done = act(visitor, page, "correct")
    assert done.flashes == ["The entry says that already. Nothing was changed."]
    world.clock.move(minutes=1)
    take_in(world, MORGANS.replace("1 Sample", "2 Sample"))
    found = entry_of(world)
    assert found is not None
    assert (found.corrected_at, found.said.address) == (None, "2 Sample Street")
    assert not world.audit("listed:entry:corrected")


def test_a_correction_sent_twice_is_made_once_and_nothing_is_said_to_have_changed_meanwhile(
    world: World,
) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    form = visitor.open(f"{page.path}/correct")
    form.send(listed_name="M Example")
    done = form.send(listed_name="M Example")
    assert (
        done.flashes
        == [
            "Your entry is corrected.",
            "The entry says that already. Nothing was changed.",
        ][-len(done.flashes) :]
    )
    assert len(world.audit("listed:entry:corrected")) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("listed_name", "Win at https://shop.example/w"),
        ("listed_name", "M\u3164 Example"),
        ("listed_address", "www.shop.example"),
        ("listed_postcode", "a@b.example"),
    ],
)
def test_nobody_has_an_address_of_a_website_or_what_is_not_seen_printed_in_a_directory(
    world: World, field: str, typed: str
) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    assert field in act(visitor, page, "correct", **{field: typed}).errors
    found = entry_of(world)
    assert found is not None
    assert found.version == 1


def test_whoever_corrects_an_entry_that_changed_meanwhile_sees_it_and_loses_no_word(
    world: World,
) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    form = visitor.open(f"{page.path}/correct")
    world.clock.move(minutes=1)
    take_in(world, MORGANS.replace("1 Sample", "2 Sample"))
    again = form.send(status=409, listed_name="M Example")
    assert "It now says: Morgan Example, 2 Sample Street, ZZ99 9ZZ" in again.text
    assert again.value("listed_name") == "M Example"
    again.send()
    found = entry_of(world)
    assert found is not None
    assert found.said.name == "M Example"


def test_whoever_corrects_an_entry_that_went_meanwhile_is_told_so(world: World) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    form = visitor.open(f"{page.path}/correct")
    world.clock.move(minutes=1)
    take_in(world, ROBINS)
    done = form.send(listed_name="M Example")
    assert "there’s no entry" in done.text


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
    assert KEPT_OUT in text
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


def test_whoever_takes_a_number_out_once_more_after_an_interruption_has_it_told(
    world: World,
) -> None:
    """The keyring had noted it, and nothing else had happened: systems wait to be told."""
    there = Listener()
    there.server_close()
    telling(world, Receiver(there.url, [there.secret]))
    visitor, page = proved(world)
    form = visitor.open(f"{page.path}/take-out")
    fail_after(world, lambda work: leave_out(work, MORGAN))
    form.send()
    assert "020 7946 0101 stays out of our directories." in thread(world)
    assert [row.kind for row in announcements(world)] == ["directories.number.left-out"]
    form.send()
    assert len(announcements(world)) == 1


def test_taken_out_twice_is_said_once(world: World) -> None:
    take_in(world, MORGANS)
    visitor, page = proved(world)
    form = visitor.open(f"{page.path}/take-out")
    form.send()
    form.send()
    assert len(world.audit("listed:number:left-out")) == 1


def test_what_a_customer_chose_for_the_same_number_stays_and_whoever_proved_it_is_told_so(
    world: World,
) -> None:
    person = world.customer(telephone=NUMBER)
    printed = {MORGAN: frozenset({Listing.PRINTED})}
    act_as(world, person, save_entries, person.customer_id, printed, 0)
    visitor, page = proved(world)
    before = visitor.open(f"{page.path}/take-out")
    assert "If one of our customers chose to list this number, that entry stays" in before.text
    done = before.send()
    assert "Only an entry that one of our customers chose for it stays." in done.text
    theirs = world.signed_in(person).open("/preferences/directories")
    assert "In 1 of 3 directories" in theirs.text


def test_a_customer_is_not_told_that_their_number_is_in_no_directory_where_another_listed_it(
    world: World,
) -> None:
    take_in(world, MORGANS)
    page = world.signed_in(world.customer(telephone=NUMBER)).open("/preferences/directories")
    assert "Ex-directory: you put it in no directory." in page.text
    assert "Your choices here don’t change that entry" in page.text
    assert ASK in page.links()


def test_where_there_is_nothing_it_says_so_and_the_number_can_be_kept_out(world: World) -> None:
    visitor, page = proved(world)
    assert "We looked, and there’s no entry" in page.text
    assert visitor.open(f"{page.path}/correct").path == page.path
    act(visitor, page, "take-out")
    assert KEPT_OUT in thread(world)
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
