"""A visitor reads and answers their own message by a link to their address."""

from datetime import date

import pytest

from portal.desk.case_links import service
from portal.desk.case_links.rules import READ_WITHIN
from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import FOLLOW_WITHIN
from portal.desk.case_records.service import lock_case_by_id
from portal.desk.cases.queries import list_own_cases
from portal.desk.customer_holds.service import hold_customer
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import decide, leave
from portal.governance.legal_holds.rules import NewHold
from portal.identity.credentials.rules import TRIES
from portal.identity.one_time_tokens.rules import TO_CASES
from portal.identity.one_time_tokens.service import end_tokens_of
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.ids import CaseId
from portal.platform.core.work import Actor, Work
from tests.governance.legal_holds.test_desk import place
from tests.pages import Page, Visitor
from tests.self_service.email_change.test_changing import OLD, change
from tests.world import World

ADDRESS = "visitor@example.com"
DEAD = "This link no longer works"
SHOWN = "/follow/message/PC-"


def write(world: World, words: str = "Where is my bill?") -> str:
    """Send a message without an account; return the link of the email that says it came."""
    page = world.visitor().open("/contact")
    page.send(name="Vis Itor", email=ADDRESS, topic="other", message=words)
    return world.email("We’ve got your message").link


def follow(visitor: Visitor, link: str) -> Page:
    return visitor.open(link).send()


def reference_of(page: Page) -> str:
    found = page.soup.select_one(".ref")
    assert found is not None
    return found.get_text()


def answer(world: World, reference: str, words: str, step: str = "replied") -> str:
    path = f"/staff/cases/{reference}"
    world.at_the_desk(world.colleague(f"{step}@example.com")).open(path).send(
        path, step=step, message=words
    )
    return world.email("We replied" if step == "replied" else "We have a question").link


def test_a_visitor_reads_what_was_said_and_writes_back_without_an_account(world: World) -> None:
    visitor = world.visitor()
    page = follow(visitor, write(world))
    assert page.path.startswith(SHOWN)
    assert "Where is my bill?" in page.text
    assert "We’ll answer by" in page.text
    reference = reference_of(page)
    page = page.send(page.path, message="The one of October.")
    assert "We’ve added it to your message" in page.flashes[0]
    assert "The one of October." in page.text
    at_the_desk = world.at_the_desk().open(f"/staff/cases/{reference}")
    assert "The one of October." in at_the_desk.text
    later = follow(world.visitor(), answer(world, reference, "It was sent on Monday."))
    assert "It was sent on Monday." in later.text
    assert later.text.index("The one of October.") < later.text.index("It was sent on Monday.")


def test_an_answer_to_a_question_of_ours_opens_the_message_again(world: World) -> None:
    reference = reference_of(follow(world.visitor(), write(world)))
    page = follow(world.visitor(), answer(world, reference, "Which month?", "asked"))
    assert "Your answer" in page.text
    page = page.send(page.path, message="October")
    assert "We’ll answer by" in page.flashes[0]


def test_looking_at_a_link_uses_nothing_up_and_opening_it_does(world: World) -> None:
    link = write(world)
    for _ in range(3):
        world.visitor().open(link)
    first, second = world.visitor(), world.visitor()
    late = second.open(link)
    assert follow(first, link).path.startswith(SHOWN)
    assert DEAD in late.send(status=410).title
    assert DEAD in world.visitor().open(link, 410).title


@pytest.mark.parametrize("is_used", [True, False])
def test_whoever_has_a_link_that_is_over_gets_another_by_one_press(
    world: World, *, is_used: bool
) -> None:
    link = write(world)
    if is_used:
        follow(world.visitor(), link)
    else:
        world.clock.now += FOLLOW_WITHIN
        world.clock.move(seconds=1)
    page = world.visitor().open(link, 410)
    assert page.send(f"{link}/again").path == "/follow/sent"
    page = follow(world.visitor(), world.email("Your message to us").link)
    assert page.path.startswith(SHOWN)


