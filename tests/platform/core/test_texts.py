"""A text of a module is its English, and can be said again in another language."""

import copy
import pickle
from dataclasses import dataclass
from gettext import GNUTranslations
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from jinja2 import Environment

from portal.platform.core.texts import Text, _, _n, join, say
from portal.platform.core.translating import translate

Messages = dict[str | tuple[str, str], str | tuple[str, ...]]
POLISH: Messages = {
    "We’ll answer by {day}.": "Odpowiemy do {day}.",
    "{Name} must be short": "Pole „{name}” musi być krótkie",
    "Email address": "Adres e-mail",
    "Post": "Poczta",
    ("{number} day", "{number} days"): ("{number} dzień", "{number} dni", "{number} dni"),
    "Kept for %(length)s": "Przechowywane %(length)s",
}


def translations(messages: Messages) -> GNUTranslations:
    """Make what an environment takes its texts from."""
    catalogue, file = Catalog(locale="pl", fuzzy=False), BytesIO()
    for message, said in messages.items():
        catalogue.add(message, said)
    write_mo(file, catalogue)
    file.seek(0)
    return GNUTranslations(file)


POLES = translations(POLISH)


@dataclass(frozen=True, slots=True)
class Line:
    words: str


def test_a_text_is_its_english() -> None:
    said = _("We’ll answer by {day}.", day="5 June")
    assert said == "We’ll answer by 5 June."
    assert {said: 1}["We’ll answer by 5 June."] == 1
    assert _("{day} is left open") == "{day} is left open"
    assert type(str(said)) is str


def test_a_text_is_said_in_another_language() -> None:
    assert say(_("We’ll answer by {day}.", day="5 June"), POLES) == "Odpowiemy do 5 June."
    assert say(_("We’ll answer by {day}.").format(day="<5>"), POLES) == "Odpowiemy do <5>."
    assert say(_("Nowhere in it"), POLES) == "Nowhere in it"
    assert say("Post", POLES) == "Post", "no text of a module"


@pytest.mark.parametrize(("number", "said"), [(1, "1 dzień"), (2, "2 dni"), (5, "5 dni")])
def test_a_text_that_counts(number: int, said: str) -> None:
    text = _n("{number} day", "{number} days", number)
    assert text == ("1 day" if number == 1 else f"{number} days")
    assert say(text, POLES) == said


def test_what_is_filled_in_is_said_too_and_may_begin_the_sentence() -> None:
    text = _("{Name} must be short", name=_("Email address"))
    assert text == "Email address must be short"
    assert _("{Name} must be short", name="what it is for") == "What it is for must be short"
    assert say(text, POLES) == "Pole „Adres e-mail” musi być krótkie"
    assert say(join([_("Email address"), _("Post"), "x"]), POLES) == "Adres e-mail, Poczta, x"


def test_what_is_filled_in_is_never_read_as_a_message() -> None:
    assert _("By {day}", day="{0.__class__} {day}") == "By {0.__class__} {day}"
    with pytest.raises(KeyError):
        _("By {day}", name="x")
    with pytest.raises(TypeError):
        _("By {day}").format("x")


def test_a_copy_remembers_its_message() -> None:
    text = _("We’ll answer by {day}.", day=_("Post"))
    for one in (copy.deepcopy(text), copy.copy(text), pickle.loads(pickle.dumps(text))):  # noqa: S301
        assert isinstance(one, Text)
        assert say(one, POLES) == "Odpowiemy do Poczta."
    assert Line(text) == Line("We’ll answer by Post.")


def test_a_page_says_what_modules_hand_to_it_and_escapes_it() -> None:
    words = _("We’ll answer by {day}.", day="<b>5</b>")
    source = """{% macro box(said) %}[{{ said }}]{% endmacro -%}
    {{ words }} {{ box(words) }} {{ words | lower }} {{ _("Kept for %(length)s", length=length) }}
    {%- trans length=length %}Kept for {{ length }}{% endtrans %}"""
    said = []
    for language in (None, POLES):
        environment = Environment(autoescape=True)
        translate(environment, language)
        page = environment.from_string(source)
        said.append(page.render(words=words, length=_n("{number} day", "{number} days", 1)))
    english, polish = said
    assert english.startswith("We’ll answer by &lt;b&gt;5&lt;/b&gt;. [We’ll answer by &lt;b&gt;")
    once = "Odpowiemy do &lt;b&gt;5&lt;/b&gt;."
    assert polish.startswith(f"{once} [{once}] {once.lower()} ")
    assert english.endswith("Kept for 1 dayKept for 1 day")
    assert polish.endswith("Przechowywane 1 dzieńPrzechowywane 1 dzień")


def test_english_pages_ask_nothing_of_what_they_show() -> None:
    environment = Environment(autoescape=True)
    translate(environment)
    assert environment.finalize is None
