"""Usual names of the columns in other people's lists."""

import re

OF_SEVERAL = (
    "work office business home private personal other second secondary third alternative alternate"
    " alt additional backup spare main primary first old new previous former daytime day evening uk"
    " preferred best"
)
"""What may stand beside such a name, and numbers: "Phone 2", "Email (work)"."""
OF_ADDRESSES = (
    "mailing postal residential delivery billing current correspondence permanent registered"
    " shipping customer contact full street"
)
"""What may stand beside the name of an address as well."""
WEAK = frozenset({"number", "contactnumber", "text", "mail", "mailaddress", "cell", "cli"})
"""Names that other things have, too: such a column counts if most of it reaches somebody."""
POSTCODES = "postcode postalcode zip zipcode pcode"
STREETS = frozenset({"street"})
"""First lines that may lack the number of the house."""
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+")
LINES = re.compile(
    r"(?:address(?:line)?|line)[2-9]|(?:house|flat|apartment|unit|building|subbuilding|premises?"
    r"|property|door)(?:name|number|no|nameornumber|numberorname|numbername|namenumber)?"
    r"|number|no|street(?:name)?|road|thoroughfare"
)
"""Further lines of an address."""
HOUSE_NAMES = re.compile(
    r"(?:house|building|premises?|property)(?:name|nameornumber|numberorname|numbername|namenumber)?"
)
"""Those of them in which the name of a house stands, as good as a number."""
OTHER_ADDRESS = re.compile(r"address|post(?:al)?code|zip(?:code)?")
NO_ADDRESS = re.compile(
    r"e.?mail|\bip|mac|web|internet|addressee|(?:address|code)\W*(?:type|status|id|verified|valid|checked"
    r"|date|since|source|format|quality|count|flag|notes?|changed|updated)\b"
)
"""What is said about an address, and is none, or not of the post."""


def plain_name(name: str) -> str:
    """Return the name of a column in lower case, without blanks and signs."""
    return "".join(filter(str.isalnum, name.casefold()))


def list_names(name: str, more: str = "") -> set[str]:
    """Return the readings of a column's name, also without the words of `more`."""
    words = [one.casefold() for one in WORD.findall(name)]
    beside = f"{OF_SEVERAL} {more}".split()
    return {
        plain_name(name),
        "".join(words),
        "".join(one for one in words if one not in beside),
    }