def test_whoever_has_lost_the_link_asks_for_one_by_reference_and_address(world: World) -> None:
    reference = reference_of(follow(world.visitor(), write(world)))
    world.deliver()
    asked = world.visitor().open("/follow").send(reference=reference.lower(), email=ADDRESS)
    other = world.visitor().open("/follow").send(reference=reference, email="other@example.com")
    none = world.visitor().open("/follow").send(reference="PC-2222-222", email=ADDRESS)
    assert asked.text == other.text == none.text
    (email,) = world.deliver()
    assert email.to == ADDRESS
    assert "Where is my bill?" not in email.text
    assert follow(world.visitor(), email.link).path.startswith(SHOWN)


def test_the_message_closes_after_a_while_and_only_that_browser_sees_it(world: World) -> None:
    visitor = world.visitor()
    page = follow(visitor, write(world))
    world.visitor().open(page.path, 410)
    world.clock.now += READ_WITHIN
    world.clock.move(seconds=1)
    assert DEAD in visitor.open(page.path, 410).title
    late = page.send(page.path, message="Too late, but not lost", status=410)
    assert "Too late, but not lost" in late.text


def test_a_message_from_a_customers_address_is_read_signed_in(world: World) -> None:
    person = world.customer(ADDRESS)
    link = write(world)
    page = world.visitor().open(link)
    assert page.title == "This message is in your account"
    assert "You don’t need an account" not in page.text
    assert "Where is my bill?" not in page.text
    mine = world.signed_in(person).open(link)
    (path,) = (one for one in mine.links() if one.startswith("/cases/PC-"))
    assert "Where is my bill?" in mine.visitor.open(path).text


def test_whoever_registers_meanwhile_loses_no_word_that_they_typed(world: World) -> None:
    page = follow(world.visitor(), write(world))
    person = world.customer(ADDRESS)
    late = page.send(page.path, message="A long answer of mine", status=409)
    assert late.title == "This message is in your account"
    assert "A long answer of mine" in late.text
    mine = world.signed_in(person).open("/cases")
    assert len(mine.soup.select("ul.rows > li")) == 1


def test_words_for_one_message_do_not_reach_another(world: World) -> None:
    visitor = world.visitor()
    mine = follow(visitor, write(world, "Mine"))
    world.visitor().open("/contact").send(
        name="Other", email="other@example.net", topic="other", message="Theirs"
    )
    theirs = follow(visitor, world.email("We’ve got your message").link)
    assert "Theirs" in theirs.text
    page = mine.send(mine.path, message="For my own message alone")
    assert "Mine" in page.text
    assert "For my own message alone" not in visitor.open(theirs.path).text


def test_a_message_that_a_hold_keeps_is_read_by_no_link_once_its_sender_is_erased(
    world: World,
) -> None:
    person = world.customer(ADDRESS)
    link = write(world, "My secret words")
    place(world, world.read(list_own_cases, person.customer_id, 5)[0].reference)
    world.erase(person)
    assert DEAD in world.visitor().open(link, 410).title
    assert "still with us" not in world.visitor().open(link, 410).text


def test_once_an_erasure_is_decided_no_link_opens_anything(world: World) -> None:
    person = world.customer(ADDRESS)
    link = write(world)
    with world.work() as work:
        decide(work, world.parts.context, person.customer_id)
    assert DEAD in world.visitor().open(link, 410).title


def test_a_message_between_two_owners_is_shown_to_neither_by_a_link(world: World) -> None:
    change(world, world.signed_in(world.customer(OLD)))
    world.clock.move(minutes=1)
    reference = world.case(email=OLD, text="Words of whoever had it between")
    link = world.email("We’ve got your message").link
    world.clock.move(minutes=1)
    world.customer(OLD)
    assert DEAD in world.visitor().open(link, 410).title
    assert answer(world, reference, "Our answer") == "/contact"
    world.visitor().open("/follow").send(reference=reference, email=OLD)
    assert world.deliver() == []


