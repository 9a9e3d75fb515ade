"""Asking about a number without an account, and showing that it is one's own."""

from datetime import timedelta

import pytest

from portal.consent.listed_people.service import leave_out
from portal.desk.case_records.models import CaseRow
from portal.desk.listing_requests.rules import CODE_LASTS, MOST_MISSES, ProofWay
from portal.desk.listing_requests.service import make_code as make
from portal.identity.one_time_tokens.models import OneTimeToken
from portal.platform.core.errors import StaleError
from portal.platform.core.work import Actor
from tests.consent.listed_people.steps import MORGANS, ROBINS, entry_of, take_in
from tests.desk.listing_requests.steps import ASK, CODE, ask, code_of, enter, make_code
from tests.world import World, rows_with


def desk_page(reference: str) -> str:
    return f"/staff/cases/{reference}/directory-entry"


def test_anybody_asks_without_an_account_and_gets_a_reference_and_an_email(world: World) -> None:
    reference = ask(world.visitor())
    email = world.email("We’ve got your message")
    assert (email.to, reference in email.subject) == ("morgan@example.org", True)
    page = world.visitor().open(email.link).send()
    assert page.title == "My number in your directories"
    assert "Number: 020 7946 0101" in page.text


def test_the_answer_is_the_same_whether_there_is_an_entry_or_not(world: World) -> None:
    take_in(world, MORGANS)
    pages = []
    for number in ("020 7946 0101", "020 7946 0199"):
        page = (
            world.visitor()
            .open(ASK)
            .send(name="A", email="a@example.org", listed_number=number, proof_way="call")
        )
        found = page.soup.select_one(".ref")
        assert found is not None
        pages.append(page.text.replace(found.get_text(), ""))
    assert pages[0] == pages[1]


def test_sent_twice_it_is_one_case(world: World) -> None:
    page = world.visitor().open(ASK)
    for _ in range(2):
        page.send(name="A", email="a@example.org", listed_number="020 7946 0101", proof_way="call")
    with world.work() as work:
        assert len(rows_with(work, CaseRow)) == 1


def test_each_field_says_what_is_missing(world: World) -> None:
    assert world.visitor().open(ASK).send().errors == {
        "name": "Enter your name",
        "email": "Enter your email address",
        "listed_number": "Enter the phone number in the directory",
        "proof_way": "Choose how we should check that it’s your number",
    }
    wrong = world.visitor().open(ASK).send(listed_number="020 7946 0101 ext 4").errors
    assert wrong["listed_number"] == (
        "Phone number in the directory must have its area code and no extension, like 01632 960001"
    )


