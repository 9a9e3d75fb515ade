"""A colleague puts a ready-made reply into an answer; nothing unfilled reaches a customer."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from portal.desk.canned_replies.queries import get_reply
from portal.desk.canned_replies.rules import CannedReply
from portal.desk.canned_replies.service import retire_reply
from portal.desk.case_records.rules import EVERYTHING, Topic
from portal.platform.core.ids import StaffId
from tests.desk.canned_replies.steps import publish
from tests.pages import Page, Visitor
from tests.world import World

WORDS = "I rang them, and nobody answered."


@pytest.fixture
def desk(world: World) -> Visitor:
    return world.at_the_desk()


def offered(page: Page) -> list[str]:
    return [one.get_text() for one in page.soup.select("select[name=reply] option")][1:]


def uses(world: World, reply: UUID) -> int:
    found: CannedReply = world.read(get_reply, reply)
    return found.uses


def test_a_reply_fills_the_answer_and_the_customer_gets_it(world: World, desk: Visitor) -> None:
    reply, reference = publish(world), world.case()
    case = f"/staff/cases/{reference}"
    page = desk.open(f"{case}?reply={reply}")
    assert page.flashes == ["The reply is in your message."]
    assert page.value("message") == (
        f"Hello Vis Itor,\n\nYour bill is on its way ({reference}). You’ll hear by"
        " 23 December 2026."
    )
    assert page.ticked("step") == ["replied"]
    assert uses(world, reply) == 0, "it is counted when it is sent"
    assert page.send(case).flashes == ["Your answer is on its way."]
    assert uses(world, reply) == 1
    assert "Hello Vis Itor," in world.email("We replied to your message").text
    (line,) = world.audit("replies:reply:used")
    assert line.facts == {"reply_id": str(reply), "number": 1}


def test_nothing_is_sent_by_somebody_who_only_meant_to_write_a_note(
    world: World, desk: Visitor
) -> None:
    case = f"/staff/cases/{world.case()}"
    page = desk.open(case)
    assert page.ticked("step") == []
    assert not page.soup.select("select[name=reply]"), "no reply is for this kind of request"


def test_what_was_chosen_is_kept_when_a_reply_is_put_in(world: World, desk: Visitor) -> None:
    reply, case = publish(world), f"/staff/cases/{world.case()}"
    page = desk.open(case).send(case, step="asked", message=WORDS, reply=str(reply), insert="y")
    assert page.flashes == [
        "The reply is below what was already there. Nothing you typed was replaced."
    ]
    assert page.value("message").startswith(f"{WORDS}\n\nHello Vis Itor,")
    assert page.ticked("step") == ["asked"]
    assert page.send(case).flashes == ["Your question is on its way."]
    assert uses(world, reply) == 1


def test_a_draft_that_was_kept_stays_above_the_reply(world: World) -> None:
    person, reply = world.colleague(), publish(world)
    desk, case = world.at_the_desk(person), f"/staff/cases/{world.case()}"
    page = desk.open(case)
    typed = {"step": "asked", "message": WORDS, "inserted_replies": ""}
    data = {"csrf_token": page.value("csrf_token"), "path": case, **typed}
    assert desk.post("/staff/session/keep", data).status_code == 204
    page = desk.open(f"{case}?reply={reply}")
    assert page.value("message").startswith(f"{WORDS}\n\nHello Vis Itor,")
    assert page.ticked("step") == ["asked"]


def test_two_replies_in_one_message_count_once_each(world: World, desk: Visitor) -> None:
    first, second = publish(world), publish(world, title="Bye", text="Goodbye {name}")
    case = f"/staff/cases/{world.case()}"
    page = desk.open(f"{case}?reply={first}").send(case, reply=str(second), insert="y")
    assert page.value("message").endswith("\n\nGoodbye Vis Itor")
    page = page.send(case, reply=str(second), insert="y")
    page.send(case)
    assert (uses(world, first), uses(world, second)) == (1, 1)


def test_a_private_note_counts_as_no_use_and_may_have_brackets(world: World, desk: Visitor) -> None:
    reply, case = publish(world), f"/staff/cases/{world.case()}"
    page = desk.open(f"{case}?reply={reply}").send(case, step="noted", message="See {name} {x")
    assert page.flashes == ["Your note is kept."]
    assert uses(world, reply) == 0


def test_only_those_for_its_kind_are_offered_and_the_most_used_first(
    world: World, desk: Visitor
) -> None:
    publish(world, title="A")
    often = publish(world, title="B")
    publish(world, title="Copies", topics=(Topic.COPY,))
    gone = publish(world, title="Gone")
    with world.work() as work:
        retire_reply(work, StaffId(uuid4()), gone)
    case = f"/staff/cases/{world.case()}"
    assert offered(desk.open(case)) == ["A", "B"]
    desk.open(f"{case}?reply={often}").send(case)
    assert offered(desk.open(f"/staff/cases/{world.case()}")) == ["B", "A"]
    assert offered(desk.open(f"/staff/cases/{world.case(topic=Topic.COPY)}")) == ["Copies"]


@pytest.mark.parametrize("named", ["", "x", str(UUID(int=7)), "retired", "copies"])
def test_what_is_not_offered_is_not_put_in(world: World, desk: Visitor, named: str) -> None:
    publish(world)
    retired, copies = publish(world), publish(world, topics=(Topic.COPY,))
    with world.work() as work:
        retire_reply(work, StaffId(uuid4()), retired)
    wanted = {"retired": str(retired), "copies": str(copies)}.get(named, named)
    case = f"/staff/cases/{world.case()}"
    page = desk.open(case).send(case, message=WORDS, reply=wanted, insert="y")
    (said,) = page.flashes
    assert said.startswith("We can’t put that reply in" if named else "Choose a reply first")
    assert page.value("message") == WORDS
    assert desk.open(f"{case}?reply={wanted}").value("message") == ""


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("Your {service} is off.", "{service}"),
        ("Hello {name}", "{name}"),
        ("Hello {customer}", "{customer}"),
        ("Hello {{name}}", "{"),
        ("Hello {name", "{"),
        ("Hello name}", "}"),
    ],
)
@pytest.mark.parametrize("step", ["replied", "asked"])
def test_an_unfilled_field_is_never_sent_though_typed_by_hand(
    world: World, desk: Visitor, step: str, message: str, left: str
) -> None:
    reference = world.case()
    case = f"/staff/cases/{reference}"
    page = desk.open(case).send(case, step=step, message=message)
    assert page.errors["message"] == (
        f"Message still has {left} in it. Write the words instead, or take it out"
    )
    assert page.value("message") == message, "what was typed is kept"
    assert page.ticked("step") == [step]
    assert [one.subject for one in world.deliver()] == [f"We’ve got your message ({reference})"]


def test_an_empty_field_stays_to_be_filled_in_by_hand(world: World, desk: Visitor) -> None:
    reply = publish(world, text="Your {service} is off.", topics=(Topic.CANCEL,))
    cases = [
        f"/staff/cases/{world.case(topic=Topic.CANCEL, service=one)}"
        for one in ("broadband", EVERYTHING)
    ]
    assert desk.open(f"{cases[0]}?reply={reply}").value("message") == "Your Broadband is off."
    page = desk.open(f"{cases[1]}?reply={reply}")
    assert page.value("message") == "Your {service} is off."
    assert "Replace {service} before you send it" in page.text
    page = page.send(cases[1])
    assert page.errors["message"].startswith("Message still has {service} in it.")
    assert uses(world, reply) == 0
    done = page.send(cases[1], message="Your television is off.", outcome="done")
    assert done.flashes == ["Your answer is on its way."]
    assert uses(world, reply) == 1, "it was put in, whatever became of its words"


def test_while_we_wait_for_them_no_last_day_is_filled_in(world: World, desk: Visitor) -> None:
    reply = publish(world, text="By {due day}", topics=(Topic.COPY,))
    case = f"/staff/cases/{world.case(topic=Topic.COPY)}"
    desk.open(case).send(case, step="asked", message="Of what?")
    assert desk.open(f"{case}?reply={reply}").value("message") == "By {due day}"


@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        ("deadline/identity", "to_show", {}),
        ("deadline/longer", "longer_because", {}),
        ("correction", "refusal", {"outcome": "refused"}),
    ],
)
def test_what_else_a_customer_reads_has_no_unfilled_field(
    world: World, desk: Visitor, path: str, field: str, more: dict[str, Any]
) -> None:
    topic = Topic.CORRECTION if path == "correction" else Topic.COPY
    person = world.customer()
    case = f"/staff/cases/{world.case(person, topic=topic)}"
    page = desk.open(f"{case}/{path}").send(**{field: "Because of {reason}.", **more})
    assert page.errors[field].endswith(
        "still has {reason} in it. Write the words instead, or take it out"
    )


def test_a_forged_list_of_replies_does_no_harm(world: World, desk: Visitor) -> None:
    reply, case = publish(world), f"/staff/cases/{world.case()}"
    forged = f"x {uuid4()} {reply} {reply} {'y ' * 99}"
    done = desk.open(case).send(case, step="replied", message=WORDS, inserted_replies=forged)
    assert done.flashes == ["Your answer is on its way."]
    assert uses(world, reply) == 1
