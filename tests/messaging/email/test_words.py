"""How every email speaks: to a customer of seventy, read aloud."""

import re
from collections.abc import Iterator

import pytest

from portal.messaging.email.kinds import KINDS
from portal.messaging.email.message import Email
from tests.architecture.emails import Write, list_writers, write_all

WRITERS = dict(list_writers())
LONGEST_SENTENCE = 20
RETIRED = re.compile(
    r"\b(letters?|somebody|anybody|everybody|anew|tries|mail|notes?|wish(es)?|fingerprint|case"
    r"|ticket|log ?in|second steps?|preferences|click)\b",
    re.IGNORECASE,
)
"""Words that mean something else to a reader, or nothing."""
UNCONTRACTED = re.compile(
    r"\b(do not|does not|did not|is not|are not|was not|will not|cannot|can not|could not|have not"
    r"|has not|we will|you will|there is)\b",
    re.IGNORECASE,
)
STRAIGHT = re.compile(r"\w'\w")
VERBS = frozenset(
    {"Answer", "Check", "Choose", "Confirm", "Create", "Get", "See", "Send", "Set", "Sign"}
)
"""What a button does."""


def every_email() -> Iterator[Email]:
    for writer in WRITERS.values():
        yield from write_all(writer)


def sentences(email: Email) -> Iterator[str]:
    """Give what an email says, sentence by sentence, without what was put into it."""
    for part in (email.subject, *email.paragraphs, *email.closing):
        yield from re.split(r"(?<=[.?!])\s+", part)


def faults(email: Email) -> list[str]:
    """Return what a reader would stumble over."""
    found = []
    for one in sentences(email):
        if len(one.split()) > LONGEST_SENTENCE:
            found.append(f"long: {one}")
        found += [f"{word[0]}: {one}" for word in RETIRED.finditer(one)]
        found += [f"{word[0]}: {one}" for word in UNCONTRACTED.finditer(one)]
        found += [f"straight: {one}" for _ in STRAIGHT.finditer(one)]
    label = email.action_label
    if label is not None and (label.split()[0] not in VERBS or label in {"Send", "Continue"}):
        found.append(f"button: {label}")
    return found


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS.keys())
def test_a_reader_stumbles_over_no_email(writer: Write) -> None:
    assert [one for email in write_all(writer) for one in faults(email)] == []


def test_every_kind_of_email_has_a_name_at_the_desk_and_is_written_by_somebody() -> None:
    assert {email.kind for email in every_email()} == set(KINDS)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("Ignore this letter.", "letter"),
        ("If it was not you, ignore this.", "was not"),
        (f"Read {'on and ' * 10}on.", "long"),
        ("It's yours.", "straight"),
    ],
)
def test_what_a_reader_would_stumble_over_is_found(said: str, fault: str) -> None:
    email = Email(
        kind="a:b",
        to="rowan@example.com",
        is_confirmed=False,
        subject="One",
        paragraphs=(said,),
        action_label="Continue",
        action_path="/",
    )
    assert [one.partition(":")[0] for one in faults(email)] == [fault, "button"]
