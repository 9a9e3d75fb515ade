"""Many hashes, or many numbers, in little memory."""

import numpy as np

HASH_BYTES = 16
"""How much of a keyed hash is kept in memory: half of it, as RFC 2104 (section 5) asks at least.

That two of a million values agree in it by chance has a probability of one in 10^26.
"""
NUMBERS_TOGETHER = 10_000
"""Numbers that are listed in one field of bits: telephone numbers are given out in blocks."""


class Hashes:
    """Many keyed hashes in little memory: sorted halves of their first `HASH_BYTES`."""

    __slots__ = ("_firsts", "_seconds")

    def __init__(self, together: bytes) -> None:
        """Keep hashes of `HASH_BYTES` each, one after the other in any order."""
        halves = np.frombuffer(together, np.uint64).reshape(-1, 2)
        halves = halves[np.argsort(halves[:, 0])]
        if len(halves):  # what several people share is there once
            is_new = np.append(True, (halves[1:] != halves[:-1]).any(axis=1))  # the first of all
            halves = halves[is_new]
        self._firsts, self._seconds = halves[:, 0].copy(), halves[:, 1].copy()

    def find(self, together: bytes) -> np.ndarray[tuple[int], np.dtype[np.bool]]:
        """Tell of each of several hashes of 32 bytes, one after the other, whether it is there."""
        asked = np.frombuffer(together, np.uint64).reshape(-1, 4)
        firsts, seconds = self._firsts, self._seconds
        found = np.zeros(len(asked), np.bool)
        if not len(firsts):
            return found
        places = np.searchsorted(firsts, asked[:, 0])
        for later in (0, 1):  # two may share a first half; for three there are too few people
            there = np.minimum(places + later, len(firsts) - 1)
            found |= (firsts[there] == asked[:, 0]) & (seconds[there] == asked[:, 1])
        return found


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
