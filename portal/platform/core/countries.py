"""Countries, what they are called, and how each writes its postcodes.

The names are those of the Unicode CLDR in British English (Babel). The postcodes are those of
Google's libaddressinput, which the address forms of Chrome and Android go by (postalcheck). Both
come with the program: nothing is asked over a network.
"""

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, lru_cache
from typing import cast

import postalcheck
from babel import Locale

UNITED_KINGDOM = "GB"
"""Where somebody lives who has not said otherwise; the code of ISO 3166-1, as for all of them."""
USUAL = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
"""A British postcode of the usual form, of an area that may be younger than the library."""
TERRITORIES = ("FK", "GI", "GS", "IO", "PN", "SH", "AC", "TA", "TC")
"""British territories whose one postcode is written as one of the United Kingdom is, and whose
people may well choose that."""
HALF = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?(?:[0-9][A-Z]?)?")
"""A British postcode without its end, as a pattern of letters and digits."""
PREFIXED = re.compile(r"[A-Z]{1,3}[- ]([0-9][0-9 -]*)")
"""One with the country of the old plates of cars before it: D-10115."""
ZIP_AND_MORE = re.compile(r"([0-9]{5})[- ]?[0-9]{4}")
UNKNOWN_FORM = re.compile(r"[0-9A-Z][0-9A-Z /-]{0,11}")
"""A postcode of a country of which the library knows none; some began to have them since."""


@cache
def list_countries() -> Mapping[str, str]:
    """Return every country by its code, the United Kingdom first, the others as one looks them up.

    A country is what both libraries call one: CLDR has names for groups of countries too.
    """
    named = cast(Mapping[str, str], Locale("en", "GB").territories)
    found = {code: name for code, name in named.items() if _has_post(code)}
    others = sorted(found.keys() - {UNITED_KINGDOM}, key=lambda code: _plain(found[code]))
    return {code: found[code] for code in (UNITED_KINGDOM, *others)}


def name_country(code: str) -> str:
    """Return what a country is called; a code that is none stands for itself."""
    return list_countries().get(code, code)


def spell_postcode(text: str, country: str = UNITED_KINGDOM) -> str:
    """Return a postcode as its country writes it; raises `ValueError`."""
    if country == UNITED_KINGDOM:
        usual = USUAL.fullmatch("".join(text.split()).upper())
        if usual:
            return f"{usual[1]} {usual[2]}"
        return _first_of((UNITED_KINGDOM, *TERRITORIES), text)
    if find_example(country):
        return postalcheck.normalize(country, text)
    plain = " ".join(text.upper().split())
    if country not in list_countries() or not UNKNOWN_FORM.fullmatch(plain):
        raise ValueError("Not a postcode")
    return plain


@lru_cache(maxsize=10_000)
def read_anywhere(text: str) -> tuple[str, ...]:
    """Return how a postcode of no matter which country is written, the likeliest way first.

    The others are what it may be, too: a spreadsheet drops zeros at the start. Raises `ValueError`
    for what is none, or half of a British one, although that may be another's.
    """
    with suppress(ValueError):
        return (spell_postcode(text),)
    plain = " ".join(text.upper().split())
    if HALF.fullmatch("".join(filter(str.isalnum, plain))):
        raise ValueError("Half a postcode")
    prefixed, longer = PREFIXED.fullmatch(plain), ZIP_AND_MORE.fullmatch(plain)
    inner = prefixed[1] if prefixed else plain
    found = dict.fromkeys(_list_written(plain) or _list_written(inner))
    if not found:
        raise ValueError("Not a postcode")
    likely = plain if _list_written(plain) else inner
    zeros = [inner.zfill(digits) for digits in range(5, 8)] if inner.isdecimal() else []
    more = [inner, *found, *zeros, *([longer[1]] if longer else [])]
    return tuple(dict.fromkeys([likely, *more]))


def _list_written(text: str) -> list[str]:
    """Return how each country that has such a postcode writes it."""
    there = (code for code in list_countries() if find_example(code))
    return [postalcheck.normalize(code, text) for code in there if postalcheck.is_valid(code, text)]


def find_country(text: str) -> str:
    """Return the code of a country by its name or code; nothing for anything else."""
    return _list_names().get(_plain(text), "")


@cache
def _list_names() -> Mapping[str, str]:
    found = {_plain(name): code for code, name in list_countries().items()}
    return found | {_plain(code): code for code in list_countries()}


def find_example(country: str) -> str:
    """Return a postcode of a country as an example; nothing where it is not known to have any."""
    try:
        return postalcheck.example(country)
    except postalcheck.UnknownCountryError:
        return ""


def _first_of(countries: tuple[str, ...], text: str) -> str:
    for country in countries:
        if postalcheck.is_valid(country, text):
            return postalcheck.normalize(country, text)
    raise ValueError("Not a postcode")


def _has_post(code: str) -> bool:
    try:
        postalcheck.example(code)
    except postalcheck.UnknownCountryError as error:
        return error.has_postal_codes is False
    return True


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name)
    return "".join(filter(str.isalpha, parts)).casefold()
