"""Many hashes and numbers in little memory: a set could not say it better."""

from hypothesis import given
from hypothesis import strategies as st

from portal.consent.list_import.compact import HASH_BYTES, Hashes, Numbers, number_byte

HALVES = st.binary(min_size=8, max_size=8) | st.sampled_from([bytes(8), b"\xff" * 8])
HASHES = st.builds(lambda first, second: (first + second) * 2, HALVES, HALVES)
NUMBERS = st.integers(min_value=1_632_960_000, max_value=1_632_960_999).map("+44{}".format)


def found(hashes: Hashes, asked: list[bytes]) -> dict[int, int]:
    places, numbers = hashes.find(b"".join(asked))
    return dict(zip(places.tolist(), numbers.tolist(), strict=True))


def numbered(hashes: list[bytes], number: int) -> bytes:
    return b"".join(one[:HASH_BYTES] + number_byte(number) for one in hashes)


@given(st.lists(HASHES), st.lists(HASHES), st.lists(HASHES))
def test_those_are_found_that_are_there_and_the_greatest_number_counts(
    zeros: list[bytes], twos: list[bytes], others: list[bytes]
) -> None:
    asked = [*zeros, *others, *twos]
    expected = dict.fromkeys(zeros, 0) | dict.fromkeys(twos, 2)
    assert found(Hashes(numbered(zeros, 0) + numbered(twos, 2)), asked) == {
        place: expected[one] for place, one in enumerate(asked) if one in expected
    }


def test_two_that_begin_alike_are_told_apart() -> None:
    first, second, third = (bytes(8) + bytes([one]) * 24 for one in (1, 2, 3))
    hashes = Hashes(numbered([second, first, first], 1))
    assert found(hashes, [first, second, third]) == {0: 1, 1: 1}


@given(st.lists(NUMBERS), st.lists(NUMBERS))
def test_numbers_are_found_that_are_there(kept: list[str], others: list[str]) -> None:
    numbers = Numbers()
    for one in kept:
        numbers.add(one)
    assert [one in numbers for one in (*kept, *others)] == [one in kept for one in (*kept, *others)]
