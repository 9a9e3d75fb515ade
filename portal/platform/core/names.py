"""What a name may be: nearly anything, but no address of a website and nothing that is not seen."""

import re
import unicodedata

from idna import IDNAError, valid_contextj

from portal.platform.core.texts import _

UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]"
)
"""What shows nothing although Unicode counts it among letters, marks or symbols: the characters
of `Default_Ignorable_Code_Point` that are no controls, and the blank pattern of braille."""
NO_TEXT = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls, invisible format signs, and what is no character at all."""
PASTED = frozenset(
    "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Soft hyphens, blanks without width and marks of direction: they come along when something is
copied, nobody sees them, and a name is the same without them."""
JOINERS = "\u200c\u200d"
"""Signs that are not seen, and that some scripts cannot be spelled without."""
ADDRESS = re.compile(r"://|\bwww\.|\S@\S", re.IGNORECASE)
DOTTED = re.compile(r"([^\W\d_]+|[\w-]+)[.\u3002\uff0e\uff61]([^\W\d_][\w-]+)(/?)")
LONGEST_SHORTENED = 4
"""Letters of what is shortened before a name, as in `St.John`, `Prof.Green` and `B.Sc`."""
MANY_LINKS = (
    "app biz club co com dev edu eu example gg gl gov info io link live ly me mobi net online org"
    " ru shop site store tk top tv uk us vip website xyz"
)
TOPS = frozenset(MANY_LINKS.split())
"""Top domains that many links go to."""


def parse_name(text: str) -> str:
    """Return a name as it is kept: as typed, in NFC, with single blanks; raises `ValueError`.

    Names are what people say they are: any script, digits, marks, apostrophes. Refused is only
    what no name has: the address of a website or an email address, which many programs would
    make a link of, characters that nobody sees, and what has no letter and no digit. Signs of
    format that come along when a name is pasted are dropped.
    """
    name = " ".join(drop_pasted(unicodedata.normalize("NFC", text)).split())
    if any(_is_unseen(name, place) for place in range(len(name))):
        raise ValueError("A character that is not seen")
    if ADDRESS.search(name) or any(_is_site(found) for found in DOTTED.finditer(name)):
        raise ValueError("The address of a website")
    if not any(unicodedata.category(sign)[0] in "LN" for sign in name):
        raise ValueError("No letter and no digit, which is no name")
    return name


def drop_pasted(text: str) -> str:
    """Drop what steers how a text is shown, and joiners that join nothing where they stand."""
    kept = "".join(sign for sign in text if sign not in PASTED)
    return "".join(
        sign for place, sign in enumerate(kept) if sign not in JOINERS or _joins(kept, place)
    )


def wrong_name(label: str) -> str:
    """Return what to say beside a field whose name is refused."""
    return _(
        "{label} must have at least one letter, and no web address or hidden characters."
        " Leave a space after any full stop",
        label=label,
    )


def _is_unseen(name: str, place: int) -> bool:
    sign = name[place]
    if sign in JOINERS:
        return not _joins(name, place)
    return unicodedata.category(sign) in NO_TEXT or UNSEEN.match(sign) is not None


def _joins(name: str, place: int) -> bool:
    """Tell whether a joiner stands where its script needs one (RFC 5892, A.1 and A.2)."""
    try:
        return valid_contextj(name, place) or _parts_joining(name, place)
    except (IDNAError, ValueError):
        return False


def _parts_joining(name: str, place: int) -> bool:
    """Tell whether a joiner stands between two letters of a script in which letters join.

    Persian keyboards write one after letters that join to none, where domain names allow none.
    """
    near = [*_near(name[:place][::-1]), *_near(name[place + 1 :])]
    return len(near) == 2 and all(  # noqa: PLR2004  # one on each side
        unicodedata.bidirectional(sign) == "AL" for sign in near
    )


def _near(signs: str) -> list[str]:
    """Return the nearest sign that is no mark upon another, in a list of one or none."""
    return next(([one] for one in signs if unicodedata.category(one) != "Mn"), [])


def _is_site(found: re.Match[str]) -> bool:
    """Tell a website from what is shortened and written without a blank, as `St.John` is."""
    before, after, slash = found.groups()
    is_short = len(before) <= LONGEST_SHORTENED
    is_shortened = is_short and before.istitle() and after.istitle() and not _is_top(found)
    return bool(slash) or not is_shortened


def _is_top(found: re.Match[str]) -> bool:
    """Tell whether a known top-level domain follows the dot, or one of ?, # and : comes after."""
    return found[2].lower() in TOPS or found.string[found.end() :].startswith(("?", "#", ":"))
