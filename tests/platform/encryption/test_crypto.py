from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from portal.platform.core.errors import UnreadableError
from portal.platform.encryption import crypto
from portal.platform.encryption.crypto import MasterKey

CIPHER = AESGCM(crypto.new_key())
PLACE = f"customer:{uuid4()}"


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_what_is_sealed_opens_as_it_was(document: dict[str, object]) -> None:
    assert crypto.open_sealed(CIPHER, PLACE, crypto.seal(CIPHER, PLACE, document)) == document


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_makes_it_unreadable(position: int, change: int) -> None:
    sealed = bytearray(crypto.seal(CIPHER, PLACE, {"town": "Exampleton"}))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(UnreadableError):
        crypto.open_sealed(CIPHER, PLACE, bytes(sealed))


def test_a_value_moved_to_another_row_does_not_open() -> None:
    sealed = crypto.seal(CIPHER, PLACE, {"town": "Exampleton"})
    with pytest.raises(UnreadableError):
        crypto.open_sealed(CIPHER, f"customer:{uuid4()}", sealed)


def test_the_error_names_the_place_and_never_the_value() -> None:
    sealed = crypto.seal(CIPHER, PLACE, {"town": "Exampleton"})
    with pytest.raises(UnreadableError) as caught:
        crypto.open_sealed(AESGCM(crypto.new_key()), PLACE, sealed)
    assert PLACE in str(caught.value)
    assert "Exampleton" not in str(caught.value)


def test_no_two_sealings_are_alike() -> None:
    sealed = {crypto.seal(CIPHER, PLACE, {}) for _ in range(10_000)}
    assert len({value[1:13] for value in sealed}) == 10_000


def test_a_key_wrapped_by_another_master_does_not_unwrap() -> None:
    wrapped = MasterKey(crypto.new_key()).wrap(crypto.new_key(), "x")
    with pytest.raises(UnreadableError):
        MasterKey(crypto.new_key()).unwrap(wrapped, "x")


def test_a_wrapped_key_is_bound_to_its_name() -> None:
    master = MasterKey(crypto.new_key())
    with pytest.raises(UnreadableError):
        master.unwrap(master.wrap(crypto.new_key(), "x"), "y")


def test_a_master_key_cannot_be_printed() -> None:
    text = crypto.new_master_text()
    assert text not in repr(MasterKey.from_text(text))


@pytest.mark.parametrize("text", ["", "short", "!" * 44, "AAAA"])
def test_a_master_key_of_the_wrong_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="master key"):
        MasterKey.from_text(text)


def test_keyed_hashes_differ_by_key_kind_and_value() -> None:
    key, other = crypto.new_key(), crypto.new_key()
    hashes = {
        crypto.keyed_hash(key, "email", "a"),
        crypto.keyed_hash(other, "email", "a"),
        crypto.keyed_hash(key, "staff email", "a"),
        crypto.keyed_hash(key, "email", "b"),
        crypto.keyed_hash(key, "ema", "ila"),
    }
    assert len(hashes) == 5
    assert crypto.keyed_hash(key, "email", "a") in hashes


KEY = bytes(range(32))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (
            "email",
            "rowan@example.com",
            "8feed338c65fb167a7ab4343878110d8737bdff6216c7f2fb2a58f97a8c16578",
        ),
        (
            "telephone",
            "+441632960001",
            "36de291481813b213d85740e1a97d215d9ac3e9a822dfc1f86fd3aa0bd3d3176",
        ),
        (
            "email",
            "zoë@example.com",
            "acdb53033993535b9069ef4747a4bc73028f21019d7333c904dc63c8e3e21e64",
        ),
        ("", "", "e711546e3faad4c7c4aa756bc26cad6abea8241984a0f6b0839c70ca61c4ef88"),
    ],
)
def test_a_keyed_hash_is_the_one_that_older_releases_stored(
    kind: str, value: str, expected: str
) -> None:
    """The expected values were made by the code before this, from copies of SHA-256 objects."""
    assert crypto.keyed_hash(KEY, kind, value).hex() == expected


@given(st.binary(min_size=32, max_size=32), st.text(max_size=10), st.text(max_size=100))
def test_very_many_are_hashed_as_one_is(key: bytes, kind: str, value: str) -> None:
    assert crypto.keyed_hasher(key, kind)(value) == crypto.keyed_hash(key, kind, value)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (KEY, bytes(32), "a73701bee8ceed44494abbf69ed9313e"),
        (KEY, KEY, "338d124b9cf3847f57e425e59c8ed53a"),
        (b"\xff" * 32, KEY, "ab1cd694259a7190ad5ee0f54ce67a0c"),
    ],
)
def test_a_tag_is_the_one_in_emails_of_older_releases(
    key: bytes, value: bytes, expected: str
) -> None:
    """The expected values were made by the code before this, from AES in ECB and numpy."""
    assert crypto.tagger(key)(value).hex() == expected


@given(st.lists(st.binary(min_size=32, max_size=32)))
def test_tags_of_many_are_those_of_each_in_their_order(values: list[bytes]) -> None:
    tag = crypto.tagger(KEY)
    assert tag(b"".join(values)) == b"".join(tag(one) for one in values)


def test_what_is_no_row_of_whole_hashes_gets_no_tags() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        crypto.tagger(KEY)(bytes(33))