def test_a_customer_asks_signed_in_and_it_is_among_their_messages(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open(ASK)
    assert page.value("name") == "Rowan Example"
    page.send(listed_number="020 7946 0101", proof_way="call")
    assert "My number in your directories" in visitor.open("/cases").text


def test_a_colleague_sees_the_number_and_nothing_of_the_entry(world: World) -> None:
    take_in(world, MORGANS.replace("Morgan", "Listed"))
    reference = ask(world.visitor())
    desk = world.at_the_desk()
    assert "directory-entry" in str(desk.open(f"/staff/cases/{reference}").links())
    before = desk.open(desk_page(reference))
    after = before.send()
    for page in (before, after):
        assert "020 7946 0101" in page.text
        assert "Listed Example" not in page.text
        assert "Sample Street" not in page.text
    assert len(code_of(after)) == 9
    (line,) = world.audit("listed:code:made")
    assert line.facts == {"way": "call", "role": "agent"}
    again = desk.open(desk_page(reference))
    assert code_of(after) not in again.text, "it is shown once"


def test_a_code_to_call_is_made_alike_where_there_is_no_entry(world: World) -> None:
    desk, seen = world.at_the_desk(), []
    take_in(world, ROBINS)
    for number in ("020 7946 0102", "020 7946 0199"):
        reference = ask(world.visitor(), number)
        page = desk.open(desk_page(reference)).send()
        text = page.text.replace(code_of(page), "").replace(reference, "").replace(number, "")
        seen.append(text)
    assert seen[0] == seen[1]


def test_a_code_by_post_comes_with_the_address_of_the_entry(world: World) -> None:
    take_in(world, MORGANS)
    reference = ask(world.visitor(), way="post")
    page = world.at_the_desk().open(desk_page(reference))
    assert "Sample Street" not in page.text
    page = page.send()
    assert "Morgan Example 1 Sample Street ZZ99 9ZZ" in page.text
    assert world.audit("listed:code:made")[0].facts["way"] == "post"
    visitor = world.visitor()
    assert "Morgan Example" in enter(visitor, reference, code_of(page)).text


@pytest.mark.parametrize("is_listed", [True, False])
def test_without_an_address_no_code_is_made_and_nothing_says_why(
    world: World, *, is_listed: bool
) -> None:
    """An entry may have no address, so this says of no number whether it has an entry."""
    if is_listed:
        take_in(world, ROBINS)
    reference = ask(world.visitor(), "020 7946 0102", way="post")
    page = world.at_the_desk().open(desk_page(reference)).send()
    assert "There’s no address to post a code to" in page.text
    assert "Robin" not in page.text
    with world.work() as work:
        assert not rows_with(work, OneTimeToken, purpose="number-code")


def test_a_code_works_once_with_its_reference(world: World) -> None:
    take_in(world, MORGANS)
    visitor, desk = world.visitor(), world.at_the_desk()
    reference, other = ask(visitor), ask(world.visitor())
    code = make_code(desk, reference)
    assert enter(visitor, other, code).errors
    page = enter(visitor, reference.lower().replace("-", " "), code.replace(" ", "-"))
    assert page.title == "020 7946 0101 in our directories"
    assert enter(world.visitor(), reference, code).errors == {
        "code": (
            "The reference or the code isn’t right, or the code has expired. Check both. If it"
            " doesn’t work, ask us for a new code"
        )
    }


def test_a_code_dies_of_wrong_tries(world: World) -> None:
    visitor = world.visitor()
    reference = ask(visitor)
    code = make_code(world.at_the_desk(), reference)
    wrong = "1234 5678" if code != "1234 5678" else "8765 4321"
    assert MOST_MISSES == 5, "the desk reads so"
    for _ in range(MOST_MISSES - 1):
        assert enter(visitor, reference, wrong).errors
    assert not enter(visitor, reference, code).errors, "the last try may be right"
    code = make_code(world.at_the_desk(world.colleague("kit@example.com")), reference)
    for _ in range(MOST_MISSES):
        enter(visitor, reference, wrong)
    assert enter(visitor, reference, code).errors


def test_a_new_code_ends_the_one_before(world: World) -> None:
    visitor, desk = world.visitor(), world.at_the_desk()
    reference = ask(visitor)
    first, second = make_code(desk, reference), make_code(desk, reference)
    assert enter(visitor, reference, first).errors
    assert not enter(visitor, reference, second).errors


@pytest.mark.parametrize("way", ProofWay)
def test_a_code_ends_on_its_day(world: World, way: ProofWay) -> None:
    assert {ProofWay.CALL: timedelta(days=1), ProofWay.POST: timedelta(days=14)} == CODE_LASTS
    take_in(world, MORGANS)
    visitor = world.visitor()
    reference = ask(visitor, way=way)
    page = world.at_the_desk().open(desk_page(reference)).send()
    world.clock.now += CODE_LASTS[way] - timedelta(minutes=1)
    assert not enter(visitor, reference, code_of(page)).errors
    world.clock.now -= CODE_LASTS[way]
    code = make_code(world.at_the_desk(world.colleague("kit@example.com")), reference)
    world.clock.now += CODE_LASTS[way] + timedelta(minutes=1)
    assert enter(visitor, reference, code).errors


def test_two_colleagues_do_not_make_a_code_each(world: World) -> None:
    kit = world.colleague()
    reference = ask(world.visitor())
    with world.work(Actor("staff", kit.id)) as work:
        version = work.session.query(CaseRow).one().version
        make(work, reference, version)
    with pytest.raises(StaleError), world.work(Actor("staff", kit.id)) as work:
        make(work, reference, version)


def test_another_message_has_no_such_page(world: World) -> None:
    reference = world.case()
    desk = world.at_the_desk()
    desk.open(desk_page(reference), 404)
    assert "directory-entry" not in str(desk.open(f"/staff/cases/{reference}").links())
    assert enter(world.visitor(), reference, "12345678").errors


def test_what_a_code_would_open_ends_with_the_account_of_who_asked(world: World) -> None:
    """The request is theirs and goes; an entry is nobody’s by typing its number, and stays."""
    take_in(world, MORGANS)
    person = world.customer(telephone="020 7946 0101")
    world.signed_in(person).open(ASK).send(listed_number="020 7946 0101", proof_way="call")
    with world.work() as work:
        reference = work.session.query(CaseRow).one().reference
    code = make_code(world.at_the_desk(), reference)
    world.erase(person)
    assert enter(world.visitor(), reference, code).errors
    assert entry_of(world) is not None


def test_an_open_entry_closes_when_the_message_is_erased(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open(ASK).send(listed_number="020 7946 0101", proof_way="call")
    with world.work() as work:
        reference = work.session.query(CaseRow).one().reference
    code = make_code(world.at_the_desk(), reference)
    other = world.visitor()
    path = enter(other, reference, code).path
    world.erase(person)
    assert other.open(path, 410).title == "This page has closed"


def test_the_code_page_knows_the_reference_of_who_has_just_asked(world: World) -> None:
    visitor = world.visitor()
    reference = ask(visitor)
    assert visitor.open(CODE).value("reference") == reference


def test_what_is_left_out_is_told_to_no_colleague(world: World) -> None:
    with world.work() as work:
        leave_out(work, "+442079460101")
    reference = ask(world.visitor())
    page = world.at_the_desk().open(desk_page(reference)).send()
    assert "out of" not in page.text
    assert code_of(page)
