"""The privacy officer writes replies, sees them as customers will, and publishes them."""

from typing import Any
from uuid import uuid4

import pytest

from portal.desk.canned_replies.queries import get_reply, list_replies, list_versions
from portal.desk.canned_replies.rules import RetiredReplyError, UnfitReplyError
from portal.desk.canned_replies.service import retire_reply
from portal.desk.case_records.rules import Topic
from portal.identity.staff_accounts.rules import MAY, Role, Task
from portal.platform.core.ids import StaffId
from tests.consent.surveys.steps import officer
from tests.desk.canned_replies.steps import TEXT, TITLE, publish, publish_again
from tests.pages import Visitor
from tests.world import World

GOOD: dict[str, Any] = {"reply_title": TITLE, "reply_topics": ["other"], "reply_text": TEXT}
PUBLISH: dict[str, Any] = {**GOOD, "publish": "y"}


@pytest.fixture
def desk(world: World) -> Visitor:
    return world.at_the_desk(officer(world))


def test_only_the_privacy_officer_writes_replies(world: World) -> None:
    assert [role for role in Role if Task.EDIT_REPLIES in MAY[role]] == [Role.PRIVACY_OFFICER]
    desk = world.at_the_desk(world.colleague(role=Role.SENIOR))
    desk.open("/staff/replies", 403)
    assert "/staff/replies" not in desk.open("/staff").links()
    assert desk.send("/staff/replies/new", **PUBLISH).status_code == 403
    assert world.read(list_replies) == []


def test_a_reply_is_seen_as_customers_get_it_before_it_is_published(
    world: World, desk: Visitor
) -> None:
    page = desk.open("/staff/replies/new").send(**GOOD, preview="y")
    seen = page.soup.select_one("[aria-labelledby=preview] .msg--reply")
    assert seen is not None
    words = seen.get_text(" ", strip=True)
    assert words.startswith("We replied")
    assert "Hello Rowan Marsh" in words
    assert "(PC-7K4Q-92W)" in words
    assert "You’ll hear by 23 December 2026." in words
    assert world.read(list_replies) == []
    done = page.send(publish="y")
    assert done.flashes == ["Published. Colleagues can put it into their answers."]
    (found,) = world.read(list_replies)
    assert (found.version.title, found.version.text, found.uses) == (TITLE, TEXT, 0)
    assert found.version.topics == (Topic.OTHER,)
    (line,) = world.audit("replies:version:published")
    assert line.facts == {"reply_id": str(found.id), "number": 1}


def test_the_same_form_sent_twice_publishes_once(world: World, desk: Visitor) -> None:
    page = desk.open("/staff/replies/new")
    page.send(**PUBLISH)
    assert page.send(**PUBLISH).flashes == ["That was already published."]
    assert len(world.read(list_replies)) == 1
    page.send(**{**PUBLISH, "reply_title": "Another one"})
    assert {one.version.title for one in world.read(list_replies)} == {TITLE, "Another one"}


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"reply_title": ""}, "reply_title", "Enter the title"),
        ({"reply_title": "x" * 81}, "reply_title", "The title must be 80 characters or fewer"),
        ({"reply_topics": []}, "reply_topics", "Choose at least one kind of request"),
        ({"reply_topics": ["dance"]}, "reply_topics", "Choose kinds of request from the list"),
        ({"reply_text": ""}, "reply_text", "Enter the reply"),
        ({"reply_text": "x" * 3001}, "reply_text", "The reply must be 3,000 characters or fewer"),
        (
            {"reply_text": "Dear {customer}"},
            "reply_text",
            (
                "The reply has {customer} in it, which we can’t fill in. Use only {name},"
                " {reference}, {received day}, {due day}, {service}"
            ),
        ),
        (
            {"reply_text": "Dear {name"},
            "reply_text",
            "The reply has one curly bracket without the other. Write a field like this: {name}",
        ),
        (
            {"reply_text": "Your account number is AB1234567"},
            "reply_text",
            "The reply has what looks like a billing account number in it. Take the number out",
        ),
    ],
)
def test_what_will_not_do_is_said_beside_the_field(
    world: World, desk: Visitor, typed: dict[str, Any], field: str, said: str
) -> None:
    page = desk.open("/staff/replies/new").send(**{**PUBLISH, **typed})
    assert page.errors[field] == said
    assert page.value("reply_text") == typed.get("reply_text", TEXT), "what was typed is kept"
    assert world.read(list_replies) == []


