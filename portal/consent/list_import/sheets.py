"""Lists that come out of a spreadsheet: their encoding, separator and rows.

Rows are those of RFC 4180. A row ends at the first line end before which it has an even number
of quotation marks; it is whole only if it is then one row for the csv module too. So what is in
doubt is refused, and the rows after it are read rightly again.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BufferedReader
from itertools import chain
from typing import TextIO

import numpy as np

from portal.consent.list_import.formulas import is_run
from portal.platform.core.errors import DomainError

BLOCK, LONGEST = 1 << 19, 1 << 16
"""Bytes that are read at once, and that one row may have."""
SEPARATORS = ",;\t|"
LINE_END = "\r\n"
REPLACEMENT = "\ufffd"
"""Stands for what no encoding explains."""
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = frozenset(
    [f"cp{number}" for number in (437, 850, 852, 858, *range(1250, 1259))]
    + [f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))]
    + ["mac-roman", "mac-latin2", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
"""What somebody may say that a list was saved in, as Python names them."""
SAID = re.compile(r'"?sep=([^"\r\n])"?(?:\n|$)', re.IGNORECASE)
"""A line before the first row that tells spreadsheets what separates the columns."""


class EndlessRowError(DomainError):
    """A row does not end: most likely a quotation mark is not closed. `line` is where it began."""

    code = "endless-row"

    def __init__(self, line: int) -> None:
        super().__init__(f"The row that begins in line {line} does not end")
        self.line = line


def name_encoding(said: str) -> str:
    """Return an encoding by its one name; raises `LookupError` for one that no list is saved in."""
    found = codecs.lookup(said).name
    if found not in ENCODINGS:
        raise LookupError(said)
    return found


def open_text(source: BufferedReader) -> TextIO:
    """Read a list as text: by its byte-order mark, else as UTF-8.

    Every line end becomes a line feed; what cannot be read, `REPLACEMENT`: to guess at another
    encoding would change letters, and nobody would notice.
    """
    _, found = _find_encoding(source, "utf-8")
    return io.TextIOWrapper(source, found, "replace")


def _find_encoding(source: BufferedReader, said: str) -> tuple[bytes, str]:
    """Return the byte-order mark that a list begins with, if any, and its encoding."""
    start = source.peek(4)[:4]
    return next((pair for pair in BYTE_ORDER_MARKS if start.startswith(pair[0])), (b"", said))


def find_separator(header: str) -> str:
    """Return what separates the columns: whatever makes the most of them in the first row."""
    return max(SEPARATORS, key=lambda one: len(read_row(header, one)))


def cut_blocks(source: BufferedReader, said: str = "utf-8") -> Iterator[tuple[int, bytes]]:
    """Give whole rows, many at once, with the number of the line that each block begins in.

    `said` is the encoding of a list without a byte-order mark, by its one name. The rows are not
    text yet, see `read_block`: several processes may each read some of them. Raises
    `EndlessRowError`.
    """
    rest, first = b"", 1
    for piece in _read_pieces(source, said):
        rest += piece
        cut = _find_cut(rest)
        if cut:
            yield first, rest[:cut]
            first, rest = first + _count_lines(rest[:cut]), rest[cut:]
        if len(rest) > LONGEST and not _find_cut(rest[:LONGEST]):
            raise EndlessRowError(first)
    if rest:
        if rest.count(b'"') % 2:
            raise EndlessRowError(first)
        yield first, rest


def read_block(block: bytes) -> str:
    """Read the rows of a block as text, as `open_text` reads a whole list."""
    text = block.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def take_first_row(
    blocks: Iterator[tuple[int, bytes]],
) -> tuple[str, Iterator[tuple[int, bytes]]]:
    """Return the first row that is not empty, and what comes after it; "" where there is none.

    A line that only says what separates the columns comes with the row after it.
    """
    for first, block in blocks:
        text = read_block(block)
        start = len(text) - len(text.lstrip("\n"))
        end = text.find("\n", start)
        while end >= 0 and text.count('"', start, end) % 2:
            end = text.find("\n", end + 1)
        end = len(text) if end < 0 else end
        if start < end:
            after = (first + text.count("\n", 0, end + 1), text[end + 1 :].encode())
            rest: Iterator[tuple[int, bytes]] = chain([after] if after[1] else [], blocks)
            if SAID.fullmatch(text[start:end]):
                header, rest = take_first_row(rest)
                return f"{text[start:end]}\n{header}", rest
            return text[start:end], rest
    return "", iter(())


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a list, `whole` and apart: the line that each begins in, and its text.

    `quoted` are the cells of rows with quotation marks, by place: none if those make no sense.
    """

    separator: str
    whole: str
    lines: Sequence[int]
    texts: list[str]
    quoted: dict[int, list[str]]

    def cells(self, place: int) -> list[str]:
        """Return the cells of a row; none if it is broken."""
        found = self.quoted.get(place)
        return self.texts[place].split(self.separator) if found is None else found

    def list_odd(self, width: int) -> list[int]:
        """Return the places of the rows that have not so many cells."""
        between, most = self.separator, width - 1
        counts = [text.count(between) for text in self.texts]
        odd: set[int] = set()
        if counts.count(most) != len(counts):
            odd = {place for place, count in enumerate(counts) if count != most}
        odd -= self.quoted.keys()
        odd |= {place for place, cells in self.quoted.items() if len(cells) != width}
        return sorted(odd)

    def column(self, number: int, width: int, odd: Iterable[int]) -> list[str]:
        """Return one cell of each row; nothing of those that have not so many cells.

        Of most cells nobody asks anything: a row is cut only as far as must be.
        """
        between, texts = self.separator, self.texts
        apart = {*odd, *self.quoted}
        if apart:
            blank = between * (width - 1)
            texts = [blank if at in apart else text for at, text in enumerate(texts)]
        if 2 * number < width:
            found = [text.split(between, number + 1)[number] for text in texts]
        else:
            found = [text.rsplit(between, width - number)[1] for text in texts]
        for place, cells in self.quoted.items():
            if len(cells) == width:
                found[place] = cells[number]
        return found


