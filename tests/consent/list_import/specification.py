"""The slow, obvious way to read a list: the specification of the quick one."""

import codecs
import csv
import io

from portal.consent.list_import.sheets import Row

SIGNATURES = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def cut_slowly(content: bytes, said: str, separator: str) -> tuple[list[Row], int | None]:
    """Return the rows of a whole list, sign by sign, and where one begins that does not end."""
    rows: list[Row] = []
    row, first, line, is_quoted = "", 1, 1, False
    text = decode_slowly(content, said)
    for sign in text if text.endswith("\n") or not text else f"{text}\n":
        if sign == '"':
            is_quoted = not is_quoted
        if sign == "\n" and not is_quoted:
            rows += cut_one_slowly(row, first, separator)
            row, first = "", line + 1
        else:
            row += sign
        line += sign == "\n"
    return rows, first if is_quoted else None


def decode_slowly(content: bytes, said: str) -> str:
    """Return a list as text, by the longest mark that it begins with."""
    found = [mark for mark in SIGNATURES if content.startswith(mark)]
    mark = max(found, key=len, default=b"")
    if not mark and said == "utf-8-sig":
        said = "utf-8"
    text = content[len(mark) :].decode(SIGNATURES.get(mark, said), "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def cut_one_slowly(row: str, first: int, separator: str) -> list[Row]:
    """Return a row with its cells, or if it is none for the csv module, each line without any."""
    if not row:
        return []
    try:
        lines = io.StringIO(row, newline="\n")
        (cells,) = csv.reader(lines, delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        cells = []
    if cells:
        return [Row(first, row, cells)]
    return [Row(at, line, []) for at, line in enumerate(row.split("\n"), first)]
