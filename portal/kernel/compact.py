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


def no_hashes(number: int) -> KeyedHashes:
    """Return room for so many keyed hashes."""
    return np.zeros((number, KEYED_BYTES), np.uint8)


def number_byte(number: int) -> bytes:
    """Return how `Hashes` are told the number of a hash."""
    return np.int8(number).tobytes()


class Hashes:
    """Many keyed hashes, each with a small number, in little memory: sorted halves of them."""

    __slots__ = ("_firsts", "_numbers", "_seconds")

    def __init__(self, together: bytes) -> None:
        """Keep hashes of `HASH_BYTES` each, with a `number_byte` after it, one after the other.

        Of a hash that is there several times the greatest number counts.
        """
        table = np.frombuffer(together, NUMBERED)
        firsts = table["first"].copy()
        order = np.argsort(firsts)
        firsts, seconds, numbers = firsts[order], table["second"][order], table["number"][order]
        del table, order
        is_new = np.append(True, (firsts[1:] != firsts[:-1]) | (seconds[1:] != seconds[:-1]))
        if not is_new.all():  # what several share is there once
            starts = np.flatnonzero(is_new)
            firsts, seconds = firsts[starts], seconds[starts]
            numbers = np.maximum.reduceat(numbers, starts)
        self._firsts, self._seconds, self._numbers = firsts, seconds, numbers

    def find(self, together: bytes) -> tuple[Places, Small]:
        """Return the places of those of several whole keyed hashes that are there, and numbers."""
        asked = np.frombuffer(together, np.uint64).reshape(-1, KEYED_BYTES // 8)
        firsts, seconds = self._firsts, self._seconds
        if not len(firsts) or not len(asked):
            return np.empty(0, np.intp), np.empty(0, np.int8)
        order = np.argsort(asked[:, 0])  # neighbours are found near each other: less to wait for
        sorted_, found = asked[order], np.full(len(asked), -1)
        places = np.searchsorted(firsts, sorted_[:, 0])
        for later in (0, 1):  # two may share a first half; for three there are too few people
            at = np.minimum(places + later, len(firsts) - 1)
            is_there = (firsts[at] == sorted_[:, 0]) & (seconds[at] == sorted_[:, 1])
            found[is_there] = at[is_there]
        known = np.flatnonzero(found >= 0)
        return order[known], self._numbers[found[known]]


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
