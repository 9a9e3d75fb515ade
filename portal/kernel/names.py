"""What a name may be: nearly anything, but no address of a website and nothing that is not seen."""

import re
import unicodedata

from idna import IDNAError, valid_contextj

UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]"
)
"""What shows nothing although Unicode counts it among letters, marks or symbols: the characters
of `Default_Ignorable_Code_Point` that are no controls, and the blank pattern of braille."""
NO_TEXT = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls, invisible format signs, and what is no character at all."""
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
    make a link of, and characters that nobody sees.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if any(_is_unseen(name, place) for place in range(len(name))):
        raise ValueError("A character that is not seen")
    if ADDRESS.search(name) or any(_is_site(found) for found in DOTTED.finditer(name)):
        raise ValueError("The address of a website")
    return name


def wrong_name(label: str) -> str:
    """Return what to say beside a field whose name is refused."""
    return (
        f"{label} must not have a web address or hidden characters in it."
        " Leave a space after a full stop"
    )


def _is_unseen(name: str, place: int) -> bool:
    sign = name[place]
    if sign in JOINERS:
        return not _joins(name, place)
    return unicodedata.category(sign) in NO_TEXT or UNSEEN.match(sign) is not None


def _joins(name: str, place: int) -> bool:
    """Tell whether a joiner stands where its script needs one (RFC 5892, A.1 and A.2)."""
    try:
        return valid_contextj(name, place)
    except (IDNAError, ValueError):
        return False


def _is_site(found: re.Match[str]) -> bool:
    """Tell a website from what is shortened and written without a blank, as `St.John` is."""
    before, after, slash = found.groups()
    is_short = len(before) <= LONGEST_SHORTENED
    is_shortened = is_short and before.istitle() and after.istitle() and not _is_top(found)
    return bool(slash) or not is_shortened


def _is_top(found: re.Match[str]) -> bool:
    """Tell whether what is behind the dot is the end of many a website's address."""
    return found[2].lower() in TOPS or found.string[found.end() :].startswith(("?", "#", ":"))
