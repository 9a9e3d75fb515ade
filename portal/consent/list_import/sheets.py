"""Lists that come out of a spreadsheet: their encoding, rows and cells, and what it would run.

Rows are those of RFC 4180. A row ends at the first line end before which it has an even number
of quotation marks; it is whole only if it is then one row for the csv module too. So what is in
doubt is refused, and the rows after it are read rightly again.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import partial
from io import BufferedReader
from itertools import islice
from typing import NamedTuple, TextIO

from portal.platform.core.errors import DomainError

LONGEST = 1 << 19
"""Letters and signs that one row may have."""
ROWS_TOGETHER = 5_000
"""Rows that are held in memory at once, and out of which a column is judged."""
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
RUN = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a cell begins with that a spreadsheet would run, or its full-width twin (OWASP)."""
FIGURE = re.compile(r"[+-]?[0-9 ().,/-]*")
"""A number, which does no harm: telephone numbers begin with a plus."""


class EndlessRowError(DomainError):
    """A row does not end: most likely a quotation mark is not closed. `line` is where it began."""

    code = "endless-row"

    def __init__(self, line: int) -> None:
        super().__init__(f"The row that begins in line {line} does not end")
        self.line = line


class Row(NamedTuple):
    """A row of a list: the line that it begins in, its text, and its cells.

    There are no cells where its quotation marks make no sense.
    """

    line: int
    text: str
    cells: list[str]


def name_encoding(said: str) -> str:
    """Return an encoding by its one name; raises `LookupError` for one that no list is saved in."""
    found = codecs.lookup(said).name
    if found not in ENCODINGS:
        raise LookupError(said)
    return found


def open_text(source: BufferedReader, said: str = "utf-8") -> TextIO:
    """Read a list as text: by its byte-order mark, else in the encoding that somebody said.

    Every line end becomes a line feed; what cannot be read, `REPLACEMENT`: to guess at another
    encoding would change letters, and nobody would notice.
    """
    start = source.peek(4)[:4]
    marked = (encoding for mark, encoding in BYTE_ORDER_MARKS if start.startswith(mark))
    return io.TextIOWrapper(source, next(marked, said), "replace")


def cut_rows(text: TextIO) -> Iterator[tuple[int, str]]:
    """Give each row that is not empty, uncut, with the number of the line that it begins in.

    Raises `EndlessRowError`.
    """
    row: list[str] = []
    size = quotes = 0
    for number, line in enumerate(iter(partial(text.readline, LONGEST + 1), ""), 1):
        if not row and '"' not in line and len(line) <= LONGEST:  # as most are
            if line != "\n":
                yield number, line.removesuffix("\n")
            continue
        row.append(line)
        size += len(line)
        quotes += line.count('"')
        if size > LONGEST:
            break
        if quotes % 2 == 0:
            whole = "".join(row).removesuffix("\n")
            if whole:
                yield number + 1 - len(row), whole
            row, size, quotes = [], 0, 0
    if row:
        raise EndlessRowError(number + 1 - len(row))


def take_header(rows: Iterator[tuple[int, str]]) -> str:
    """Take the first row, "" where there is none.

    A line that only says what separates the columns comes with the row after it.
    """
    _, text = next(rows, (0, ""))
    return f"{text}\n{take_header(rows)}" if SAID.fullmatch(text) else text


def split_rows(rows: Iterable[tuple[int, str]], separator: str) -> Iterator[Row]:
    """Cut rows into cells. Where quotation marks make no sense, each line is a row without any."""
    for line, text in rows:
        cells = read_row(text, separator) if '"' in text else text.split(separator)
        if cells:
            yield Row(line, text, cells)
        else:
            yield from (Row(at, one, []) for at, one in enumerate(text.split("\n"), line))


def read_row(text: str, separator: str) -> list[str]:
    """Return the cells of one row; none where its quotation marks make no sense."""
    lines = io.StringIO(text, newline="\n")
    try:
        found = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return []
    return found[0] if len(found) == 1 else []


def find_separator(header: str) -> str:
    """Return what separates the columns: whatever makes the most of them in the first row."""
    return max(SEPARATORS, key=lambda one: len(read_row(header, one)))


def gather_rows(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Give many rows at once."""
    rest = iter(rows)
    while some := list(islice(rest, ROWS_TOGETHER)):
        yield some


def is_run(cell: str) -> bool:
    """Tell whether a spreadsheet would run a cell, and do what a stranger wrote (OWASP)."""
    return cell[:1] in RUN and FIGURE.fullmatch(cell) is None


def may_run(texts: Iterable[str], separator: str) -> bool:
    """Tell whether a spreadsheet might run a cell of some rows: a look at all of them at once."""
    block = "\n".join(["", *texts])
    starts = (f"{before}{sign}" for sign in RUN for before in (separator, "\n"))
    return '"' in block or any(one in block for one in starts if one != "\n\n")


def defuse_row(row: Row, separator: str) -> str:
    """Return the text of a row, or if a spreadsheet would run a cell, the row written anew."""
    return write_row(row.cells, separator) if any(map(is_run, row.cells)) else row.text


def write_row(cells: Iterable[str], separator: str) -> str:
    """Spell a row, without its line end; what a spreadsheet would run gets a ' before it."""
    out = io.StringIO()
    safe = ("'" + cell if is_run(cell) else cell for cell in cells)
    # Only what ends a line for the writer is put in quotes: both signs, then.
    csv.writer(out, delimiter=separator, lineterminator=LINE_END).writerow(safe)
    return out.getvalue().removesuffix(LINE_END)
