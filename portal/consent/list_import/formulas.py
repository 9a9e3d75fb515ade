"""Cells that a spreadsheet would run, and which would then do what a stranger wrote (OWASP)."""

import re

import numpy as np

from portal.consent.list_import.compact import Places

RUN = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a cell begins with that a spreadsheet would run, or its full-width twin (OWASP)."""
FIGURE = re.compile(r"[+-]?[0-9 ().,/-]*")
"""A number, which does no harm: telephone numbers begin with a plus."""
IN_FIGURE = np.isin(np.arange(256), [*b" ().,/-", *range(ord("0"), ord("9") + 1)])
"""Whether a byte may stand in a number after its first."""
Signs = np.ndarray[tuple[int], np.dtype[np.uint8]]
Truths = np.ndarray[tuple[int], np.dtype[np.bool_]]


def is_run(cell: str) -> bool:
    """Tell whether a spreadsheet would run a cell."""
    return cell[:1] in RUN and FIGURE.fullmatch(cell) is None


def may_run(block: str, separator: str) -> bool:
    """Tell whether any cell of a block might be one that a spreadsheet would run."""
    if '"' in block:
        return True
    ends = f"\r\n{separator}"  # no cell begins with what ends one
    signs = [sign for sign in RUN if sign not in ends and sign in block]
    if not "".join([separator, *signs]).isascii():
        starts = (f"{before}{sign}" for sign in signs for before in (separator, "\n"))
        return any(start in f"\n{block}" for start in starts)
    found = np.frombuffer(f"\n{block}\n".encode(), np.uint8)
    is_end = (found == ord(separator)) | (found == ord("\n"))
    begin = {sign: np.flatnonzero(is_end[:-1] & (found[1:] == ord(sign))) + 1 for sign in signs}
    return any(
        not _are_figures(found, is_end, places) if sign in "+-" else len(places) > 0
        for sign, places in begin.items()
    )


def _are_figures(found: Signs, is_end: Truths, places: Places) -> bool:
    """Tell whether the cells that begin at some places are all a `FIGURE`."""
    if not len(places):
        return True
    ends = np.flatnonzero(is_end)
    stops = ends[np.searchsorted(ends, places)]
    others = np.cumsum(~IN_FIGURE[found], dtype=np.int32)
    return bool((others[stops - 1] == others[places]).all())
