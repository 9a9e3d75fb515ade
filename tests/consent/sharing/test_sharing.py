"""Who received what: the ledger, and the page that shows it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from portal.consent.list_import.columns import Layout, UnfitListError
from portal.consent.list_import.sheets import ROWS_TOGETHER, Row, split_rows
from portal.consent.list_screening.rules import UnindexedError, WithheldReason
from portal.consent.marketing.service import save_choices
from portal.consent.purposes.rules import FIRST
from portal.consent.purposes.service import change_purpose
from portal.consent.sharing.models import HandoverRow
from portal.consent.sharing.queries import list_recipients
from portal.consent.sharing.rules import Batch, Terms, UnfitTermsError, read_terms
from portal.consent.sharing.service import hand_out_stopped, share
from portal.identity.accounts.service import change_email
from portal.identity.contact_index.models import UnindexedCustomer
from portal.platform.core.errors import StaleError
from portal.platform.core.work import Work
from tests.consent.list_screening.lists import agrees
from tests.self_service.your_data.downloads import copy_of
from tests.statements import listening
from tests.world import LEAVE_LATER, Person, World, rows_with

YES = ("brightwave", "yes")
NOBODY_GOT = "No company has got your details through sharing"
TERMS = Terms("brightwave", "BW-2026/1")
ONE_COLUMN = Layout(separator=",", width=2, columns=[[1]])


def given(world: World, *emails: str, terms: Terms = TERMS) -> Batch:
    """Share a list of addresses, as the command does."""
    with world.work() as work:
        return share(work, terms, ONE_COLUMN, rows_from(2, *emails))


def rows_from(first: int, *emails: str) -> Iterator[Row]:
    """The rows of a list, the first of them in a line."""
    rows = enumerate((f"Somebody,{email}" for email in emails), first)
    return split_rows(rows, ",")


def received(world: World, email: str = "rowan@example.com") -> Person:
    """A customer whose details one company has."""
    person = world.customer(email)
    agrees(world, person, YES)
    given(world, email)
    return person


def test_only_whoever_says_yes_to_this_company_is_let_through(world: World) -> None:
    for name, choice in (("yes", YES), ("other", ("harbour-home", "yes"))):
        agrees(world, world.customer(f"{name}@example.com"), choice)
    world.customer("silent@example.com")
    names = ("yes", "other", "silent", "stranger")
    batch = given(world, *(f"{name}@example.com" for name in names), "", "nobody")
    assert batch.rows.through == ["Somebody,yes@example.com"]
    assert [reason for _, reason in batch.rows.withheld] == [
        *(WithheldReason.NO, WithheldReason.NO, WithheldReason.NOT_A_CUSTOMER),
        *(WithheldReason.EMPTY, WithheldReason.UNREADABLE),
    ]
    assert batch.wordings == {FIRST.number: 1}


def test_whoever_is_let_through_has_a_line_in_the_ledger_and_nobody_else(world: World) -> None:
    person = world.customer()
    agrees(world, person, YES)
    world.customer("silent@example.com")
    given(world, "rowan@example.com", "silent@example.com", "Rowan@Example.com")
    with world.work() as work:
        (row,) = rows_with(work, HandoverRow)
        assert (row.customer_id, row.purpose, row.agreement) == (
            person.id,
            TERMS.purpose,
            TERMS.agreement,
        )
        assert (row.wording, row.shared_at) == (FIRST.number, world.clock())
    (line,) = world.audit("sharing:list:shared")
    assert line.facts == {
        "purpose": "brightwave",
        "agreement": "BW-2026/1",
        "let_through": 2,
        "withheld": 1,
    }


def test_what_was_shared_is_told_in_the_words_that_were_agreed_to(world: World) -> None:
    person = world.customer()
    agrees(world, person, YES)
    officer = world.colleague()
    today = FIRST.find("brightwave")
    assert today is not None
    with world.work() as work:
        change_purpose(work, officer.staff_id, replace(today, why="Everything."), "More", 1)
    assert given(world, person.email).wordings == {FIRST.number: 1}
    (one,) = world.read(list_recipients, person.customer_id, 5)
    assert one.handovers[0].what == today.why


def test_marketing_is_no_sharing(world: World) -> None:
    with pytest.raises(UnfitListError, match="brightwave, harbour-home, merrow-tv"):
        given(world, terms=Terms("offers", "X"))


def test_a_row_with_two_addresses_is_nobodys(world: World) -> None:
    two = Layout(separator=",", width=2, columns=[[0], [1]])
    with world.work() as work, pytest.raises(UnfitListError, match="--column NAME"):
        share(work, TERMS, two, [])


def test_nothing_is_shared_when_somebody_says_no_while_it_runs(world: World) -> None:
    person = world.customer()
    agrees(world, person, YES)

    def read_slowly(work: Work) -> Iterator[Row]:
        yield from rows_from(2, *[person.email] * ROWS_TOGETHER)
        save_choices(work, person.customer_id, frozenset())
        yield from rows_from(ROWS_TOGETHER + 2, "stranger@example.com")

    with pytest.raises(StaleError), world.work() as work:
        share(work, TERMS, ONE_COLUMN, read_slowly(work))
    assert world.rows()["handover"] == 0


@pytest.mark.parametrize("text", ["", "  ", "A" * 41, "two words", "=1+1", "x@example.com"])
def test_the_reference_of_an_agreement_is_one_short_word(text: str) -> None:
    with pytest.raises(UnfitTermsError):
        read_terms("brightwave", text)
    assert read_terms("brightwave", " BW-2026/1 ") == TERMS


def test_sharing_asks_as_often_for_one_customer_as_for_fifty(world: World) -> None:
    emails = [f"person{number}@example.com" for number in range(50)]
    for email in emails:
        agrees(world, world.customer(email), YES)
    counts = []
    for some in (emails[:1], emails):
        with listening(world) as heard:
            given(world, *some)
        counts.append(len(heard.main))
    assert counts[0] == counts[1]
    assert world.rows()["handover"] == 51


def test_nobody_has_received_anything_at_first(world: World) -> None:
    page = world.signed_in().open("/preferences/sharing")
    assert NOBODY_GOT in page.text
    assert "If you say yes to sharing, you’ll see here what each company got." in page.text


def test_a_customer_sees_who_received_what_when_and_how_to_make_them_stop(world: World) -> None:
    page = world.signed_in(received(world)).open("/preferences/sharing")
    assert NOBODY_GOT not in page.text
    assert "What each company got because you said yes to sharing" in page.text
    for words in (
        *("Brightwave Energy", "Sharing is on", "23 November 2026", "Agreement BW-2026/1"),
        *("Your name, email address and postcode area", "privacy@brightwave.example"),
    ):
        assert words in page.text


def test_the_page_asks_as_often_however_often_something_was_shared(world: World) -> None:
    person = received(world)
    visitor = world.signed_in(person)
    counts = []
    for times in (0, 30):
        for _ in range(times):
            given(world, person.email)
        with listening(world) as heard:
            visitor.open("/preferences/sharing")
        counts.append(len(heard.main))
    assert counts[0] == counts[1]
    page = visitor.open("/preferences/sharing")
    assert page.text.count("Agreement BW-2026/1") == 31


def test_another_customer_sees_nothing_of_it(world: World) -> None:
    received(world)
    other = world.signed_in(world.customer("jules@example.com"))
    assert "Brightwave" not in other.open("/preferences/sharing").text


def test_turning_a_company_off_says_what_it_has_and_how_to_make_it_stop(world: World) -> None:
    visitor = world.signed_in(received(world))
    page = visitor.open("/preferences").send(choices=[])
    assert page.path == "/preferences/sharing"
    assert page.flashes[0] == "We’ve saved your choices."
    assert "Brightwave Energy received your details on 23 November 2026" in page.text
    assert "To make them stop using what they have: Write to privacy@" in page.text
    assert "Sharing is off" in page.text


def test_turning_marketing_off_leads_nowhere_else(world: World) -> None:
    person = world.customer()
    agrees(world, person, YES, ("offers", "email"))
    page = world.signed_in(person).open("/preferences").send(choices=["brightwave:yes"])
    assert page.path == "/preferences"


def test_the_company_can_be_told_who_said_no_since(world: World) -> None:
    gone, back = received(world), received(world, "back@example.com")
    received(world, "stays@example.com")
    for person in (gone, back):
        world.clock.move(days=1)
        agrees(world, person)
    agrees(world, back, YES)
    with world.work() as work:
        (one,) = hand_out_stopped(work, "brightwave")
    assert (one.email, one.agreement) == (gone.email, "BW-2026/1")
    assert one.stopped_at is not None
    assert (one.stopped_at - one.shared_at).days == 1
    assert gone.email not in repr(one)
    (line,) = world.audit("sharing:stopped:listed")
    assert line.facts == {"purpose": "brightwave", "found": 1}


def test_a_company_is_told_the_addresses_that_it_received_and_no_other(world: World) -> None:
    person = received(world, "old@example.com")
    world.clock.move(days=1)
    world.read(change_email, person.customer_id, "new@example.com")
    agrees(world, person)
    with world.work() as work:
        assert [one.email for one in hand_out_stopped(work, "brightwave")] == ["old@example.com"]
    agrees(world, person, YES)
    given(world, "new@example.com")
    world.read(change_email, person.customer_id, "newest@example.com")
    agrees(world, person)
    with world.work() as work:
        found = hand_out_stopped(work, "brightwave")
    assert [one.email for one in found] == ["old@example.com", "new@example.com"]
    copy = copy_of(world, person)
    assert "Address that companies received: old@example.com" in copy


def test_of_an_address_that_was_not_kept_a_company_is_told_that_of_today(world: World) -> None:
    person = received(world)
    with world.work() as work:
        (row,) = rows_with(work, HandoverRow)
        assert b"rowan" not in row.sealed
        row.sealed = None
    agrees(world, person)
    with world.work() as work:
        assert [one.email for one in hand_out_stopped(work, "brightwave")] == [person.email]


def test_a_company_that_is_asked_about_no_more_must_leave_everybody_out(world: World) -> None:
    received(world)
    officer, today = world.colleague(), FIRST.find("brightwave")
    assert today is not None
    with world.work() as work:
        change_purpose(work, officer.staff_id, replace(today, is_offered=False), "Ended", 1)
    with world.work() as work:
        assert [one.stopped_at for one in hand_out_stopped(work, "brightwave")] == [None]


def test_only_companies_can_be_told(world: World) -> None:
    with world.work() as work, pytest.raises(UnfitTermsError, match="brightwave"):
        hand_out_stopped(work, "offers")


def test_whoever_leaves_is_told_first_who_keeps_what_it_received(world: World) -> None:
    page = world.signed_in(received(world)).open(LEAVE_LATER)
    assert "Brightwave Energy received your details on 23 November 2026" in page.text
    assert "To make them stop using what they have: Write to privacy@" in page.text


def test_the_ledger_goes_with_its_customer(world: World) -> None:
    person = received(world)
    received(world, "stays@example.com")
    world.erase(person)
    assert world.rows()["handover"] == 1


def test_nothing_is_shared_while_customers_wait_for_the_index(world: World) -> None:
    person = world.customer()
    with world.work() as work:
        work.session.add(UnindexedCustomer(customer_id=person.id, agreed=[]))
    with pytest.raises(UnindexedError):
        given(world, person.email)
