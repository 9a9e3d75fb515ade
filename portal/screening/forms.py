"""The shape of a campaign list: what its first row says of the columns."""

from portal.kernel.sheets import REPLACEMENT, find_separator, is_run, read_row
from portal.marks.rules import Channel
from portal.screening.rules import Layout, UnfitListError

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
POSTCODES = "postcode postalcode zip zipcode pcode"


def read_layout(
    header: str, channel: Channel, named: tuple[str, ...] = (), separator: str = ""
) -> Layout:
    """Read how a list is laid out off its first row; raises `UnfitListError`."""
    separator = separator or find_separator(header)
    names = read_row(header, separator)
    if any(map(is_run, names)) or "\0" in header or REPLACEMENT in header:
        raise UnfitListError("The first row cannot be read, or a spreadsheet would run it")
    return Layout(
        separator=separator, width=len(names), columns=find_columns(names, channel, named)
    )


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
        raise UnfitListError(
            "The first row does not name a column with what reaches people by this channel."
            " Say which it is: --column NAME (for post, twice: first line of the address, postcode)"
        )
    if channel is not Channel.POST:
        return [[place] for some in places for place in some]
    if [len(some) for some in places] != [1, 1]:
        raise UnfitListError(
            "There must be one column with the first line of the address and one with the postcode."
            " Say which: --column LINE --column POSTCODE"
        )
    return [[places[0][0], places[1][0]]]


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))
