"""Names and sentences use today's words, and no class name stands in two rooms."""

from pathlib import PurePosixPath

import pytest

from tests.architecture import names, rules
from tests.architecture.rules import Rule, Source


@pytest.fixture(scope="module")
def tree() -> list[Source]:
    return rules.read_tree(rules.ROOT)


def source(path: str, text: str) -> Source:
    return Source(PurePosixPath(path), text)


@pytest.mark.parametrize("rule", [names.names_are_todays, names.sentences_are_todays])
def test_the_portal_keeps_the_rule(rule: Rule, tree: list[Source]) -> None:
    faults = [fault for file in tree for fault in rule(file)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("portal/a.py", "def open_shelf(): ..."),
        ("portal/a.py", "class PostingErrand: ..."),
        ("portal/a.py", "x = work.list_wishes()"),
        ("portal/a.py", "DOOR = 1"),
        ("portal/a.py", "HTTPDoor = 1"),
        ("portal/desk/cases/rules.py", "caller = 1"),
        ("portal/a.py", "import portal.entrance"),
        ("tests/test_a.py", "def test_a_wish_is_kept(): ..."),
        ("bench/a.py", "def f(*, standing): ..."),
        ("deploy/a.py", "turns = 3"),
    ],
)
def test_a_name_with_a_retired_word_is_found(path: str, text: str) -> None:
    assert len(names.names_are_todays(source(path, text))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("portal/a.py", "kind = 'entrance:code:sent'"),
        ("portal/a.py", "# it turns on, and means a door\nreturns = outstanding = indoors = 1"),
        ("portal/desk/assisted_choices/events.py", "caller = 1"),
        ("tests/test_a.py", "def test_a_link_turns_nothing_on(): ..."),
        ("migrations/main/versions/0001_a.py", "wish = 1"),
        ("docs/words.md", "door"),
    ],
)
def test_other_names_are_left_alone(path: str, text: str) -> None:
    assert names.names_are_todays(source(path, text)) == []


@pytest.mark.parametrize(
    "text",
    [
        '"""Open the door."""',
        "x = 1  # an errand",
        'def f():\n    """Keep it on the shelf."""',
        'X = 1\n"""Whose wish to cancel it is."""',
        "# Doors are shut",
    ],
)
def test_a_sentence_with_a_retired_word_is_found(text: str) -> None:
    assert len(names.sentences_are_todays(source("portal/a.py", text))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("portal/a.py", '"""As they wish: it turns on, which means a yes; mark it as sent."""'),
        ("portal/a.py", 'category = "Your wish to cancel"'),
        ("tests/a.py", "# a door"),
    ],
)
def test_other_sentences_are_left_alone(path: str, text: str) -> None:
    assert names.sentences_are_todays(source(path, text)) == []


def test_no_class_name_stands_in_two_rooms(tree: list[Source]) -> None:
    assert names.list_shared_class_names(tree) == []


def test_a_class_name_in_two_rooms_is_found() -> None:
    twice = [
        source("portal/desk/cases/forms.py", "class Reply: ..."),
        source("portal/identity/mfa/rules.py", "def f():\n    class Reply: ..."),
    ]
    assert names.list_shared_class_names(twice) == [
        "Reply is defined in desk.cases and identity.mfa"
    ]


def test_one_in_two_files_of_a_room_or_outside_the_portal_is_left_alone() -> None:
    once = [
        source("portal/desk/cases/forms.py", "class Reply: ..."),
        source("portal/desk/cases/rules.py", "class Reply: ..."),
        source("tests/pages.py", "class Reply: ..."),
    ]
    assert names.list_shared_class_names(once) == []
