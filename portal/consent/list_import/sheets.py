"""CSV files: their encoding, rows and cells, and cells that a spreadsheet would run as formulas.

Rows are those of RFC 4180. A row ends at the first line end before which it has an even number of
quotation marks; it is whole only if the csv module reads it as one row too. So a doubtful row is
refused, and the rows after it are read correctly again.
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
from portal.platform.core.texts import _

LONGEST = 1 << 19
"""Letters and signs that one row may have."""
ROWS_TOGETHER = 5_000
"""Rows that are held in memory at once, and out of which a column is judged."""
SEPARATORS = ",;\t|"
LINE_END = "\r\n"
BOM = "\ufeff"
"""Without it a spreadsheet takes a CSV file for one in an older encoding."""
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
    """A row does not end: probably an unclosed quotation mark. `line` is the row's first line."""

    code = "endless-row"

    def __init__(self, line: int) -> None:
        super().__init__(_("The row that starts on line {number} has no end", number=line))
        self.line = line


class Row(NamedTuple):
    """A row of a list: the number of its first line, its text, and its cells.

    It has no cells where its quotation marks are malformed.
    """

    line: int
    text: str
    cells: list[str]


def name_encoding(said: str) -> str:
    """Return the canonical name of an encoding; raises `LookupError` for one we do not accept."""
    found = codecs.lookup(said).name
    if found not in ENCODINGS:
        raise LookupError(said)
    return found


def open_text(source: BufferedReader, said: str = "utf-8") -> TextIO:
    """Read a list as text: by its byte-order mark, or else in the encoding that the user named.

    Every line end becomes a line feed. Bytes that cannot be decoded become `REPLACEMENT`: a guess
    at another encoding would change letters unnoticed.
    """
    start = source.peek(4)[:4]
    marked = (encoding for mark, encoding in BYTE_ORDER_MARKS if start.startswith(mark))
    return io.TextIOWrapper(source, next(marked, said), "replace")


def cut_rows(text: TextIO) -> Iterator[tuple[int, str]]:
    """Yield each row that is not empty, as text, with the number of its first line.

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
    """Take the first row; "" where there is none.

    A line that only names the separator comes with the row after it.
    """
    _, text = next(rows, (0, ""))
    return f"{text}\n{take_header(rows)}" if SAID.fullmatch(text) else text


def split_rows(rows: Iterable[tuple[int, str]], separator: str) -> Iterator[Row]:
    """Split rows into cells. Malformed quotation marks: each line is a row without any cells."""
    for line, text in rows:
        cells = read_row(text, separator) if '"' in text else text.split(separator)
        if cells:
            yield Row(line, text, cells)
        else:
            yield from (Row(at, one, []) for at, one in enumerate(text.split("\n"), line))


def read_row(text: str, separator: str) -> list[str]:
    """Return the cells of one row; none where its quotation marks are malformed."""
    lines = io.StringIO(text, newline="\n")
    try:
        found = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return []
    return found[0] if len(found) == 1 else []


def find_separator(header: str) -> str:
    """Return the separator: the candidate that gives the first row the most columns."""
    return max(SEPARATORS, key=lambda one: len(read_row(header, one)))


def gather_rows(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows in batches."""
    rest = iter(rows)
    while some := list(islice(rest, ROWS_TOGETHER)):
        yield some


def is_run(cell: str) -> bool:
    """Tell whether a spreadsheet would run a cell as a formula (CSV injection, OWASP)."""
    return cell[:1] in RUN and FIGURE.fullmatch(cell) is None


def may_run(texts: Iterable[str], separator: str) -> bool:
    """Tell whether a spreadsheet might run any cell of some rows: a quick test of all at once."""
    block = "\n".join(["", *texts])
    starts = (f"{before}{sign}" for sign in RUN for before in (separator, "\n"))
    return '"' in block or any(one in block for one in starts if one != "\n\n")


def defuse_row(row: Row, separator: str) -> str:
    """Return the text of a row; it is rewritten if a spreadsheet would run one of its cells."""
    return write_row(row.cells, separator) if any(map(is_run, row.cells)) else row.text


def write_row(cells: Iterable[str], separator: str) -> str:
    """Return a row as CSV, without its line end; cells that would run get a ' before them."""
    out = io.StringIO()
    safe = ("'" + cell if is_run(cell) else cell for cell in cells)
    # Only what ends a line for the writer is put in quotes: both signs, then.
    csv.writer(out, delimiter=separator, lineterminator=LINE_END).writerow(safe)
    return out.getvalue().removesuffix(LINE_END)


def write_table(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Give rows as a CSV file that a spreadsheet opens as it is, line by line."""
    start = BOM
    for row in rows:
        yield start + write_row(row, ",") + LINE_END
        start = ""
