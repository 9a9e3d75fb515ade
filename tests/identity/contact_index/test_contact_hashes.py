"""A customer is found by what they can be reached at, as it is written today."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from portal.consent.list_screening.rules import Campaign
from portal.consent.marketing.rules import read_choices
from portal.consent.marketing.service import save_choices
from portal.erasure.cancellation.queries import list_suppressed
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.service import change_email, replace_details
from portal.identity.contact_index.models import ContactHash, UnindexedCustomer
from portal.identity.contact_index.queries import count_unindexed
from portal.identity.contact_index.rules import HASHED_AS, Channel, spell_address, spell_telephone
from portal.platform.core.work import Work
from portal.self_service.email_change.service import index_waiting
from portal.self_service.profile.service import change_profile
from tests.consent.list_screening.lists import agrees, screened
from tests.world import Person, World, act, rows_with

REACHED: dict[str, Any] = {
    "telephone": "01632 960001",
    "mobile": "07700 900123",
    "address_line_1": "1 Sample Street",
    "postcode": "ZZ99 9ZZ",
}
CALLS = read_choices(["offers:telephone"])


def contact_hashes_of(work: Work, person: Person) -> set[tuple[str, bytes]]:
    found = rows_with(work, ContactHash, customer_id=person.id, ended_at=None)
    return {(row.channel, row.value_hash) for row in found}


def former_of(work: Work, person: Person) -> set[tuple[str, bytes]]:
    found = rows_with(work, ContactHash, customer_id=person.id)
    return {(row.channel, row.value_hash) for row in found if row.ended_at is not None}


def agreed_of(world: World, person: Person) -> list[list[str]]:
    with world.work() as work:
        return [row.agreed for row in rows_with(work, ContactHash, customer_id=person.id)]


def change(world: World, person: Person, **fields: str) -> None:
    world.clock.move(days=1)
    customer = world.read(get_customer, person.customer_id)
    details = replace(customer.details, **fields)
    act(world, person, change_profile, person.customer_id, details, customer.version)


def expected(work: Work, *pairs: tuple[Channel, str]) -> set[tuple[str, bytes]]:
    return {(way, work.vault.lookup_hash(HASHED_AS[way], value)) for way, value in pairs}


def test_a_new_customer_is_marked_by_all_that_reaches_them(world: World) -> None:
    person = world.customer(**REACHED)
    with world.work() as work:
        assert contact_hashes_of(work, person) == expected(
            work,
            (Channel.EMAIL, "rowan@example.com"),
            (Channel.TELEPHONE, "+441632960001"),
            (Channel.TELEPHONE, "+447700900123"),
            (Channel.TEXT, "+447700900123"),
            (Channel.POST, "1samplestreet|zz999zz"),
        )


def test_whoever_gave_an_address_alone_is_marked_by_that(world: World) -> None:
    person = world.customer()
    with world.work() as work:
        assert contact_hashes_of(work, person) == expected(
            work, (Channel.EMAIL, "rowan@example.com")
        )


def test_a_number_that_is_both_is_marked_once_a_channel(world: World) -> None:
    person = world.customer(telephone="07700 900123", mobile="+44 7700 900123")
    with world.work() as work:
        assert len(contact_hashes_of(work, person)) == 3


def test_changed_details_change_the_index(world: World) -> None:
    person = world.customer(**REACHED)
    with world.work() as work:
        details = get_customer(work, person.customer_id).details
        new = replace(details, telephone="", mobile="07700 900456", postcode="")
        replace_details(work, person.customer_id, new, 1)
    with world.work() as work:
        assert contact_hashes_of(work, person) == expected(
            work,
            (Channel.EMAIL, "rowan@example.com"),
            (Channel.TELEPHONE, "+447700900456"),
            (Channel.TEXT, "+447700900456"),
        )
        change_email(work, person.customer_id, "new@example.org")
    with world.work() as work:
        (found,) = expected(work, (Channel.EMAIL, "new@example.org"))
        assert found in contact_hashes_of(work, person)
        (gone,) = expected(work, (Channel.EMAIL, "rowan@example.com"))
        assert gone not in contact_hashes_of(work, person)
        assert former_of(work, person) == expected(
            work,
            (Channel.EMAIL, "rowan@example.com"),
            (Channel.TELEPHONE, "+441632960001"),
            (Channel.TELEPHONE, "+447700900123"),
            (Channel.TEXT, "+447700900123"),
            (Channel.POST, "1samplestreet|zz999zz"),
        )


def test_a_number_that_comes_back_is_a_former_one_no_more(world: World) -> None:
    person = world.customer(**REACHED)
    with world.work() as work:
        before, details = (
            contact_hashes_of(work, person),
            get_customer(work, person.customer_id).details,
        )
        replace_details(work, person.customer_id, replace(details, telephone="", mobile=""), 1)
        replace_details(work, person.customer_id, details, 2)
        assert contact_hashes_of(work, person) == before
        assert not former_of(work, person)


def test_whoever_said_no_leaves_it_for_every_address_and_number_they_had(world: World) -> None:
    person = world.customer(**REACHED)
    act(world, person, save_choices, person.customer_id, frozenset())
    with world.work() as work:
        old = contact_hashes_of(work, person)
        details = get_customer(work, person.customer_id).details
        new = replace(details, telephone="", mobile="07700 900456", postcode="")
        replace_details(work, person.customer_id, new, 1)
        change_email(work, person.customer_id, "new@example.org")
        every = old | contact_hashes_of(work, person)
    world.erase(person)
    with world.work() as work:
        assert work.vault.ledger.list_suppressed(every) == every


def test_whoever_has_what_another_gave_up_is_reached_after_the_other_said_no_and_left(
    world: World,
) -> None:
    person = world.customer(**REACHED)
    act(world, person, save_choices, person.customer_id, frozenset())
    with world.work() as work:
        old = contact_hashes_of(work, person)
        details = get_customer(work, person.customer_id).details
        new = replace(details, telephone="", mobile="", address_line_1="", postcode="")
        replace_details(work, person.customer_id, new, 1)
        change_email(work, person.customer_id, "new@example.org")
        today = contact_hashes_of(work, person)
    heir = world.customer(person.email, **REACHED)
    agrees(world, heir, ("offers", Channel.EMAIL))
    world.erase(person)
    with world.work() as work:
        assert work.vault.ledger.list_suppressed(old | today) == today
    campaign = Campaign(purpose="offers", channel=Channel.EMAIL)
    assert screened(world, f"Email\n{heir.email}\n", campaign) == ([heir.email], {})


def test_old_numbers_and_addresses_of_before_are_noted_by_the_worker(world: World) -> None:
    person = world.customer(**REACHED)
    with world.work() as work:
        old = contact_hashes_of(work, person)
    change(world, person, telephone="", mobile="07700 900456", postcode="")
    change(world, person, mobile="07700 900457")
    with world.work() as work:
        former = former_of(work, person)
        assert old & former
    forget_contact_hashes(world, person)
    world.deliver()
    with world.work() as work:
        assert former_of(work, person) == former


def test_what_is_kept_of_a_no_after_leaving_is_what_marked_them(world: World) -> None:
    person = world.customer(**REACHED)
    act(world, person, save_choices, person.customer_id, frozenset())
    with world.work() as work:
        assert set(list_suppressed(work, person.customer_id)) == contact_hashes_of(work, person)


def test_every_mark_knows_what_its_customer_says_yes_to(world: World) -> None:
    person = world.customer(**REACHED)
    assert agreed_of(world, person) == [[]] * 5
    act(world, person, save_choices, person.customer_id, CALLS)
    assert agreed_of(world, person) == [["offers:telephone"]] * 5
    act(world, person, save_choices, person.customer_id, frozenset())
    assert agreed_of(world, person) == [[]] * 5


def test_a_number_that_comes_later_knows_it_too(world: World) -> None:
    person = world.customer()
    act(world, person, save_choices, person.customer_id, CALLS)
    with world.work() as work:
        details = get_customer(work, person.customer_id).details
        replace_details(work, person.customer_id, replace(details, mobile="07700 900456"), 1)
    assert agreed_of(world, person) == [["offers:telephone"]] * 3


def test_what_is_chosen_while_waiting_for_the_index_is_known_to_it(world: World) -> None:
    person = world.customer(**REACHED)
    forget_contact_hashes(world, person)
    act(world, person, save_choices, person.customer_id, CALLS)
    world.deliver()
    assert agreed_of(world, person) == [["offers:telephone"]] * 5


def test_keyed_hashes_go_with_their_customer_and_no_other(world: World) -> None:
    """Two share a number: it is no leftover of the one who left."""
    stays, leaves = world.customer("jules@example.com", **REACHED), world.customer(**REACHED)
    world.erase(leaves)
    with world.work() as work:
        assert contact_hashes_of(work, leaves) == set()
        assert len(contact_hashes_of(work, stays)) == 5


def forget_contact_hashes(world: World, *people: Person) -> None:
    """Make customers of before there were contact hashes."""
    with world.work() as work:
        for person in people:
            for row in rows_with(work, ContactHash, customer_id=person.id):
                work.session.delete(row)
            work.session.execute(insert(UnindexedCustomer).values(customer_id=person.id, agreed=[]))


def test_customers_of_before_are_marked_by_the_worker(world: World) -> None:
    people = [world.customer(f"person{one}@example.com", **REACHED) for one in range(3)]
    with world.work() as work:
        before = [contact_hashes_of(work, person) for person in people]
    forget_contact_hashes(world, *people)
    assert world.read(count_unindexed) == 3
    with world.work() as work:
        assert index_waiting(work, 2) == 2
    assert world.read(count_unindexed) == 1
    world.deliver()
    assert world.read(count_unindexed) == 0
    with world.work() as work:
        assert [contact_hashes_of(work, person) for person in people] == before


def test_whoever_changes_their_details_waits_no_more(world: World) -> None:
    person = world.customer()
    forget_contact_hashes(world, person)
    with world.work() as work:
        change_email(work, person.customer_id, "new@example.org")
    assert world.read(count_unindexed) == 0


def test_whoever_leaves_before_they_are_marked_is_erased_and_nobody_waits(world: World) -> None:
    person = world.customer()
    forget_contact_hashes(world, person)
    world.erase(person)
    assert world.read(count_unindexed) == 0


def test_whoever_cannot_be_read_any_more_holds_up_nobody(world: World) -> None:
    gone, stays = world.customer(), world.customer("jules@example.com")
    forget_contact_hashes(world, gone, stays)
    with world.work() as work:
        work.vault.discard_keys([gone.id])
    world.deliver()
    with world.work() as work:
        assert count_unindexed(work) == 0
        assert contact_hashes_of(work, gone) == set()
        assert len(contact_hashes_of(work, stays)) == 1


@pytest.mark.parametrize("text", ["07700900123", "+44 7700 900123", "+44 (0)7700-900123"])
def test_a_number_has_one_spelling(text: str) -> None:
    assert spell_telephone(text) == "+447700900123"


def test_an_address_has_one_spelling() -> None:
    assert spell_address("1, Sample Street", "zz99 9zz") == "1samplestreet|zz999zz"
    assert spell_address("1 Sample Street", "") == ""
    assert spell_address("", "ZZ99 9ZZ") == ""
