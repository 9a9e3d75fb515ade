"""What goes to an address that nobody has confirmed is ours, every word of it."""

import pytest

from portal.mail.letter import Letter
from tests.architecture.letters import Write, find_stray_words, list_writers, write

WRITERS = dict(list_writers())
UNCONFIRMED = {
    "portal.account.letters.already_registered",
    "portal.account.letters.confirm_address",
    "portal.cases.letters.acknowledgement",
    "portal.cases.letters.reply",
    "portal.mailbox.letters.address_is_taken",
    "portal.mailbox.letters.confirm_email",
    "portal.preferences.letters.no_choices",
    "portal.recovery.letters.no_account",
}
"""What is written to an address that somebody has just typed."""


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS.keys())
def test_no_letter_carries_a_strangers_words(writer: Write) -> None:
    assert find_stray_words(writer) == []


def test_the_letters_to_addresses_that_were_just_typed_are_known_as_such() -> None:
    assert {name for name, one in WRITERS.items() if not write(one).is_confirmed} >= UNCONFIRMED


def wordy(to: str, topic: str) -> Letter:
    return Letter(
        kind="a:b", to=to, is_confirmed=False, subject=f"About {topic}", paragraphs=("Hello",)
    )


def named(to: str, given_name: str) -> Letter:
    del given_name
    return Letter(kind="a:b", to=to, is_confirmed=False, subject="Hello", paragraphs=("Hello",))


@pytest.mark.parametrize(("broken", "word"), [(wordy, "topic"), (named, "given_name")])
def test_a_letter_with_a_strangers_word_is_found(broken: Write, word: str) -> None:
    assert find_stray_words(broken) == [word]
