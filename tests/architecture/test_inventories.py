"""docs/threats.md lists the cryptography and the lines of the log that the source has."""

from pathlib import PurePosixPath

import pytest

from tests.architecture import inventories, rules, security_map
from tests.architecture.inventories import Event
from tests.architecture.rules import ROOT, Source

NOT_IN_SOURCE = "–"
"""What stands beside cryptography that is not the program's own, such as nginx's."""


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "docs/threats.md").read_text("utf-8")


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    found = rules.read_tree(ROOT)
    return [source for source in found if source.is_python() and source.is_in("portal")]


def found_events(sources: list[Source]) -> set[Event]:
    return {event for source in sources for event in inventories.find_events(source)}


def found_algorithms(sources: list[Source]) -> set[str]:
    return {name for source in sources for name in inventories.find_algorithms(source)}


def test_the_inventory_lists_all_cryptography_and_nothing_else(
    text: str, sources: list[Source]
) -> None:
    rows = security_map.read_table(text, "## Cryptography")
    listed = {name for row in rows for name in inventories.quoted(row[-1])}
    assert listed == found_algorithms(sources)
    assert all(inventories.quoted(row[-1]) or row[-1] == NOT_IN_SOURCE for row in rows)


def test_the_inventory_lists_every_line_of_the_log_and_nothing_else(
    text: str, sources: list[Source]
) -> None:
    found = found_events(sources)
    listed = inventories.listed_events(security_map.read_table(text, "## The log"))
    missing = sorted(inventories.spell(event) for event in found - listed)
    gone = sorted(inventories.spell(event) for event in listed - found)
    assert not missing + gone, "\n".join(["missing:", *missing, "gone:", *gone])


def source(text: str) -> Source:
    return Source(PurePosixPath("portal/new.py"), text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305",
         "ChaCha20Poly1305"),
        ("from cryptography.hazmat.primitives.hashes import MD5", "MD5"),
        ("import hashlib\nhashlib.md5(b'')", "hashlib.md5"),
        ("from hashlib import blake2b", "hashlib.blake2b"),
        ("import hmac\ndef f(): return hmac.new(k, d, 'sha1')", "hmac.new"),
        ("from itsdangerous import Signer", "itsdangerous"),
        ("import passlib.hash", "passlib"),
    ],
)  # fmt: skip
def test_new_cryptography_is_found(text: str, name: str) -> None:
    assert inventories.find_algorithms(source(text)) == {name}


def test_what_is_no_cryptography_is_left_alone() -> None:
    text = (
        "import ssl, json\nfrom cryptography.exceptions import InvalidTag\n"
        "from cryptography.hazmat.primitives.serialization import Encoding\n"
        "x: ssl.SSLContext\njson.dumps(1)"
    )
    assert inventories.find_algorithms(source(text)) == frozenset()


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("log.info('a')", ("a", "info", frozenset())),
        ("def f():\n    log.warning('a', x=1, y=2)", ("a", "warning", frozenset({"x", "y"}))),
        ("_log.error('a', exc_info=e)", ("a", "error", frozenset({"exception", "places"}))),
        ("log.info(words)", ("?", "info", frozenset())),
        ("log.info('a', **more)", ("a", "info", frozenset({"?"}))),
        ("def f(x, e):\n    log.info(e)\nf(1, 'b')", ("b", "info", frozenset())),
        ("def f(e):\n    log.info(e)\nf(word)", ("?", "info", frozenset())),
    ],
)
def test_a_new_line_of_the_log_is_found(text: str, event: Event) -> None:
    assert inventories.find_events(source(text)) == {event}


def test_what_is_no_line_of_the_log_is_left_alone() -> None:
    text = "math.log(2)\nself.info('a')\nlog.bind(a=1)\nrecord('log.info')"
    assert inventories.find_events(source(text)) == frozenset()


def test_a_row_says_name_level_and_fields() -> None:
    rows = [["`a`", "info", "`x`, `y`", "now and then"], ["`b`", "error", "", ""]]
    assert inventories.listed_events(rows) == {
        ("a", "info", frozenset({"x", "y"})),
        ("b", "error", frozenset()),
    }