def test_a_link_that_ended_while_an_answer_was_being_sent_lets_nobody_read_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = world.visitor()
    page = follow(visitor, write(world))

    def ended_meanwhile(work: Work, case_id: CaseId) -> CaseRow | None:
        row = lock_case_by_id(work, case_id)
        end_tokens_of(work, TO_CASES, [case_id])
        return row

    monkeypatch.setattr(f"{service.__name__}.lock_case_by_id", ended_meanwhile)
    page.send(page.path, message="Let me read on", status=410)
    assert DEAD in visitor.open(page.path, 410).title


def test_who_closed_their_account_reads_by_which_day_all_of_it_is_deleted(world: World) -> None:
    person = world.customer(ADDRESS)
    link = write(world)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    page = follow(world.visitor(), link)
    assert "We’ll answer by" not in page.text
    assert "we delete your account, and this message with it" in page.text
    world.deliver()
    reference = reference_of(page)
    world.visitor().open("/follow").send(reference=reference, email=ADDRESS)
    assert follow(world.visitor(), world.email("Your message to us").link).path == page.path


def test_a_visitor_reads_that_we_replied_and_nothing_of_what_is_among_colleagues(
    world: World,
) -> None:
    reference = reference_of(follow(world.visitor(), write(world)))
    path = f"/staff/cases/{reference}"
    world.at_the_desk().open(path).send(path, step="noted", message="It is MB4471902265.")
    page = follow(world.visitor(), answer(world, reference, "Here it is."))
    assert "We’ve hidden what looks like a billing account number" not in page.text
    assert "We replied" in page.soup.select(".page-head .tag")[0].get_text()


def test_an_account_number_in_a_message_is_hidden_there(world: World) -> None:
    page = follow(world.visitor(), write(world, "My account is MB4471902265, please."))
    assert "MB4471902265" not in page.answer.text
    assert "We’ve hidden what looks like a billing account number" in page.text


def test_nobody_gets_more_emails_by_it_than_anybody_can_have_us_send(world: World) -> None:
    reference = reference_of(follow(world.visitor(), write(world)))
    for _ in range(TRIES + 3):
        world.visitor().open("/follow").send(reference=reference, email=ADDRESS)
    assert len(world.deliver()) < TRIES


def test_what_a_colleague_wrote_for_colleagues_is_not_there(world: World) -> None:
    reference = reference_of(follow(world.visitor(), write(world)))
    path = f"/staff/cases/{reference}"
    world.at_the_desk().open(path).send(path, step="noted", message="Sounds cross.")
    page = follow(world.visitor(), answer(world, reference, "Here it is."))
    assert "Sounds cross." not in page.answer.text
    assert "Here it is." in page.text


def test_an_emptied_message_opens_for_nobody(world: World) -> None:
    person = world.customer(ADDRESS)
    link = write(world)
    world.erase(person)
    assert DEAD in world.visitor().open(link, 410).title
    assert world.visitor().open(link, 410).send(f"{link}/again").path == "/follow"


def test_who_left_while_a_hold_keeps_them_reads_the_day_that_it_ends(world: World) -> None:
    person = world.customer(ADDRESS)
    link = write(world)
    kit = world.colleague("hold@example.com", role=Role.PRIVACY_OFFICER)
    with world.work(Actor("staff", kit.id)) as work:
        hold = NewHold(why="A claim", until=date(2028, 1, 1))
        hold_customer(work, kit.staff_id, person.customer_id, hold)
    leave(world.parts.work, world.parts.context, person.customer_id, When.NOW)
    world.clock.move(days=5)
    page = follow(world.visitor(), link)
    assert "with your account, on 2 January 2028" in page.text
    assert "We may not answer before then" not in page.text


def test_a_mailbox_that_looks_like_a_customers_is_not_theirs(world: World) -> None:
    world.customer("weiss@example.com")
    page = world.visitor().open("/contact")
    page.send(name="Vis Itor", email="weiß@example.com", topic="other", message="Where is it?")
    link = world.email("We’ve got your message").link
    assert "/follow/" in link
    assert "Where is it?" in follow(world.visitor(), link).text
