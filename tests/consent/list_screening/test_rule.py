"""Who may be contacted: a customer who says yes, and nobody who says no."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from portal.consent.list_screening.rules import Campaign, UnindexedError, WithheldReason
from portal.consent.list_screening.service import check, lift, suppress
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.rules import HASHED_AS, Channel
from tests.consent.list_screening.lists import CALLS, agrees, screened
from tests.identity.contact_index.test_contact_hashes import forget_contact_hashes
from tests.world import Person, World

NUMBER, ROW = "01632 960001", "Rowan,01632 960001"
LIST = f"Name,Telephone\n{ROW}\n"
YES = ("offers", Channel.TELEPHONE)
PROSPECTS = Campaign(purpose="offers", channel=Channel.TELEPHONE, prospects=True)


def test_a_customer_who_says_yes_comes_through(world: World) -> None:
    agrees(world, world.customer(telephone=NUMBER), YES)
    assert screened(world, LIST) == ([ROW], {})


def test_a_customer_who_never_chose_is_withheld(world: World) -> None:
    world.customer(telephone=NUMBER)
    for campaign in (CALLS, PROSPECTS):
        assert screened(world, LIST, campaign) == ([], {2: WithheldReason.NO})


@pytest.mark.parametrize(
    "said",
    [
        ("partner-offers", Channel.TELEPHONE),
        ("new-products", Channel.TELEPHONE),
        ("offers", Channel.TEXT),
        ("offers", Channel.EMAIL),
    ],
)
def test_a_yes_to_something_else_is_none(world: World, said: tuple[str, Channel]) -> None:
    agrees(world, world.customer(telephone=NUMBER), said)
    assert screened(world, LIST) == ([], {2: WithheldReason.NO})


def test_who_takes_a_yes_back_is_withheld_from_then_on(world: World) -> None:
    person = world.customer(telephone=NUMBER)
    agrees(world, person, YES)
    agrees(world, person)
    assert screened(world, LIST) == ([], {2: WithheldReason.NO})


def test_of_two_who_share_a_number_one_no_is_enough(world: World) -> None:
    agrees(world, world.customer(telephone=NUMBER), YES)
    other = world.customer("jules@example.com", mobile=NUMBER)
    assert screened(world, LIST) == ([], {2: WithheldReason.NO})
    agrees(world, other, YES)
    assert screened(world, LIST) == ([ROW], {})


def test_whoever_is_about_to_leave_is_withheld(world: World) -> None:
    person = world.customer(telephone=NUMBER)
    agrees(world, person, YES)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    assert screened(world, LIST, PROSPECTS) == ([], {2: WithheldReason.NO})


def test_a_no_outlives_the_account(world: World) -> None:
    person = world.customer(telephone=NUMBER)
    agrees(world, person)
    leave(world.parts.work, world.parts.context, person.customer_id, When.NOW)
    assert screened(world, LIST, PROSPECTS) == ([], {2: WithheldReason.SUPPRESSED})


def test_a_contact_that_was_noted_is_withheld_whoever_says_yes(world: World) -> None:
    agrees(world, world.customer(telephone=NUMBER), YES)
    suppress(world.parts.work, Channel.TELEPHONE, ["+44 1632 960001"])
    assert screened(world, LIST) == ([], {2: WithheldReason.SUPPRESSED})


def test_strangers_come_through_only_if_they_are_asked_for(world: World) -> None:
    assert screened(world, LIST) == ([], {2: WithheldReason.NOT_A_CUSTOMER})
    assert screened(world, LIST, PROSPECTS) == ([ROW], {})


def test_the_preference_service_keeps_back_strangers_and_no_customer_who_said_yes(
    world: World,
) -> None:
    tps = ("+441632960001",)
    assert screened(world, LIST, PROSPECTS, tps=tps) == ([], {2: WithheldReason.TPS})
    agrees(world, world.customer(telephone=NUMBER), YES)
    assert screened(world, LIST, PROSPECTS, tps=tps) == ([ROW], {})


def test_a_text_goes_to_a_mobile_number_and_a_landline_is_no_strangers(world: World) -> None:
    person = world.customer(telephone="07700 900001", mobile="07700 900002")
    agrees(world, person, ("offers", Channel.TEXT))
    texts = Campaign(purpose="offers", channel=Channel.TEXT, prospects=True)
    rows = "Mobile\n07700 900001\n07700 900002\n07700 900003\n"
    found = screened(world, rows, texts)
    assert found == (["07700 900002", "07700 900003"], {2: WithheldReason.NO})


def test_addresses_are_found_however_they_are_written(world: World) -> None:
    person = world.customer(address_line_1="1 Sample Street", postcode="ZZ99 9ZZ")
    agrees(world, person, ("surveys", Channel.POST))
    post = Campaign(purpose="surveys", channel=Channel.POST)
    rows = (
        'Address,Town,Postcode\n"1, SAMPLE street",Exampleton,zz999zz\n2 Sample Street,,ZZ99 9ZZ\n'
    )
    assert screened(world, rows, post) == (
        ['"1, SAMPLE street",Exampleton,zz999zz'],
        {3: WithheldReason.NOT_A_CUSTOMER},
    )


def test_email_addresses_are_found_however_they_are_written(world: World) -> None:
    agrees(world, world.customer("rowan@example.com"), ("offers", Channel.EMAIL))
    mail = Campaign(purpose="offers", channel=Channel.EMAIL)
    rows = "E-Mail address\nRowan@Example.COM \njules@example.com\n"
    assert screened(world, rows, mail) == (
        ["Rowan@Example.COM "],
        {3: WithheldReason.NOT_A_CUSTOMER},
    )


def test_of_a_row_with_two_numbers_both_must_be_free(world: World) -> None:
    agrees(world, world.customer(telephone=NUMBER, mobile="07700 900001"), YES)
    world.customer("jules@example.com", mobile="07700 900002")
    rows = "Phone,Mobile\n01632960001,07700900001\n01632960001,07700900002\n01632960001,\n,\n"
    assert screened(world, rows) == (
        ["01632960001,07700900001", "01632960001,"],
        {3: WithheldReason.NO, 5: WithheldReason.EMPTY},
    )


def test_nothing_is_screened_while_customers_wait_for_the_index(world: World) -> None:
    person = world.customer(telephone=NUMBER)
    agrees(world, person)
    forget_contact_hashes(world, person)
    with pytest.raises(UnindexedError):
        screened(world, LIST, PROSPECTS)
    world.deliver()
    assert screened(world, LIST, PROSPECTS) == ([], {2: WithheldReason.NO})


def test_what_is_noted_is_found_in_every_spelling_and_once_is_enough(world: World) -> None:
    lines = ["01632 960001", "", "+441632960001", "no number", "07700 900001"]
    done = suppress(world.parts.work, Channel.TELEPHONE, lines)
    assert (done.changed, done.unreadable) == (2, [4])
    again = suppress(world.parts.work, Channel.TELEPHONE, lines)
    assert (again.changed, again.known) == (0, [1, 3, 5])
    found = check(world.parts.work, Channel.TELEPHONE, ["(01632) 960001", "01632 960002"])
    assert (found.known, found.unknown) == ([1], [2])
    elsewhere = check(world.parts.work, Channel.TEXT, ["07700 900001"])
    assert elsewhere.known == [], "a no to calls is no no to texts"


def test_a_row_that_is_written_anew_stays_one_row(world: World) -> None:
    """A row with a formula is written anew; the line end in its note ends no row."""
    agrees(world, world.customer(telephone=NUMBER), YES)
    rows = f'Name,Telephone,Note\n=A1,{NUMBER},"Hello\nJules"\n'
    assert screened(world, rows) == ([f'\'=A1,{NUMBER},"Hello\nJules"'], {})


MAIL = Campaign(purpose="offers", channel=Channel.EMAIL)
TO_ROWAN = "Email\nrowan@example.com\n"


def test_a_yes_to_emails_after_the_no_lets_them_through_again(world: World) -> None:
    """The address is proved to be theirs: the younger word of its owner counts."""
    suppress(world.parts.work, Channel.EMAIL, ["rowan@example.com"])
    person = world.customer("rowan@example.com")
    agrees(world, person, ("offers", Channel.POST))
    assert screened(world, TO_ROWAN, MAIL) == ([], {2: WithheldReason.SUPPRESSED}), (
        "not about emails"
    )
    agrees(world, person, ("offers", Channel.EMAIL))
    assert screened(world, TO_ROWAN, MAIL) == (["rowan@example.com"], {})
    suppress(world.parts.work, Channel.EMAIL, ["rowan@example.com"])
    agrees(world, person, ("offers", Channel.EMAIL), ("offers", Channel.POST))
    assert screened(world, TO_ROWAN, MAIL) == ([], {2: WithheldReason.SUPPRESSED}), (
        "the no is younger"
    )


def test_whoever_comes_back_and_says_yes_is_written_to_again(world: World) -> None:
    person = world.customer("rowan@example.com")
    leave(world.parts.work, world.parts.context, person.customer_id, When.NOW)
    agrees(world, world.customer("rowan@example.com"), ("offers", Channel.EMAIL))
    assert screened(world, TO_ROWAN, MAIL) == (["rowan@example.com"], {})


def test_a_number_that_anybody_could_type_stays_suppressed_until_it_is_lifted(
    world: World,
) -> None:
    suppress(world.parts.work, Channel.TELEPHONE, [NUMBER])
    agrees(world, world.customer(telephone=NUMBER), YES)
    assert screened(world, LIST) == ([], {2: WithheldReason.SUPPRESSED})
    done = lift(world.parts.work, Channel.TELEPHONE, ["+44 1632 960001", "01632 960002", "x"])
    assert (done.changed, done.unknown, done.unreadable) == (1, [2], [3])
    assert screened(world, LIST) == ([ROW], {})
    (line,) = world.audit("screening:contacts:lifted")
    assert line.facts == {"channel": "telephone", "lifted": 1}


def test_noting_is_recorded_with_numbers_alone(world: World) -> None:
    suppress(world.parts.work, Channel.POST, ["1 Sample Street, ZZ99 9ZZ"])
    (line,) = world.audit("screening:contacts:suppressed")
    assert line.facts == {"channel": "post", "added": 1}


def test_somebody_with_an_extension_is_found_by_their_line(world: World) -> None:
    world.customer(telephone=f"{NUMBER} ext 12")
    for number in (NUMBER, f"{NUMBER} ext 13", "+44 (0)1632 960001 x12"):
        answer = screened(world, f"Name,Telephone\nRowan,{number}\n", PROSPECTS)
        assert answer == ([], {2: WithheldReason.NO})


def test_a_number_without_its_area_code_is_never_let_through(world: World) -> None:
    world.customer(telephone=NUMBER)
    answer = screened(world, "Name,Telephone\nRowan,960001\n", PROSPECTS)
    assert answer == ([], {2: WithheldReason.UNREADABLE})


def ended(world: World, person: Person, channel: Channel, value: str) -> None:
    """Let a customer be one whom something reached until yesterday."""
    with world.work() as work:
        value_hash = work.vault.lookup_hash(HASHED_AS[channel], value)
        facts = {"customer_id": person.id, "channel": channel, "value_hash": value_hash}
        since = world.clock.now - timedelta(days=1)
        work.session.execute(
            insert(ContactHash).values(agreed=["offers:telephone"], ended_at=since, **facts)
        )


def test_an_old_number_of_a_customer_is_no_prospect_on_an_old_list(world: World) -> None:
    person = world.customer(telephone="01632 960002")
    agrees(world, person, YES)
    ended(world, person, Channel.TELEPHONE, "+441632960001")
    for campaign in (CALLS, PROSPECTS):
        assert screened(world, LIST, campaign) == ([], {2: WithheldReason.FORMER})
    assert screened(world, "Phone\n01632 960002\n") == (["01632 960002"], {})


@pytest.mark.parametrize("is_yes", [True, False])
def test_a_number_that_somebody_else_has_today_is_decided_by_them(
    world: World, *, is_yes: bool
) -> None:
    ended(world, world.customer(), Channel.TELEPHONE, "+441632960001")
    agrees(world, world.customer("jules@example.com", telephone=NUMBER), *([YES] * is_yes))
    expected = ([ROW], {}) if is_yes else ([], {2: WithheldReason.NO})
    assert screened(world, LIST, PROSPECTS) == expected


def test_an_old_number_that_is_noted_stays_noted(world: World) -> None:
    ended(world, world.customer(), Channel.TELEPHONE, "+441632960001")
    suppress(world.parts.work, Channel.TELEPHONE, [NUMBER])
    assert screened(world, LIST, PROSPECTS) == ([], {2: WithheldReason.SUPPRESSED})


def test_an_old_mobile_number_gets_no_texts_though_it_is_rung_today(world: World) -> None:
    person = world.customer(telephone="07700 900001", mobile="07700 900002")
    agrees(world, person, ("offers", Channel.TEXT), YES)
    ended(world, person, Channel.TEXT, "+447700900001")
    texts = Campaign(purpose="offers", channel=Channel.TEXT, prospects=True)
    rows = "Mobile\n07700 900001\n07700 900002\n"
    assert screened(world, rows, texts) == (["07700 900002"], {2: WithheldReason.NO})
    assert screened(world, rows, PROSPECTS)[1] == {}


def test_an_old_address_is_known_beside_another_and_by_every_spelling(world: World) -> None:
    person = world.customer("new@example.com")
    ended(world, person, Channel.EMAIL, "old@example.com")
    mail = Campaign(purpose="offers", channel=Channel.EMAIL, prospects=True)
    rows = "Email,Notes\nkim@example.com,was old@example.com\n'OLD@example.com,\n"
    assert screened(world, rows, mail) == ([], {2: WithheldReason.FORMER, 3: WithheldReason.FORMER})