def test_a_new_version_is_published_and_the_earlier_ones_can_be_read(
    world: World, desk: Visitor
) -> None:
    reply = publish(world)
    page = desk.open(f"/staff/replies/{reply}")
    assert page.value("reply_title") == TITLE
    assert page.ticked("reply_topics") == ["other"]
    page.send(publish="y", reply_text="It’s in the post.", reply_topics=["other", "copy"])
    found = world.read(list_versions, reply)
    assert [(one.number, one.text) for one in found] == [(2, "It’s in the post."), (1, TEXT)]
    assert found[0].topics == (Topic.COPY, Topic.OTHER)
    text = desk.open(f"/staff/replies/{reply}").text
    for shown in ("Version 2", "Version 1", "It’s in the post.", "Hello {name}"):
        assert shown in text


def test_of_two_who_publish_at_once_the_second_looks_again(world: World, desk: Visitor) -> None:
    reply = publish(world)
    late = desk.open(f"/staff/replies/{reply}")
    publish_again(world, reply, title="Bills")
    page = late.send(publish="y", reply_title="My bills")
    assert page.errors["reply_title"].startswith("A colleague published another version")
    assert page.value("reply_title") == "My bills"
    assert world.read(get_reply, reply).version.title == "Bills"
    page.send(publish="y")
    assert world.read(get_reply, reply).version.title == "My bills"


def test_what_is_retired_stays_to_be_read_and_gets_no_version(world: World, desk: Visitor) -> None:
    reply = publish(world)
    late = desk.open(f"/staff/replies/{reply}")
    page = late.send(f"/staff/replies/{reply}/retire")
    assert page.flashes == ["Retired. It isn’t offered any more."]
    assert not page.soup.select("[name=publish]")
    assert "Your bill is on its way" in page.text
    assert late.send(f"/staff/replies/{reply}/retire").flashes == ["It was already retired."]
    assert late.send(status=409, publish="y", reply_title="Again").title == TITLE
    with pytest.raises(RetiredReplyError):
        publish_again(world, reply)
    assert len(world.read(list_versions, reply)) == 1
    assert len(world.audit("replies:reply:retired")) == 1
    retired = desk.open("/staff/replies").soup.select_one("[aria-labelledby=retired]")
    assert retired is not None
    assert TITLE in retired.get_text()


def test_what_an_officer_wrote_for_a_reply_that_was_retired_meanwhile_can_be_copied(
    world: World, desk: Visitor
) -> None:
    reply = publish(world)
    page = desk.open(f"/staff/replies/{reply}")
    with world.work() as work:
        assert retire_reply(work, StaffId(uuid4()), reply)
    done = page.send(status=409, reply_text="A better text", publish="y")
    assert "A better text" in done.text


def test_the_list_has_each_kind_of_request_with_the_most_used_first(
    world: World, desk: Visitor
) -> None:
    publish(world, title="Seldom", topics=(Topic.OTHER, Topic.COPY))
    often = publish(world, title="Often", topics=(Topic.OTHER,))
    publish(world, title="Always", topics=tuple(Topic))
    case = f"/staff/cases/{world.case()}"
    desk.open(f"{case}?reply={often}").send(case)
    page = desk.open("/staff/replies")
    kinds = {
        str(one["aria-labelledby"]): [each.get_text() for each in one.select("li a")]
        for one in page.soup.select("section[aria-labelledby]")
    }
    assert kinds == {
        "for-all": ["Always"],
        "for-copy": ["Seldom"],
        "for-other": ["Often", "Seldom"],
    }
    assert "Sent in 1 message." in page.text
    assert "Sent in 0 messages." in page.text


def test_a_reply_that_is_not_there_is_not_found(desk: Visitor) -> None:
    desk.open(f"/staff/replies/{uuid4()}", 404)
    assert desk.send(f"/staff/replies/{uuid4()}/retire").status_code == 404


def test_the_service_publishes_nothing_that_may_not_be_said(world: World) -> None:
    with pytest.raises(UnfitReplyError):
        publish(world, text="Dear {customer}")
    assert world.read(list_replies) == []