def split_rows(block: str, separator: str, first: int) -> Rows:
    """Return each row of a block of whole rows; empty lines are left out."""
    texts = block.removesuffix("\n").split("\n")
    if '"' not in block and "" not in texts:
        return Rows(separator, block, range(first, first + len(texts)), texts, {})
    rows = list(_each_row(texts, separator, first))
    quoted = {place: row[2] for place, row in enumerate(rows) if row[2] is not None}
    return Rows(separator, block, [row[0] for row in rows], [row[1] for row in rows], quoted)


def _each_row(
    texts: list[str], separator: str, first: int
) -> Iterator[tuple[int, str, list[str] | None]]:
    waiting: list[str] = []
    line = first
    for number, text in enumerate(texts, first):
        if not waiting and '"' not in text:
            if text:
                yield number, text, None
            continue
        line = line if waiting else number
        waiting.append(text)
        whole = "\n".join(waiting)
        if whole.count('"') % 2 == 0:
            cells = read_row(whole, separator)
            if cells:
                yield line, whole, cells
            else:
                yield from ((line + below, one, []) for below, one in enumerate(waiting))
            waiting = []


def read_row(text: str, separator: str) -> list[str]:
    """Return the cells of one row; none where its quotation marks make no sense."""
    lines = io.StringIO(text, newline="\n")
    try:
        found = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return []
    return found[0] if len(found) == 1 else []


def write_row(cells: Iterable[str], separator: str) -> str:
    """Spell a row, without its line end; what a spreadsheet would run gets a ' before it."""
    out = io.StringIO()
    safe = ("'" + cell if is_run(cell) else cell for cell in cells)
    # Only what ends a line for the writer is put in quotes: both signs, then.
    csv.writer(out, delimiter=separator, lineterminator=LINE_END).writerow(safe)
    return out.getvalue().removesuffix(LINE_END)


def _read_pieces(source: BufferedReader, said: str) -> Iterator[bytes]:
    """Give a list in pieces, in an encoding that has the signs of ASCII where ASCII has them."""
    mark, encoding = _find_encoding(source, said)
    pieces = iter(partial(source.read, BLOCK), b"")
    if encoding.startswith("utf-8"):
        source.read(len(mark))
        yield from pieces
    else:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        yield from (decoder.decode(piece).encode() for piece in pieces)
        yield decoder.decode(b"", final=True).encode()


def _find_cut(block: bytes) -> int:
    """Return how much of a block is whole rows."""
    cut = _find_line_end(block, len(block))
    quotes = block.count(b'"', 0, cut)
    while cut and quotes % 2:
        before = _find_line_end(block, cut - 1)
        quotes -= block.count(b'"', before, cut)
        cut = before
    return cut


def _find_line_end(block: bytes, stop: int) -> int:
    """Return where the last line that ends before `stop` ends.

    Of two signs that are one line end, the first alone is none; the last sign of a block may be
    such a first.
    """
    end = block.rfind(b"\n", 0, stop)
    alone = block.rfind(b"\r", end + 1, min(stop, len(block) - 1))
    return max(end, alone) + 1


def _count_lines(block: bytes) -> int:
    found = int(np.count_nonzero(np.frombuffer(block, np.uint8) == ord("\n")))
    return found + (block.count(b"\r") - block.count(b"\r\n") if b"\r" in block else 0)
