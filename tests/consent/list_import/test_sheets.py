"""Lists out of a spreadsheet: read as the csv module reads them, refused where in doubt."""

import codecs
import csv
import io
from io import BufferedReader, BytesIO
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.consent.list_import.sheets import (
    LONGEST,
    EndlessRowError,
    Row,
    cut_rows,
    find_separator,
    is_run,
    name_encoding,
    open_text,
    split_rows,
    take_header,
    write_row,
)
from tests.consent.list_import.specification import cut_slowly

CELLS = st.text(st.sampled_from('ab1 ,;"\n+=-@\té'), max_size=6)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8)


def given_as(content: bytes) -> BufferedReader:
    return cast(BufferedReader, BufferedReader(BytesIO(content)))


def rows_of(content: bytes, said: str = "utf-8", separator: str = ",") -> list[Row]:
    return list(split_rows(cut_rows(open_text(given_as(content), said)), separator))


def read(content: bytes, said: str = "utf-8") -> str:
    return open_text(given_as(content), said).read()


def as_read(text: str) -> list[list[str]]:
    return [cells for cells in csv.reader(io.StringIO(text, newline="\n")) if cells]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_list_is_read_by_its_byte_order_mark(encoding: str) -> None:
    assert read("Zoë,01632 960001\r\n".encode(encoding)) == "Zoë,01632 960001\n"


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE])
def test_also_with_the_greater_byte_first(mark: bytes) -> None:
    encoding = "utf-16-be" if mark == codecs.BOM_UTF16_BE else "utf-32-be"
    assert read(mark + "Zoë\r".encode(encoding)) == "Zoë\n"


def test_without_one_it_is_utf_8_and_other_letters_are_marked_and_never_guessed_at() -> None:
    assert read("Zoë’s\n".encode("windows-1252")) == "Zo\ufffds\n"
    assert read(b"\x81\n") == "\ufffd\n"


@pytest.mark.parametrize("said", ["windows-1252", "cp850", "macintosh", "iso-8859-15", "utf-16-le"])
def test_whoever_says_how_a_list_was_saved_gets_its_letters(said: str) -> None:
    found = name_encoding(said)
    assert read("Zoë,01632 960001\r\n".encode(said), found) == "Zoë,01632 960001\n"
    assert read("Zoë\n".encode("utf-8-sig"), found) == "Zoë\n", "its own mark says more"


@pytest.mark.parametrize("said", ["rot13", "base64", "utf-7", "unicode_escape", "nonsense", ""])
def test_what_no_list_is_saved_in_is_refused(said: str) -> None:
    with pytest.raises(LookupError):
        name_encoding(said)


def test_a_line_that_says_the_separator_comes_with_the_row_after_it() -> None:
    rows = cut_rows(open_text(given_as(b"sep=;\r\n\r\na;b\r\nx;y\r\n")))
    assert take_header(rows) == "sep=;\na;b"
    assert list(rows) == [(4, "x;y")]
    assert take_header(cut_rows(open_text(given_as(b"sep=;\n")))) == "sep=;\n"


@given(TABLES)
def test_what_a_spreadsheet_writes_is_read_as_it_was_meant(table: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    rows = [cells for cells in as_read(out.getvalue()) if cells != [""]]
    found = [row.cells for row in rows_of(out.getvalue().encode())]
    assert [cells for cells in found if cells != [""]] == rows


SIGNS = [
    "a",
    ",",
    ";",
    '"',
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "é",
    "\0",
    "=1",
    "\u2028",
    "\x0b",
    "\ufeff",
]
QUOTED = ['""', '"x\ny"', '"\r\n"', '"a,b"', ',"', '",']
PIECES = st.sampled_from([*SIGNS, *QUOTED])
ENCODED = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "windows-1252", "mac-roman"]
)
SPOKEN = st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "windows-1252", "mac-roman", "cp437"])
BYTES = st.builds(
    lambda pieces, encoding: "".join(pieces).encode(encoding, "replace"),
    st.lists(PIECES, max_size=40),
    ENCODED,
)


@given(BYTES | st.binary(max_size=40), SPOKEN, st.sampled_from(",;\t"))
@example(b'a\r"b\r\nc"\r\n\nd', "utf-8", ",")
@example(b'"a"b\n"c\n\nd"e\n,f\n', "utf-8", ",")
@example(b"\xff\xfea", "utf-8", ",")
def test_a_list_is_cut_as_the_slow_version_cuts_it(
    content: bytes, said: str, separator: str
) -> None:
    """Every row, its line, its text and its cells; and the line of a row that does not end."""
    found: list[Row] = []
    line = None
    try:
        found.extend(split_rows(cut_rows(open_text(given_as(content), said)), separator))
    except EndlessRowError as refusal:
        line = refusal.line
    assert (found, line) == cut_slowly(content, said, separator)


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+x", "-cmd", "@sum", "\tx", "\uff1d1"])
def test_a_formula_is_made_words(cell: str) -> None:
    assert read_back(write_row([cell, "b"], ",")) == [f"'{cell}", "b"]


@pytest.mark.parametrize("cell", ["+44 1632 960001", "-5", "01632-960001", "a=b", ""])
def test_what_does_no_harm_stays_as_it_is(cell: str) -> None:
    assert read_back(write_row([cell, "b"], ",")) == [cell, "b"]


@given(st.lists(st.text(st.sampled_from('a1 ,;"\n\r=\té'), max_size=6), min_size=1, max_size=4))
def test_a_row_that_is_written_anew_is_one_row_with_the_same_cells(cells: list[str]) -> None:
    """A line end in a cell would else begin a row that nobody screened."""
    written = write_row(cells, ",")
    expected = [f"'{cell}" if is_run(cell) else cell for cell in cells]
    assert list(csv.reader(io.StringIO(written, newline=""))) == [expected]
    assert (written.count('"') % 2, written[-1:] in {"\r", "\n"}) == (0, False)


def read_back(row: str) -> list[str]:
    return next(csv.reader([row]))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator: str) -> None:
    assert find_separator(separator.join(["Name", "Telephone", "Town"])) == separator


@pytest.mark.parametrize("text", ['a,b\n"c,d\n', 'a,b\n"' + "c\n" * LONGEST])
def test_a_row_that_does_not_end_is_named(text: str) -> None:
    with pytest.raises(EndlessRowError, match="line 2"):
        rows_of(text.encode())


@pytest.mark.parametrize("row", ["x" * (LONGEST - 1), '"' + "c\n" * (LONGEST // 2 - 2) + 'x"'])
def test_a_row_may_be_long_and_no_longer(row: str) -> None:
    assert [one.line for one in rows_of(f"a,b\n{row}\nc,d\n".encode())][:2] == [1, 2]
    with pytest.raises(EndlessRowError, match="line 2"):
        rows_of(f"a,b\nx{row}\n".encode())


def test_the_first_row_may_have_several_lines_and_blank_ones_before_it() -> None:
    rows = cut_rows(open_text(given_as(b'\r\n\n"Na\nme",b\nx,y\n')))
    assert take_header(rows) == '"Na\nme",b'
    assert list(rows) == [(5, "x,y")]
