"""Many hashes, or many numbers, in little memory."""

import numpy as np

HASH_BYTES = 16
"""How much of a keyed hash is kept in memory: half of it, as RFC 2104 (section 5) asks at least.

That two of a million values agree in it by chance has a probability of one in 10^26.
"""
KEYED_BYTES = 32
KeyedHashes = np.ndarray[tuple[int, int], np.dtype[np.uint8]]
"""Whole keyed hashes, one in each row."""
Places = np.ndarray[tuple[int], np.dtype[np.intp]]
"""Which of many."""
Small = np.ndarray[tuple[int], np.dtype[np.int8]]
"""A small number for each of many."""
NUMBERED = np.dtype([("first", np.uint64), ("second", np.uint64), ("number", np.int8)])
"""The halves of a hash of which half is kept, and its number."""
NUMBERS_TOGETHER = 10_000
"""Numbers that are listed in one field of bits: telephone numbers are given out in blocks."""


def read_hashes(together: bytes) -> KeyedHashes:
    """Return whole keyed hashes that are one after the other."""
    return np.frombuffer(together, np.uint8).reshape(-1, KEYED_BYTES)


def list_hashes(together: bytes) -> list[bytes]:
    """Return each of whole keyed hashes that are one after the other."""
    return [together[at : at + KEYED_BYTES] for at in range(0, len(together), KEYED_BYTES)]


def no_hashes(number: int) -> KeyedHashes:
    """Return room for so many keyed hashes."""
    return np.zeros((number, KEYED_BYTES), np.uint8)


def number_byte(number: int) -> bytes:
    """Return how `Hashes` are told the number of a hash."""
    return np.int8(number).tobytes()


class Hashes:
    """Many keyed hashes, each with a small number, in little memory: sorted halves of them.

    `_begins` has, for the first bits of a hash, where such hashes begin: hashes are spread evenly,
    so that one or two are there.
    """

    __slots__ = ("_begins", "_firsts", "_numbers", "_seconds", "_shift")

    def __init__(self, together: bytes) -> None:
        """Keep hashes of `HASH_BYTES` each, with a `number_byte` after it, one after the other.

        Of a hash that is there several times the greatest number counts.
        """
        table = np.frombuffer(together, NUMBERED)
        firsts = table["first"].copy()
        order = np.argsort(firsts)
        firsts, seconds, numbers = firsts[order], table["second"][order], table["number"][order]
        del table, order
        alike, differ = firsts[1:] == firsts[:-1], seconds[1:] != seconds[:-1]
        if (alike & differ).any():  # two begin alike: so rare that their order is made only then
            order = np.lexsort((seconds, firsts))
            firsts, seconds, numbers = firsts[order], seconds[order], numbers[order]
            alike, differ = firsts[1:] == firsts[:-1], seconds[1:] != seconds[:-1]
        is_new = np.append(True, ~alike | differ)
        if not is_new.all():  # what several share is there once
            starts = np.flatnonzero(is_new)
            firsts, seconds = firsts[starts], seconds[starts]
            numbers = np.maximum.reduceat(numbers, starts)
        self._firsts, self._seconds, self._numbers = firsts, seconds, numbers
        bits = max(1, len(firsts).bit_length() - 1)
        self._shift = np.uint64(64 - bits)
        edges = np.arange(1 << bits, dtype=np.uint64) << self._shift
        self._begins = np.searchsorted(firsts, edges).astype(np.int32)

    def find(self, together: bytes) -> tuple[Places, Small]:
        """Return the places of those of several whole keyed hashes that are there, and numbers."""
        asked = np.frombuffer(together, np.uint64).reshape(-1, KEYED_BYTES // 8)
        firsts, last = asked[:, 0].copy(), len(self._firsts)
        found = np.full(len(asked), -1, np.int32)
        left, at = np.arange(len(asked)), self._begins[firsts >> self._shift]  # all step by step
        while len(left):
            inside = at < last
            left, at, firsts = left[inside], at[inside], firsts[inside]
            here = self._firsts[at]
            may = np.flatnonzero(here == firsts)
            hit = may[self._seconds[at[may]] == asked[left[may], 1]]
            found[left[hit]] = at[hit]
            go = here <= firsts
            go[hit] = False
            left, at, firsts = left[go], at[go] + 1, firsts[go]
        known = np.flatnonzero(found >= 0)
        return known, self._numbers[found[known]]


class Numbers:
    """Many telephone numbers in little memory, however many are on the file of the service."""

    __slots__ = ("_blocks",)

    def __init__(self) -> None:
        self._blocks: dict[int, bytearray] = {}

    def add(self, spelling: str) -> None:
        """Add a number in its one spelling."""
        block, place = divmod(int(spelling), NUMBERS_TOGETHER)
        bits = self._blocks.get(block)
        if bits is None:
            bits = self._blocks[block] = bytearray(NUMBERS_TOGETHER // 8)
        bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, spelling: str) -> bool:
        """Tell whether a number is among them."""
        block, place = divmod(int(spelling), NUMBERS_TOGETHER)
        bits = self._blocks.get(block)
        return bits is not None and bool(bits[place >> 3] & 1 << (place & 7))
