"""Receipts: anybody can check one, and it says nothing about who it was."""

import textwrap
from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.consent.marketing.service import save_choices
from portal.governance.receipts.rules import split
from portal.platform.core.ledger import new_receipt_number
from portal.platform.encryption.models import Suppression
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.pages import Page
from tests.world import Person, World, act


def receipt_of(world: World, person: Person | None = None) -> tuple[str, str]:
    """The number of a receipt and its text."""
    reference = world.erase(person or world.customer())
    line = world.parts.keyring.ledger.find_by_reference(reference)
    assert line is not None
    assert line.receipt is not None
    return reference, line.receipt


def check(world: World, text: str) -> Page:
    return world.visitor().open("/receipts").send(receipt=text)


def test_a_receipt_says_what_was_deleted_what_stays_and_what_was_looked_at(world: World) -> None:
    person = world.customer(telephone="01632 960001")
    world.case(person)
    reference, text = receipt_of(world, person)
    assert text.startswith(f"Merrow: receipt of deletion {reference}\n")
    for line in (
        "Deleted: 23 November 2026 at midday, London time",
        "- Your registrations: 2",
        "- Your messages to us and our answers: 1",
        "- The references and dates of your messages, without their words: until 22 November 2028",
        "is gone by 29 December 2026.",
    ):
        assert line in text
    for words in ("Rowan", "Example", person.email, "01632", str(person.id), person.id.hex):
        assert words not in text


def test_a_number_is_checked_and_shows_the_receipt_to_a_stranger(world: World) -> None:
    reference, text = receipt_of(world)
    for spelling in (reference, reference.lower(), reference.replace("-", " "), f" {reference} "):
        page = check(world, spelling)
        assert page.path == f"/receipts/{reference}"
        assert "This receipt is genuine" in page.text
        shown = page.soup.select_one("pre")
        assert shown is not None
        assert shown.get_text() == text


CARRIED: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "other line ends": lambda text: text.replace("\n", "\r\n"),
    "indented": lambda text: textwrap.indent(text, "    "),
    "without empty lines": lambda text: text.replace("\n\n", "\n"),
    "with empty lines around": lambda text: f"\n\n{text}\n\n",
}


@pytest.mark.parametrize("how", CARRIED)
def test_a_receipt_that_was_copied_about_is_still_genuine(world: World, how: str) -> None:
    _, text = receipt_of(world)
    page = check(world, CARRIED[how](text))
    assert "This receipt is genuine" in page.text


def test_a_changed_word_or_sign_is_noticed_wherever_it_is(world: World) -> None:
    _, text = receipt_of(world)
    words = text.split(" ")
    for place in range(0, len(words), 5):
        forged = " ".join([*words[:place], f"{words[place]}x", *words[place + 1 :]])
        assert "This receipt is genuine" not in check(world, forged).text, place
    assert "isn’t what we signed" in check(world, text.replace(": 2", ": 3")).text
    other = receipt_of(world, world.customer("jules@example.com"))[1]
    signature = other[other.index("Signature:") :]
    mixed = text[: text.index("Signature:")] + signature
    assert "isn’t what we signed" in check(world, mixed).text


@pytest.mark.parametrize("typed", ["hello", "ER-2222-2222-2222", "Signature: x", "Signature:"])
def test_what_is_no_receipt_is_told_so(world: World, typed: str) -> None:
    assert "We don’t know this receipt" in check(world, typed).text


def test_an_empty_form_says_what_is_missing(world: World) -> None:
    page = check(world, " ")
    assert page.errors["receipt"] == "Enter a receipt number, or paste the whole receipt"


def test_before_the_look_there_is_a_line_and_no_receipt(world: World) -> None:
    reference = new_receipt_number()
    person = world.customer()
    with world.work() as work:
        work.vault.erase_person(person.id, reference)
    assert "There is no receipt yet" in check(world, reference).text
    world.visitor().open(f"/receipts/{reference}", status=404)


def test_a_receipt_can_be_checked_without_us(world: World) -> None:
    """With the public key that the page shows, as the page says."""
    from base64 import b64decode  # noqa: PLC0415  # what a stranger would import

    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PublicKey,
    )

    _, text = receipt_of(world)
    code = world.visitor().open("/receipts").soup.select_one("details code")
    assert code is not None
    parts = split(text)
    assert parts is not None
    key = Ed25519PublicKey.from_public_bytes(b64decode(code.get_text()))
    key.verify(parts[1], " ".join(parts[0].split()).encode())


def test_a_no_to_marketing_outlives_the_account_as_fingerprints(world: World) -> None:
    person = world.customer(
        telephone="01632 960001",
        mobile="07700 900123",
        address_line_1="1 Sample Street",
        postcode="ZZ99 9ZZ",
    )
    emails = frozenset(choice for choice in EVERY_CHOICE if choice.channel == "email")
    act(world, person, save_choices, person.customer_id, emails)
    _, text = receipt_of(world, person)
    assert "no to marketing" in text
    lookup, ledger = world.parts.keyring.hash, world.parts.keyring.ledger
    known = {
        ("text", lookup("telephone", "+447700900123")),
        ("telephone", lookup("telephone", "+447700900123")),
        ("telephone", lookup("telephone", "+441632960001")),
        ("post", lookup("address", "1samplestreet|zz999zz")),
    }
    wanted_email = ("email", lookup("email", person.email))
    assert ledger.list_suppressed({*known, wanted_email}) == known
    with world.parts.keyring.engine.connect() as connection:
        rows = connection.execute(select(Suppression.value_hash)).all()
    assert all(len(row.value_hash) == 32 for row in rows)


@pytest.mark.parametrize("said", [True, False])
def test_only_a_no_that_was_said_is_kept(world: World, *, said: bool) -> None:
    person = world.customer()
    if said:
        act(world, person, save_choices, person.customer_id, frozenset())
    _, text = receipt_of(world, person)
    assert ("no to marketing" in text) is said
    with world.parts.keyring.engine.connect() as connection:
        assert len(connection.execute(select(Suppression.kind)).all()) == int(said)
