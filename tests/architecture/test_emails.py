"""What goes to an address that nobody has confirmed is ours, every word of it."""

import pytest

from portal.messaging.email.message import Email
from tests.architecture.emails import Write, find_stray_words, list_writers, write

WRITERS = dict(list_writers())
UNCONFIRMED = {
    "portal.identity.accounts.emails.already_registered",
    "portal.identity.accounts.emails.confirm_address",
    "portal.desk.cases.emails.acknowledgement",
    "portal.desk.cases.emails.reply",
    "portal.self_service.email_change.emails.address_is_taken",
    "portal.self_service.email_change.emails.confirm_email",
    "portal.consent.marketing.emails.no_choices",
    "portal.identity.account_recovery.emails.no_account",
}
"""What is written to an address that somebody has just typed."""


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS.keys())
def test_no_letter_carries_a_strangers_words(writer: Write) -> None:
    assert find_stray_words(writer) == []


def test_the_letters_to_addresses_that_were_just_typed_are_known_as_such() -> None:
    assert {name for name, one in WRITERS.items() if not write(one).is_confirmed} >= UNCONFIRMED


def wordy(to: str, topic: str) -> Email:
    return Email(
        kind="a:b", to=to, is_confirmed=False, subject=f"About {topic}", paragraphs=("Hello",)
    )


def named(to: str, given_name: str) -> Email:
    del given_name
    return Email(kind="a:b", to=to, is_confirmed=False, subject="Hello", paragraphs=("Hello",))


@pytest.mark.parametrize(("broken", "word"), [(wordy, "topic"), (named, "given_name")])
def test_a_letter_with_a_strangers_word_is_found(broken: Write, word: str) -> None:
    assert find_stray_words(broken) == [word]
