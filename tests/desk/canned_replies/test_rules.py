"""What a reply may say, and what is never sent to a customer."""

import pytest

from portal.desk.canned_replies.rules import ReplyField, UnfitReplyError, fill, find_unfilled
from tests.desk.canned_replies.steps import new

KNOWN = {
    ReplyField.NAME: "Vis Itor",
    ReplyField.REFERENCE: "PC-7K4Q-92W",
    ReplyField.SERVICE: "",
}


@pytest.mark.parametrize(
    ("text", "filled", "left"),
    [
        ("Hello {name}", "Hello Vis Itor", ""),
        ("{name}, {name}: {reference}", "Vis Itor, Vis Itor: PC-7K4Q-92W", ""),
        ("Your {service}", "Your {service}", "{service}"),
        ("By {due day}", "By {due day}", "{due day}"),
        ("Hello {Name}", "Hello {Name}", "{Name}"),
        ("Hello { name }", "Hello { name }", "{ name }"),
        ("Hello {{name}}", "Hello {Vis Itor}", "{Vis Itor}"),
        ("Hello {name", "Hello {name", "{"),
        ("Hello name}", "Hello name}", "}"),
        ("Hello {}", "Hello {}", "{}"),
        ("No field", "No field", ""),
    ],
)
def test_a_field_that_is_not_filled_in_is_found(text: str, filled: str, left: str) -> None:
    assert fill(text, KNOWN) == filled
    assert find_unfilled(filled) == left


def test_a_name_that_looks_like_a_field_is_not_filled_in_again() -> None:
    said = fill("Hello {name}", {**KNOWN, ReplyField.NAME: "{reference}"})
    assert said == "Hello {reference}"
    assert find_unfilled(said) == "{reference}"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"text": "Dear {customer}"}, "reply_text", "The reply has {customer} in it"),
        ({"text": "Dear {}"}, "reply_text", "The reply has {} in it"),
        ({"text": "Dear {NAME}"}, "reply_text", "The reply has {NAME} in it"),
        ({"text": "Dear {" + "x" * 99 + "}"}, "reply_text", "The reply has {" + "x" * 39 + "…"),
        ({"text": "Dear {name"}, "reply_text", "The reply has one curly bracket without"),
        ({"text": "Dear name}"}, "reply_text", "The reply has one curly bracket without"),
        ({"text": "Dear {{name}}"}, "reply_text", "The reply has one curly bracket without"),
        ({"text": "Account AB1234567"}, "reply_text", "The reply has what looks like a billing"),
        ({"text": "Your account: 12345678"}, "reply_text", "The reply has what looks like"),
        ({"title": "About AB1234567"}, "reply_title", "The title has what looks like a billing"),
    ],
)
def test_what_will_not_do_cannot_be_a_reply(changes: dict[str, str], field: str, said: str) -> None:
    with pytest.raises(UnfitReplyError) as refusal:
        new(**changes).check()
    assert refusal.value.field == field
    assert refusal.value.words.startswith(said)


def test_every_field_may_be_used_and_so_may_a_telephone_number() -> None:
    every = " ".join(field.written for field in ReplyField)
    new(text=f"{every}. Ring us on 01632 960001.").check()
