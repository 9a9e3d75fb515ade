"""Lines of a post address and their other spellings; a refusal by any spelling counts."""

import re
from collections.abc import Iterator, Sequence
from itertools import permutations, product
from math import prod

from portal.consent.list_import.cells import bare, undo_wrong_letters

GROUPS = (
    "street st str", "saint st", "road rd", "avenue ave av", "lane ln la", "drive dr drv",
    "close cl clo", "court ct crt", "crescent cres cresc cr", "gardens gdns", "grove gr grv gro",
    "place pl", "square sq", "terrace ter terr tce", "park pk", "hill hl", "walk wlk", "way wy",
    "view vw", "yard yd", "mews mws", "parade pde", "boulevard blvd", "green grn gn", "row rw",
)  # fmt: skip
"""How streets are called, and how that is often abbreviated."""
OTHER_GROUPS = (
    "flat flt apartment apt", "house hse", "cottage cott ctg", "building bldg",
    "buildings bldgs", "estate est", "upper upr", "lower lwr", "great gt", "little lt", "mount mt",
    "north n", "south s", "east e", "west w", "and &", "first 1st", "second 2nd", "third 3rd",
)  # fmt: skip
ALIKE: dict[str, tuple[str, ...]] = {
    word: tuple(
        dict.fromkeys(
            other
            for group in (*GROUPS, *OTHER_GROUPS)
            if word in group.split()
            for other in (word, *group.split())
        )
    )
    for word in " ".join((*GROUPS, *OTHER_GROUPS)).split()
}
"""For each such word all that it may stand for: St is a street or a saint."""
STREET_WORDS = frozenset(" ".join(GROUPS).split())
HOUSES = (
    "cottage house farm farmhouse lodge hall barn villa manor bungalow mill rectory vicarage cabin"
    " castle chalet grange annexe stables croft oast"
)
"""How a house with a name and no number is often called."""
APOSTROPHES = re.compile("['`\u00b4\u02b9\u02bc\u2018\u2019\u201b\u2032\uff07]")
WORDS = re.compile(r"\w+|&")
HOUSE = re.compile(
    r"(?:(?:flat|unit|apartment|apt|suite|room|studio|house|number|no)\b\.? *)?"
    r"[0-9]{1,5} ?[a-z]?(?:[-/][0-9]{1,5} ?[a-z]?)?",
    re.IGNORECASE,
)
"""A cell with the number of a house or flat alone."""
PARTS = re.compile("[,;\r\n\uff0c\uff1b]+")
MOST_PARTS = 8
"""Parts of an address: of more, nobody could say which belong together."""
MOST_VARIANTS = 64
"""Spellings of one line: of more, those count whose last words are written in another way."""


def list_lines(lines: Sequence[str], first: int, beside: Sequence[str], postcode: str) -> list[str]:
    """Return the possible first lines of an address, the likeliest first.

    `lines` are cells in the order of the row, `beside` the other cells of the row: one may hold the
    house number. Raises `ValueError` where there are too many parts to combine.
    """
    line = _cut_code(lines[first].strip(), postcode)
    undone = [other for one in lines for other in undo_wrong_letters(one)]
    parts = [
        _cut_code(part, postcode)
        for one in [*lines, *undone]
        for cell in PARTS.split(one)
        if (part := bare(cell))
    ]
    if len(parts) > MOST_PARTS:
        raise ValueError("Not an address")
    houses = [one for one in map(bare, [*parts, *beside]) if HOUSE.fullmatch(one)]
    likely = line if any(map(str.isdigit, line)) or not houses else f"{houses[0]} {line}"
    return [
        likely,
        lines[first].strip(),
        line,
        bare(line),
        *undone,
        *(" ".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)),
        *(f"{one} {other}" for one, other in permutations([*houses, *parts], 2)),
    ]


def _cut_code(line: str, postcode: str) -> str:
    """Return a line without the postcode at its end, if there is more before it."""
    end = len(line)
    for sign in reversed([one for one in postcode.casefold() if one.isalnum()]):
        end = _end_of_words(line, end)
        if not end or line[end - 1].casefold() != sign:
            return line
        end -= 1
    before = _end_of_words(line, end)
    return line[:before] if 0 < before < end else line


def _end_of_words(line: str, end: int) -> int:
    """Return the position after the last letter or digit before a position."""
    while end and not line[end - 1].isalnum():
        end -= 1
    return end


def vary_line(text: str) -> Iterator[str]:
    """Yield a line and its variants: each word in full, abbreviated, or as it is.

    Also the part that begins with a number in it ("c/o Kim, 1 …") or ends with a street.
    """
    yield text
    words = WORDS.findall(APOSTROPHES.sub("", text.casefold()))
    starts = [0, *(at for at, word in enumerate(words) if at and word[0].isdigit())]
    ends = [at + 1 for at, word in enumerate(words) if word in STREET_WORDS]
    for start in starts:
        for end in {*ends, len(words)}:
            if end - start > 1 or (start, end) == (0, len(words)):
                yield from _vary(words[start:end])


def _vary(words: list[str]) -> Iterator[str]:
    choices: list[tuple[str, ...]] = []
    for at in reversed(range(len(words))):
        some = _list_alike(words[at], is_first=not at)
        many = len(some) * prod(map(len, choices)) > MOST_VARIANTS
        choices.append(some[:1] if many else some)
    yield from map(" ".join, product(*reversed(choices)))


def _list_alike(word: str, *, is_first: bool) -> tuple[str, ...]:
    """Return the variants of a word: its number without zeros, and with or without "No."."""
    if not (word.isdecimal() or (is_first and word[0].isdecimal())):
        return ALIKE.get(word, (word,))
    plain = word.lstrip("0") or word
    some = (word, plain, f"no {plain}") if is_first else (word, plain)
    return tuple(dict.fromkeys([*ALIKE.get(word, ()), *some]))


def is_house_name(line: str) -> bool:
    """Tell whether a line without a number is a house name, not a street whose number is lost."""
    words = WORDS.findall(line.casefold())
    return bool(set(HOUSES.split()).intersection(words)) and words[-1] not in STREET_WORDS
