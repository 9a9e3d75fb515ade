"""Which column of a list has what reaches people, and the one spelling of what stands there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from email_validator import SPECIAL_USE_DOMAIN_NAMES

from portal.account.rules import parse_postcode
from portal.kernel.addresses import fold_email
from portal.kernel.compact import Numbers
from portal.kernel.errors import DomainError
from portal.kernel.formulas import is_run
from portal.kernel.sheets import REPLACEMENT, find_separator, read_row
from portal.marks.rules import Channel, read_telephone, spell_address, spell_telephone

SPECIAL_DOMAINS = tuple(f".{name}\n" for name in SPECIAL_USE_DOMAIN_NAMES)
PLAIN_NUMBERS = re.compile(r"(?:0[1-357-9][0-9]{9}\n)*")
PLAIN_EMAILS = re.compile(
    r"(?:[a-z0-9_]{1,29}+(?:[.+-][a-z0-9_]{1,29}+)?"
    r"@[a-z0-9]{1,15}+(?:[.-][a-z0-9]{1,15}+){0,3}?\.[a-z]{2,20}+\n)*"
)
"""What most lists have, line after line: the libraries need not be asked about it.

Four pieces of a domain, were they all one label, have at most its 63 signs (RFC 1035).
"""
BLANKS = str.maketrans("", "", " -()")
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
POSTCODES = "postcode postalcode zip zipcode pcode"


class UnfitListError(DomainError):
    """A list that cannot be screened at all; the text says why."""

    code = "unfit-list"


class UnnamedColumnError(UnfitListError):
    """Nothing in the first row says which column has what reaches people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a list is laid out: its separator, how many cells a row has, where its contacts are.

    Each contact has one cell; a post address has two, its first line and the postcode.
    """

    separator: str
    width: int
    columns: list[list[int]]


def read_layout(
    header: str, channel: Channel, named: tuple[str, ...] = (), separator: str = ""
) -> Layout:
    """Read how a list is laid out off its first row; raises `UnfitListError`."""
    separator = separator or find_separator(header)
    if len(separator) != 1 or separator in NO_SEPARATOR:
        raise UnfitListError("A separator is one sign, and neither a quotation mark nor a line end")
    names = read_row(header, separator)
    if not names and header:
        raise UnfitListError("The first row cannot be read")
    if any(map(is_run, names)) or "\0" in header or REPLACEMENT in header:
        raise UnfitListError("The first row cannot be read, or a spreadsheet would run it")
    return Layout(
        separator=separator, width=len(names), columns=find_columns(names, channel, named)
    )


def read_numbers(lines: Iterable[str]) -> Numbers:
    """Read a file of the Telephone Preference Service, a number a line; raises `UnfitListError`.

    One with anything else in it is refused: it would be another file, and let people be rung.
    """
    numbers = Numbers()
    for line, text in enumerate(lines, 1):
        try:
            spelling = spell_contact(Channel.TELEPHONE, text.strip())
        except ValueError:
            raise UnfitListError(
                f"Line {line} of the Telephone Preference Service’s file is not a telephone number"
            ) from None
        if spelling:
            numbers.add(spelling)
    return numbers


def find_columns(
    header: list[str], channel: Channel, named: tuple[str, ...] = ()
) -> list[list[int]]:
    """Return in which cells of a row a contact stands; raises `UnfitListError`.

    Each contact has one cell; a post address has two: its first line and the postcode. A row
    may have several contacts. `named` are the names of the columns where they are not usual.
    """
    found = [_plain(cell) for cell in header]
    if named:
        wanted = [{_plain(name)} for name in named]
    elif channel is Channel.POST:
        wanted = [{*HEADERS[channel].split()}, {*POSTCODES.split()}]
    else:
        both = (Channel.TELEPHONE, Channel.TEXT) if channel is Channel.TELEPHONE else (channel,)
        wanted = [{name for one in both for name in HEADERS[one].split()}]
    places = [[place for place, name in enumerate(found) if name in names] for names in wanted]
    if not all(places):
        raise UnnamedColumnError(
            "The first row does not name a column with what reaches people by this channel"
        )
    if channel is not Channel.POST:
        return [[place] for some in places for place in some]
    if [len(some) for some in places] != [1, 1]:
        raise UnnamedColumnError(
            "There must be one column with the first line of the address and one with the postcode"
        )
    return [[places[0][0], places[1][0]]]


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def spell_contact(channel: Channel, first: str, postcode: str = "") -> str:
    """Return the spelling that is hashed of what reaches somebody; raises `ValueError`.

    Nothing for empty cells. Only a post address has a postcode, beside its first line.
    """
    first = first.strip()
    if channel is Channel.POST:
        return _spell_post(first, postcode.strip())
    if not first:
        return ""
    return fold_email(first) if channel is Channel.EMAIL else _spell_number(first)


def spell_line(channel: Channel, text: str) -> str:
    """Return the spelling that is hashed of a contact on a line of its own; raises `ValueError`.

    For post it is the first line of the address, a comma, and the postcode.
    """
    if channel is not Channel.POST:
        return spell_contact(channel, text)
    address, _, postcode = text.rpartition(",")
    return spell_contact(channel, address, postcode)


def spell_column(
    channel: Channel, firsts: list[str], postcodes: list[str] | None = None
) -> list[str | None]:
    """Return for each cell of a column what `spell_contact` does; None for what cannot be read."""
    if channel is Channel.POST:
        return [_spelled(channel, *pair) for pair in zip(firsts, postcodes or [], strict=True)]
    spell = _spell_plain_emails if channel is Channel.EMAIL else _spell_plain_numbers
    found, strange = spell("\n".join([*firsts, ""]))
    if len(found) != len(firsts):  # some cells are several lines
        found, strange = [""] * len(firsts), [*range(len(firsts))]
    spelled: list[str | None] = [*found]
    for place in strange:
        spelled[place] = _spelled(channel, firsts[place])
    return spelled


def _spell_plain_emails(text: str) -> tuple[list[str], list[int]]:
    """Return each line of a text in its one spelling, and the places of those not plain."""
    text = text.lower() if text.isascii() else text  # others have signs that become an ASCII one
    lines = text.split("\n")[:-1]
    if " " in text:
        lines = [line.strip(" ") for line in lines]
        text = "\n".join([*lines, ""])
    strange = _list_strange(PLAIN_EMAILS, text)
    if any(domain in text for domain in SPECIAL_DOMAINS):
        strange += [at for at, line in enumerate(lines) if f"{line}\n".endswith(SPECIAL_DOMAINS)]
    return lines, strange


def _spell_plain_numbers(text: str) -> tuple[list[str], list[int]]:
    """Return each line of a text in its one spelling, and the places of those not plain."""
    national = f"\n{text.translate(BLANKS)}".replace("\n+44", "\n0")
    spelled = national.replace("\n0", "\n+44").split("\n")[1:-1]
    return spelled, _list_strange(PLAIN_NUMBERS, national[1:])


def _list_strange(plain: re.Pattern[str], text: str) -> list[int]:
    """Return the places of the lines of a text that a pattern of plain lines does not take."""
    strange: list[int] = []
    place = start = 0
    while (end := plain.match(text, start).end()) < len(text):  # type: ignore[union-attr]  # matches nothing as well
        place += text.count("\n", start, end)
        strange.append(place)
        place, start = place + 1, text.index("\n", end) + 1
    return strange


def _spelled(channel: Channel, first: str, postcode: str = "") -> str | None:
    try:
        return spell_contact(channel, first, postcode)
    except ValueError:
        return None


def _spell_number(text: str) -> str:
    plain = f"\n{text.translate(BLANKS)}\n".replace("\n+44", "\n0")[1:]
    if plain.count("\n") > 1 or not PLAIN_NUMBERS.fullmatch(plain):
        read_telephone(text)  # what is as long as ours are may be in use by now
    return spell_telephone(text)


def _spell_post(line: str, postcode: str) -> str:
    if not line and not postcode:
        return ""
    found = spell_address(line, parse_postcode(postcode))
    if not found or found.startswith("|"):
        raise ValueError("Not an address")
    return found
