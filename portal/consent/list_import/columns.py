"""Which columns of a list have what reaches people."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

import phonenumbers

from portal.consent.list_import import headers
from portal.consent.list_import.cell_values import (
    PostalRule,
    count_likely,
    find_contacts,
)
from portal.consent.list_import.cells import APART, bare, find_same, join_digits
from portal.consent.list_import.column_values import Spelled, spell_addresses, spell_column
from portal.consent.list_import.compact import Numbers
from portal.consent.list_import.formulas import is_run
from portal.consent.list_import.sheets import REPLACEMENT, SAID, Rows, find_separator, read_row
from portal.identity.contact_index.rules import Channel, spell_telephone
from portal.platform.core.errors import DomainError

HEADERS = {
    Channel.EMAIL: "email emailaddress mail mailaddress emailid primaryemail contactemail",
    Channel.TEXT: (
        "mobile mobilenumber mobileno mobilephone mobiletelephone cell cellphone cellnumber sms"
        " smsnumber text textnumber handset msisdn"
    ),
    Channel.TELEPHONE: (
        "telephone telephonenumber telephoneno tel telno telnumber phone phonenumber phoneno"
        " landline landlinenumber homephone hometelephone homenumber workphone worktelephone"
        " daytimephone daytimetelephone eveningphone eveningtelephone contactnumber number cli"
        " primaryphone"
    ),
    Channel.POST: "address address1 addressline1 addressline firstline line1 street streetaddress",
}
"""How columns are called, without case, blanks and signs. Calls go to mobiles as well."""
NO_SEPARATOR = '"\r\n\0'
NONE_NAMED = "The first row does not name a column with what reaches people by this channel"
ONE_EACH = "There must be one column with the first line of the address and one with the postcode"
SAY_WHICH = "Several columns may have what reaches people: {}"


class UnfitListError(DomainError):
    """A list that cannot be screened at all; the text says why."""

    code = "unfit-list"


class UnnamedColumnError(UnfitListError):
    """The first row does not say which column has what reaches people."""


class SeveralColumnsError(UnnamedColumnError):
    """Several columns have what reaches people, and only one can count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a list is laid out: its separator, how many cells a row has, where its contacts are.

    Each contact has one cell; a post address has two, its first line and the postcode, and after
    them its other lines. `beside` are columns in which a contact may hide, as nobody said which
    columns count.
    """

    separator: str
    width: int
    columns: list[list[int]]
    beside: list[int] = field(default_factory=list)
    weak: frozenset[int] = frozenset()
    post: PostalRule = field(default_factory=PostalRule)


def read_layout(
    header: str, channel: Channel, named: tuple[str, ...] = (), separator: str = ""
) -> Layout:
    """Read how a list is laid out off its first row; raises `UnfitListError`.

    A line before it may say what separates the columns.
    """
    said = SAID.match(header)
    if said:
        if separator not in {"", said[1]}:
            raise UnfitListError("The list says itself that another sign separates its columns")
        separator, header = said[1], header[said.end() :]
    separator = separator or find_separator(header)
    if len(separator) != 1 or separator in NO_SEPARATOR:
        raise UnfitListError("A separator is one sign, and neither a quotation mark nor a line end")
    names = read_row(header, separator)
    if not names and header:
        raise UnfitListError("The first row cannot be read")
    if any(map(is_run, names)) or "\0" in header or REPLACEMENT in header:
        raise UnfitListError("The first row cannot be read, or a spreadsheet would run it")
    if any(find_contacts(one, name) for one in (channel, Channel.EMAIL) for name in names):
        raise UnfitListError("The first row is to name the columns, and already reaches somebody")
    return find_columns(names, channel, named, separator)


def read_numbers(lines: Iterable[str]) -> Numbers:
    """Read a file of the Telephone Preference Service, a number a line; raises `UnfitListError`.

    One with anything else in it is refused: it would be another file, and let people be rung. It
    may have numbers that nobody can be rung at any more.
    """
    numbers = Numbers()
    for line, text in enumerate(lines, 1):
        try:
            if plain := bare(text):
                numbers.add(_spell_listed(plain))
        except ValueError:
            raise UnfitListError(
                f"Line {line} of the Telephone Preference Service’s file is not a telephone number"
            ) from None
    return numbers


def _spell_listed(text: str) -> str:
    """Spell a number that has its area code, in use or not; raises `ValueError`."""
    spelling = spell_telephone(join_digits(text))
    number = phonenumbers.parse(spelling) if spelling.startswith("+") else None
    whole = phonenumbers.ValidationResult.IS_POSSIBLE
    if number is None or phonenumbers.is_possible_number_with_reason(number) != whole:
        raise ValueError("Not a telephone number")
    return spelling


def find_columns(
    header: list[str], channel: Channel, named: tuple[str, ...] = (), separator: str = ","
) -> Layout:
    """Return in which cells of a row a contact stands; raises `UnnamedColumnError`.

    A row may have several contacts. `named` are the names of the columns that count, and then no
    others do.
    """
    found, width = [headers.plain_name(cell) for cell in header], len(header)
    if named:
        wanted = [{headers.plain_name(name)} for name in named]
        places = [[place for place, name in enumerate(found) if name in names] for names in wanted]
        _refuse_none(places)
        if channel is Channel.POST:
            columns = [[*_only(places)]]
        else:
            columns = [[place] for some in places for place in some]
        return Layout(separator=separator, width=width, columns=columns)
    if channel is Channel.POST:
        return _find_addresses(header, found, separator)
    mine = [place for place, name in enumerate(header) if _is_called(name, *_ways(channel))]
    _refuse_none([mine])
    calls = channel is Channel.TEXT  # a number for calls gets no texts, whoever it is
    beside = [
        place
        for place, name in enumerate(header)
        if place not in mine and not (calls and _is_called(name, Channel.TELEPHONE))
    ]
    return Layout(
        separator=separator,
        width=width,
        columns=[[place] for place in mine],
        beside=beside,
        weak=frozenset(place for place in mine if found[place] in headers.WEAK),
    )


def _ways(channel: Channel) -> tuple[Channel, ...]:
    return (Channel.TELEPHONE, Channel.TEXT) if channel is Channel.TELEPHONE else (channel,)


def _is_called(name: str, *channels: Channel) -> bool:
    """Tell whether a column has a usual name, perhaps with a word more that says which."""
    usual = {one for channel in channels for one in HEADERS[channel].split()}
    return bool(usual & headers.list_names(name))


def _find_addresses(header: list[str], found: list[str], separator: str) -> Layout:
    wanted = HEADERS[Channel.POST].split(), headers.POSTCODES.split()
    firsts, codes = (
        [place for place, name in enumerate(found) if name in names] for names in wanted
    )
    if len(firsts) > 1:  # "Address" and "Street": the whole one counts
        firsts = [place for place in firsts if found[place] not in headers.STREETS] or firsts
    if not (firsts and codes):  # "Home address": none has the name alone
        called = [headers.list_names(name, headers.OF_ADDRESSES) for name in header]
        firsts, codes = (
            some or [place for place, names in enumerate(called) if names.intersection(words)]
            for some, words in zip((firsts, codes), wanted, strict=True)
        )
    _refuse_none([firsts, codes])
    first, code = _only([firsts, codes])
    lines = [
        place
        for place, name in enumerate(found)
        if headers.LINES.fullmatch(name) and place != first
    ]
    ordered, used = sorted([first, *lines]), {first, code, *lines}
    others = [
        name
        for place, name in enumerate(header)
        if place not in used
        and headers.OTHER_ADDRESS.search(found[place])
        and not headers.NO_ADDRESS.search(name.casefold())
    ]
    if others:
        raise SeveralColumnsError(SAY_WHICH.format(", ".join([header[first], *others])))
    return Layout(
        separator=separator,
        width=len(header),
        columns=[[first, code, *lines]],
        beside=[place for place in range(len(header)) if place not in used],
        post=PostalRule(
            ordered.index(first),
            is_street=found[first] in headers.STREETS,
            houses=tuple(
                at
                for at, place in enumerate(ordered)
                if headers.HOUSE_NAMES.fullmatch(found[place])
            ),
        ),
    )


def _refuse_none(places: list[list[int]]) -> None:
    if not all(places):
        raise UnnamedColumnError(NONE_NAMED)


def _only(places: list[list[int]]) -> list[int]:
    if [len(some) for some in places] != [1, 1]:
        raise UnnamedColumnError(ONE_EACH)
    return [some[0] for some in places]


def spell_rows(
    rows: Rows, odd: list[int], layout: Layout, channel: Channel
) -> tuple[list[list[str | None]], list[tuple[int, str]]]:
    """Return how each contact of some rows is spelled, column by column, as `Spelled.values`.

    Beside that, by the place of its row, whatever else may be meant there or stands in a column
    that is called otherwise. `odd` are the rows with another number of cells.
    """
    cells = partial(rows.column, width=layout.width, odd=odd)
    if channel is Channel.POST:
        spelled = _spell_addresses(cells, layout)
        return [spelled.values], spelled.others
    columns = [cells(place) for (place,) in layout.columns]
    found = [spell_column(channel, column) for column in columns]
    there = sum(count_likely(channel, APART.join(column)) for column in columns)
    mine = [
        at
        for at, (place,) in enumerate(layout.columns)
        if place not in layout.weak or _counts(found[at])
    ] or [*range(len(columns))]
    else_called = [column for at, column in enumerate(columns) if at not in mine]
    found = [found[at] for at in mine]
    others = [pair for one in found for pair in one.others]
    # Most lists have no contact elsewhere: the columns have as many as all the text.
    if layout.beside and _count_all(channel, rows) != there:
        else_called += map(cells, layout.beside)
    others += _look_beside(channel, else_called, found[0].values)
    return [column for one in found for column in one.list_columns()], others


def _counts(column: Spelled) -> bool:
    """Tell whether most of what stands in a column reaches somebody."""
    unreadable = column.values.count(None)
    return 2 * unreadable < len(column.values) - column.values.count("") or not unreadable


def _count_all(channel: Channel, rows: Rows) -> int:
    """Return how much in all cells of some rows may reach somebody."""
    if channel is Channel.EMAIL or not rows.quoted:
        return count_likely(channel, rows.whole, f"{rows.separator}\n")
    cells = (APART.join(rows.cells(place)) for place in range(len(rows.texts)))
    return count_likely(channel, APART.join(cells))


def _spell_addresses(cells: Callable[[int], list[str]], layout: Layout) -> Spelled:
    ((first, postcode, *others),) = layout.columns
    lines = [cells(place) for place in sorted([first, *others])]
    beside = [cells(place) for place in layout.beside]
    return spell_addresses(lines, cells(postcode), beside, layout.post)


def _look_beside(
    channel: Channel, columns: Iterable[list[str]], known: list[str | None]
) -> list[tuple[int, str]]:
    """Return by place what reaches somebody in other columns; `known` are the rows' own."""
    found: list[tuple[int, str]] = []
    for column in columns:
        if count_likely(channel, APART.join(column)):
            same = find_same(column, known)
            for place, cell in enumerate(column):
                if cell and cell != same:
                    found += [(place, one) for one in find_contacts(channel, cell)]
    return found
