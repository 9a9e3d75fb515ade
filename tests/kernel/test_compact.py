"""Many hashes and numbers in little memory: a set could not say it better."""

from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.compact import HASH_BYTES, Hashes, Numbers

HASHES = st.builds(bytes.__mul__, st.binary(min_size=8, max_size=8), st.just(4))
NUMBERS = st.integers(min_value=1_632_960_000, max_value=1_632_960_999).map("+44{}".format)


@given(st.lists(HASHES), st.lists(HASHES))
def test_those_are_found_that_are_there(kept: list[bytes], others: list[bytes]) -> None:
    hashes = Hashes(b"".join(one[:HASH_BYTES] for one in kept))
    asked = [*kept, *others]
    assert hashes.find(b"".join(asked)).tolist() == [one in kept for one in asked]


def test_two_that_begin_alike_are_told_apart() -> None:
    first, second, third = (bytes(8) + bytes([one]) * 24 for one in (1, 2, 3))
    hashes = Hashes(second[:HASH_BYTES] + first[:HASH_BYTES] + first[:HASH_BYTES])
    assert hashes.find(first + second + third).tolist() == [True, True, False]


@given(st.lists(NUMBERS), st.lists(NUMBERS))
def test_numbers_are_found_that_are_there(kept: list[str], others: list[str]) -> None:
    numbers = Numbers()
    for one in kept:
        numbers.add(one)
    assert [one in numbers for one in (*kept, *others)] == [one in kept for one in (*kept, *others)]
