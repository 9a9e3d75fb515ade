"""A reply that a customer has not read is told as news, until they open it."""

from portal.desk.case_records.service import note_seen
from portal.desk.cases.queries import list_news, list_owed
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case
from portal.platform.core.work import Actor
from tests.world import Person, World, act

WORDS = "The copy is on its way."


def write(world: World, person: Person, step: Step, version: int = 1) -> str:
    reference, kit = world.case(person), world.colleague()
    with world.work(Actor("staff", kit.id)) as work:
        answer_case(work, reference, WORDS, step, version)
    return reference


def test_a_reply_is_news_until_it_was_opened_and_then_what_it_is(world: World) -> None:
    person = world.customer()
    reference = write(world, person, Step.REPLIED)
    visitor = world.signed_in(person)
    assert "We replied to “" in visitor.open("/account").text
    assert "New reply" in visitor.open("/cases").text
    assert WORDS in visitor.open(f"/cases/{reference}").text
    home = visitor.open("/account").text
    assert "We replied to" not in home
    assert "Nothing is waiting for you" in home
    listed = visitor.open("/cases").text
    assert "New reply" not in listed
    assert "We replied" in listed


def test_a_question_waits_until_it_is_answered_though_it_was_read(world: World) -> None:
    person = world.customer()
    reference = write(world, person, Step.ASKED)
    visitor = world.signed_in(person)
    page = visitor.open(f"/cases/{reference}")
    assert "Answer our question about" in visitor.open("/account").text
    page.send(message="On Quay Street.")
    home = visitor.open("/account").text
    assert "Answer our question" not in home
    assert "Our answer to “" in home


def test_a_private_note_and_closing_without_an_email_are_no_news(world: World) -> None:
    person = world.customer()
    write(world, person, Step.NOTED)
    assert not world.read(list_news, person.customer_id, 9)
    assert "New reply" not in world.signed_in(person).open("/cases").text


def test_a_closed_message_that_nobody_answered_is_not_said_to_be_answered(world: World) -> None:
    person, desk = world.customer(), world.at_the_desk()
    reference = world.case(person)
    desk.open(f"/staff/cases/{reference}/close").send(ended="thanks")
    text = world.signed_in(person).open("/cases").text
    assert "We replied" not in text
    assert "Closed" in text


def test_what_we_owe_is_listed_by_its_day_and_what_waits_for_them_is_not(world: World) -> None:
    person = world.customer()
    first = world.case(person)
    world.clock.move(days=3)
    second = world.case(person)
    write(world, person, Step.ASKED)
    owed = world.read(list_owed, person.customer_id, 9)
    assert [one.reference for one in owed] == [first, second]


def test_an_older_look_does_not_bring_a_reply_back_as_new(world: World) -> None:
    person = world.customer()
    reference = write(world, person, Step.REPLIED)
    for version in (2, 1):
        act(world, person, note_seen, person.customer_id, reference, version)
    assert not world.read(list_news, person.customer_id, 9)


def test_nobody_else_can_say_that_a_reply_was_read(world: World) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    reference = write(world, person, Step.REPLIED)
    act(world, other, note_seen, other.customer_id, reference, 2)
    assert len(world.read(list_news, person.customer_id, 9)) == 1
