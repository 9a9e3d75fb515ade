"""Texts of modules: English as they stand, and said again in another language where they are read.

`_("We’ll answer by {day}.", day=…)` is a `str`, the English text, for everything that knows no
languages. It remembers its message and what was filled in, so that whoever shows it can `say` it
from a catalogue. What has passed through another function of `str` is English for good.
"""

from collections.abc import Iterable, Mapping
from gettext import NullTranslations
from typing import Any, Self


class Text(str):
    """A text of a catalogue, in English, that knows of which message it was made."""

    __slots__ = ("filled", "message", "plural")
    message: str
    plural: str
    """The message for every other number than one; nothing where nothing is counted."""
    filled: Mapping[str, Any]

    @classmethod
    def of(cls, message: str, plural: str = "", filled: Mapping[str, Any] | None = None) -> Self:
        """Make one of its message and what is filled in; `number` is what is counted."""
        values = filled or {}
        found = plural if plural and values["number"] != 1 else message
        text = cls(found.format_map(_Filled(values)) if values else found)
        text.message, text.plural, text.filled = message, plural, values
        return text

    def format(self, *args: object, **filled: object) -> "Text":
        """Fill in what a constant leaves open, by names."""
        if args:
            raise TypeError("What is filled into a text has a name")
        return Text.of(self.message, self.plural, {**self.filled, **filled})

    def __reduce__(self) -> tuple[object, ...]:
        """Stay a text of the catalogue in a copy."""
        return Text.of, (self.message, self.plural, dict(self.filled))


class _Filled(dict[str, Any]):
    """What is filled in; `{Name}` is `name` at the beginning of a sentence."""

    def __missing__(self, name: str) -> str:
        if not name[:1].isupper():
            raise KeyError(name)
        value = str(self[name[:1].lower() + name[1:]])
        return value[:1].upper() + value[1:]


def _(message: str, /, **filled: object) -> str:
    """Mark a text that people read, and fill in what has a name in it."""
    return Text.of(message, filled=filled)


def _n(message: str, plural: str, number: int, /, **filled: object) -> str:
    """Mark a text that counts: the first for one, the second for every other `number`."""
    return Text.of(message, plural, {"number": number, **filled})


def join(texts: Iterable[str], between: str = ", ") -> str:
    """Put texts one after the other, each of which is still a text of the catalogue."""
    named = {f"_{place}": text for place, text in enumerate(texts)}
    return Text.of(between.join(f"{{{name}}}" for name in named), filled=named)


def say(value: object, translations: NullTranslations) -> object:
    """Say a text, and the texts in it, in a language; anything else is handed back as it is."""
    if not isinstance(value, Text):
        return value
    if value.plural:
        found = translations.ngettext(value.message, value.plural, value.filled["number"])
    else:
        found = translations.gettext(value.message)
    if not value.filled:
        return found
    return found.format_map(
        _Filled({name: say(one, translations) for name, one in value.filled.items()})
    )
