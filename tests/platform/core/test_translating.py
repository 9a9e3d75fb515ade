"""Texts of templates are put in when they are compiled, in one language, and stay escaped."""

from gettext import GNUTranslations
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from jinja2 import (
    DictLoader,
    Environment,
    StrictUndefined,
    TemplateAssertionError,
    TemplateSyntaxError,
)

from portal.platform.core.translating import translate

POLISH: dict[str | tuple[str, str], str | tuple[str, ...]] = {
    "Back": "Wstecz",
    "Yes, share with %(title)s": "Tak, udostępnij: %(title)s",
    "Dear <strong>%(name)s</strong>": "Witaj, <strong>%(name)s</strong>",
    "100%% yours": "w 100%% Twoje",
    ("%(number)s record", "%(number)s records"): (
        "%(number)s rekord",
        "%(number)s rekordy",
        "%(number)s rekordów",
    ),
}
PAGE = """
{%- macro box(label) %}[{{ label }}]{% endmacro -%}
{{ box(_("Back")) }}{{ box(_("Yes, share with %(title)s", title=title)) }}
<p>{% trans name=names[0] %}
  Dear <strong>{{ name }}</strong>
{% endtrans %}</p>
<p title="{{ _('Back') }}">{% trans %}100% yours{% endtrans %}</p>
<p>{% trans number=names | length %}{{ number }} record
{%- pluralize %}{{ number }} records{% endtrans %}</p>
"""


def environment(catalogue: Catalog | None = None, **templates: str) -> Environment:
    made = Environment(
        loader=DictLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    translations = None
    if catalogue is not None:
        file = BytesIO()
        write_mo(file, catalogue)
        file.seek(0)
        translations = GNUTranslations(file)
    translate(made, translations)
    return made


def polish() -> Catalog:
    catalogue = Catalog(locale="pl", fuzzy=False)
    for message, said in POLISH.items():
        catalogue.add(message, said)
    return catalogue


def render(made: Environment, names: list[str]) -> list[str]:
    page = made.from_string(PAGE).render(names=names, title="Tom & Co")
    return [line.strip() for line in page.splitlines()]


def test_english_is_said_as_it_is_written() -> None:
    assert render(environment(), ["Sam"]) == [
        "[Back][Yes, share with Tom &amp; Co]",
        "<p>Dear <strong>Sam</strong></p>",
        '<p title="Back">100% yours</p>',
        "<p>1 record</p>",
    ]


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1 rekord"), (2, "2 rekordy"), (5, "5 rekordów"), (22, "22 rekordy")]
)
def test_another_language_is_said_by_the_same_template(number: int, said: str) -> None:
    assert render(environment(polish()), ["Sam"] * number) == [
        "[Wstecz][Tak, udostępnij: Tom &amp; Co]",
        "<p>Witaj, <strong>Sam</strong></p>",
        '<p title="Wstecz">w 100% Twoje</p>',
        f"<p>{said}</p>",
    ]


def test_what_is_not_in_the_catalogue_stays_english() -> None:
    said = environment(polish()).from_string("{% trans %}Not there{% endtrans %}").render()
    assert said == "Not there"


@pytest.mark.parametrize("catalogue", [None, polish()], ids=["en", "pl"])
def test_a_name_stays_escaped_and_a_tag_of_the_message_stays_a_tag(
    catalogue: Catalog | None,
) -> None:
    _, dear, *_, records = render(environment(catalogue), ["<b>%(name)s</b>"])
    assert "<strong>&lt;b&gt;%(name)s&lt;/b&gt;</strong>" in dear
    assert records in {"<p>1 record</p>", "<p>1 rekord</p>"}


def test_an_escaped_value_is_not_escaped_twice() -> None:
    source = """{% macro day(d) %}<time>{{ d }}</time>{% endmacro -%}
    {% trans d=day("<1>"), n=2 %}By {{ d }}{% endtrans %} {{ _("By %(d)s", d=day("<2>")) }}"""
    said = environment().from_string(source).render()
    assert said == "By <time>&lt;1&gt;</time> By <time>&lt;2&gt;</time>"


def test_a_text_that_nothing_is_counted_in_costs_nothing_when_the_page_is_made() -> None:
    made = environment(polish())
    compiled = made.compile(
        '{% trans name=find(1) %}Dear <strong>{{ name }}</strong>{% endtrans %}{{ _("Ba" "ck") }}',
        raw=True,
    )
    assert "Witaj, <strong>" in compiled
    assert "Wstecz" in compiled
    assert "gettext" not in compiled
    assert "_trans" not in compiled
    counted = "{% trans n=find(1) %}{{ n }} one{% pluralize %}{{ n }} more{% endtrans %}"
    assert "ngettext" in made.compile(counted, raw=True)


def test_what_is_filled_in_is_looked_up_as_strictly_as_before() -> None:
    assert environment().from_string("{% trans %}No {{ a }}{% endtrans %}").render(a=1) == "No 1"
    with pytest.raises(TemplateAssertionError):
        environment().from_string("{% trans a=1, a=2 %}{{ a }}{% endtrans %}")


def test_an_underscore_that_is_no_text_is_left_alone() -> None:
    source = "{% for _ in range(2) %}{{ _ }}{% endfor %}{{ _(words) }}{{ quote_('a') }}"
    said = environment().from_string(source).render(words="Back", quote_=str.upper)
    assert said == "01BackA"


def test_a_text_that_never_ends_is_a_mistake_of_the_template() -> None:
    with pytest.raises(TemplateSyntaxError):
        environment().from_string('<p>{{ _("Back"')


def test_a_message_may_say_where_it_stands() -> None:
    source = '{% trans "of a door" %}Close{% endtrans %}'
    catalogue = polish()
    catalogue.add("Close", "Zamknij", context="of a door")
    assert environment(catalogue).from_string(source).render() == "Zamknij"


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<p>{% trans %}A <b>b</b>{% endtrans %}</p>", "<p>A <b>b</b></p>"),
        (
            "<p>{% trans n=f(x) | upper %}By {{ n }}.{% endtrans %}</p>",
            "<p>By {{ f(x) | upper }}.</p>",
        ),
        ("{{ button(_('A'), a=_('B')) }}{{ _('C') }}", "{{ button('A', a='B') }}{{ 'C' }}"),
        (
            "{% if a %}{% trans %}A{% endtrans %}, {% trans %}B{% endtrans %}{% endif %}",
            "{% if a %}A, B{% endif %}",
        ),
    ],
)
def test_a_compiled_template_is_as_it_would_be_without_messages(marked: str, plain: str) -> None:
    made = environment()
    assert made.compile(marked, raw=True) == made.compile(plain, raw=True)
