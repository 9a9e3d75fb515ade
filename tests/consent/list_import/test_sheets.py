"""Lists out of a spreadsheet: read as the csv module reads them, refused where in doubt."""

import codecs
import csv
import io
from io import BufferedReader, BytesIO
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consent.list_import import sheets
from portal.consent.list_import.formulas import is_run, may_run
from portal.consent.list_import.sheets import (
    BLOCK,
    LONGEST,
    EndlessRowError,
    Rows,
    cut_blocks,
    find_separator,
    name_encoding,
    open_text,
    read_block,
    split_rows,
    take_first_row,
    write_row,
)

CELLS = st.text(st.sampled_from('ab1 ,;"\n+=-@\té'), max_size=6)
FIGURES = st.from_regex(r"[+-]?[0-9 ().,/-]{0,6}|[a-z]{0,3}", fullmatch=True)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8)


def given_as(content: bytes) -> BufferedReader:
    return cast(BufferedReader, BufferedReader(BytesIO(content)))


def read(content: bytes) -> str:
    """Read a list whole, and block by block: the same comes of both."""
    whole = open_text(given_as(content)).read()
    assert "".join(read_block(block) for _, block in cut_blocks(given_as(content))) == whole
    return whole


def every(rows: Rows) -> list[list[str]]:
    return [rows.cells(place) for place in range(len(rows.texts))]


@given(TABLES, st.integers(1, 4))
def test_one_column_is_what_stands_there_in_each_row(table: list[list[str]], width: int) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    rows = split_rows(out.getvalue(), ",", 1)
    odd = rows.list_odd(width)
    cells = every(rows)
    assert odd == [place for place, one in enumerate(cells) if len(one) != width]
    for number in range(width):
        expected = [one[number] if len(one) == width else "" for one in cells]
        assert rows.column(number, width, odd) == expected


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
    content, found = "Zoë,01632 960001\r\n".encode(said), name_encoding(said)
    blocks = [read_block(block) for _, block in cut_blocks(given_as(content), found)]
    assert blocks == ["Zoë,01632 960001\n"]
    marked = [*cut_blocks(given_as("Zoë\n".encode("utf-8-sig")), found)]
    assert read_block(marked[0][1]) == "Zoë\n", "its own mark says more"


@pytest.mark.parametrize("said", ["rot13", "base64", "utf-7", "unicode_escape", "nonsense", ""])
def test_what_no_list_is_saved_in_is_refused(said: str) -> None:
    with pytest.raises(LookupError):
        name_encoding(said)


def test_a_line_that_says_the_separator_comes_with_the_row_after_it() -> None:
    header, rest = take_first_row(cut_blocks(given_as(b"sep=;\r\n\r\na;b\r\nx;y\r\n")))
    assert header == "sep=;\na;b"
    assert list(rest) == [(4, b"x;y\n")]
    assert take_first_row(cut_blocks(given_as(b"sep=;\n")))[0] == "sep=;\n"


@given(TABLES)
def test_what_a_spreadsheet_writes_is_read_as_it_was_meant(table: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    rows = [cells for cells in as_read(out.getvalue()) if cells != [""]]
    found = split_rows(out.getvalue(), ",", 1)
    assert [cells for cells in every(found) if cells != [""]] == rows


@given(st.text(st.sampled_from('ab,"\n'), max_size=40))
def test_whatever_is_written_no_row_is_read_otherwise_than_alone(text: str) -> None:
    """A row with quotation marks that make no sense is broken, and shifts no other."""
    found = split_rows(text + ('"' if text.count('"') % 2 else ""), ",", 1)
    for row, cells in zip(found.texts, every(found), strict=True):
        assert not cells or as_read(row) == [cells]
    assert sorted(found.lines) == list(found.lines)


@given(TABLES)
def test_a_block_with_a_dangerous_cell_is_never_taken_for_harmless(table: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    dangerous = any(
        is_run(cell) for cells in every(split_rows(out.getvalue(), ",", 1)) for cell in cells
    )
    assert may_run(out.getvalue(), ",") or not dangerous


def test_an_empty_cell_between_tabs_is_none_that_begins_with_a_tab() -> None:
    assert not may_run("a\t\tb\n", "\t")


@given(st.lists(st.lists(FIGURES, min_size=2, max_size=3), max_size=5), st.sampled_from(",;|"))
def test_numbers_with_a_sign_are_never_taken_for_dangerous(
    table: list[list[str]], separator: str
) -> None:
    rows = [separator.join(cell.replace(separator, "") for cell in cells) for cells in table]
    assert not may_run("".join(f"{row}\n" for row in rows), separator)


@pytest.mark.parametrize("separator", [",", ";", "é"])
@pytest.mark.parametrize(
    "cell", ["+44 1632 960001=x", "-5,=1", "+44 (0)x", "-", "+é", "=1", "\uff1d1"]
)
def test_whatever_is_run_is_noticed_wherever_it_stands(cell: str, separator: str) -> None:
    for row in (f"{cell}{separator}b", f"a{separator}{cell}"):
        for block in (row, f"{row}\n", f"a{separator}b\n{row}\na{separator}b\n"):
            cells = (one for line in block.split("\n") for one in line.split(separator))
            assert may_run(block, separator) or not any(map(is_run, cells))


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


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blocks_end_where_rows_end(end: str) -> None:
    row = f'Rowan,"1 Sample Street,{end}Exampleton"{end}'
    text = row * (3 * BLOCK // len(row))
    blocks = list(cut_blocks(given_as(text.encode())))
    assert len(blocks) > 2
    assert b"".join(block for _, block in blocks).decode() == text
    lines = read(text.encode()).split("\n")
    for first, block in blocks:
        assert block.startswith(b"Rowan")
        assert lines[first - 1].startswith("Rowan")


PIECES = st.sampled_from(["a", ",", '"x\ny"', '"\r\n"', "\n", "\r", "\r\n", "é", "\n\n"])


@given(st.lists(PIECES, max_size=40), st.integers(1, 12), st.sampled_from(["utf-8", "utf-16"]))
def test_wherever_a_list_is_cut_its_rows_and_their_lines_are_the_same(
    pieces: list[str], most: int, encoding: str
) -> None:
    content = "".join(pieces).encode(encoding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "BLOCK", most)
        blocks = [(line, read_block(one)) for line, one in cut_blocks(given_as(content))]
    whole = open_text(given_as(content)).read()
    assert "".join(block for _, block in blocks) == whole
    at = 0
    for first, block in blocks:
        assert whole.count("\n", 0, at) + 1 == first
        at += len(block)
        assert whole.count('"', 0, at) % 2 == 0
        assert at == len(whole) or whole[at - 1] == "\n"


@pytest.mark.parametrize("text", ['a,b\n"c,d\n', 'a,b\n"' + "c\n" * LONGEST])
def test_a_row_that_does_not_end_is_named(text: str) -> None:
    with pytest.raises(EndlessRowError, match="line 2"):
        list(cut_blocks(given_as(text.encode())))


def test_the_first_row_may_have_several_lines_and_blank_ones_before_it() -> None:
    header, rest = take_first_row(cut_blocks(given_as(b'\r\n\n"Na\nme",b\nx,y\n')))
    assert header == '"Na\nme",b'
    assert list(rest) == [(5, b"x,y\n")]
