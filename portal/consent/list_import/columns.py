"""Finding the columns of a list that hold contacts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader

from portal.consent.list_import import headers
from portal.consent.list_import.cell_values import PostalRule, find_contacts
from portal.consent.list_import.sheets import (
    REPLACEMENT,
    SAID,
    Row,
    cut_rows,
    find_separator,
    is_run,
    open_text,
    read_row,
    split_rows,
    take_header,
)
from portal.identity.contact_index.rules import Channel
from portal.platform.core.errors import DomainError
from portal.platform.core.texts import _

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
NONE_NAMED = _("The first row doesn’t name a column with contact details for this channel")
ONE_EACH = _(
    "There must be one column with the first line of the address and one with the postcode"
)
SAY_WHICH = _("Several columns may have contact details: {columns}")


class UnfitListError(DomainError):
    """A list that cannot be screened at all; the text says why."""

    code = "unfit-list"


class UnnamedColumnError(UnfitListError):
    """The first row does not say which column holds the contacts."""


class SeveralColumnsError(UnnamedColumnError):
    """Several columns could hold the contacts, and only one can count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The layout of a list: its separator, the number of cells in a row, and its contact columns.

    Each contact has one cell; a post address has its first line and the postcode, followed by its
    other lines. `beside` are further columns that may hold contacts, where nobody said which
    columns count.
    """

    separator: str
    width: int
    columns: list[list[int]]
    beside: list[int] = field(default_factory=list)
    weak: frozenset[int] = frozenset()
    post: PostalRule = field(default_factory=PostalRule)


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list being read: its first row as it is written, its layout, and its other rows."""

    header: str
    layout: Layout
    rows: Iterator[Row]


def open_list(
    source: BufferedReader,
    channel: Channel,
    named: tuple[str, ...] = (),
    separator: str = "",
    said: str = "utf-8",
) -> OpenList:
    """Open a list; `said` is its encoding, used where it has no byte-order mark.

    Raises `UnfitListError`. It and reading the rows raise `EndlessRowError`.
    """
    rows = cut_rows(open_text(source, said))
    header = take_header(rows)
    layout = read_layout(header, channel, named, separator)
    return OpenList(header, layout, split_rows(rows, layout.separator))


def read_layout(
    header: str, channel: Channel, named: tuple[str, ...] = (), separator: str = ""
) -> Layout:
    """Return the layout of a list from its first row; raises `UnfitListError`.

    A line before it may name the separator.
    """
    said = SAID.match(header)
    if said:
        if separator not in {"", said[1]}:
            raise UnfitListError(
                _("The list itself names a different character as its column separator")
            )
        separator, header = said[1], header[said.end() :]
    separator = separator or find_separator(header)
    if len(separator) != 1 or separator in NO_SEPARATOR:
        raise UnfitListError(
            _("A separator must be one character, and not a quotation mark or a line end")
        )
    names = read_row(header, separator)
    if not names and header:
        raise UnfitListError(_("We can’t read the first row. Save the list as a CSV file again"))
    if any(map(is_run, names)) or "\0" in header or REPLACEMENT in header:
        raise UnfitListError(
            _(
                "We can’t read the first row, or it has a formula in it. Use plain words as column"
                " names"
            )
        )
    if any(find_contacts(one, name) for one in (channel, Channel.EMAIL) for name in names):
        raise UnfitListError(
            _("The first row must name the columns, but it has someone’s contact details")
        )
    return find_columns(names, channel, named, separator)


def find_columns(
    header: list[str], channel: Channel, named: tuple[str, ...] = (), separator: str = ","
) -> Layout:
    """Return the cells of a row that hold contacts; raises `UnnamedColumnError`.

    A row may have several contacts. `named` are the names of the columns that count; then no others
    do.
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
    """Tell whether a column has a usual name, perhaps with one more word that says which."""
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
        raise SeveralColumnsError(SAY_WHICH.format(columns=", ".join([header[first], *others])))
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
