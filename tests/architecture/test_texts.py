"""What people read in templates is in the catalogue, whole, and the catalogue is as it would be."""

from pathlib import Path

import pytest

from tests.architecture.rules import ROOT
from tests.architecture.texts import (
    ALLOWED,
    CATALOGUE,
    HEAD,
    draw,
    extract,
    find_fragments,
    find_unmarked,
)

READ = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def drawn_of(folder: Path, template: str) -> str:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates/page.html").write_text(template, "utf-8")
    return draw(extract(folder)).removeprefix(HEAD)


def test_the_catalogue_holds_what_people_read() -> None:
    drawn = draw(extract(ROOT))
    assert drawn == CATALOGUE.read_text("utf-8"), "run make messages"


def test_a_text_that_is_new_or_changed_makes_another_catalogue(tmp_path: Path) -> None:
    before = drawn_of(tmp_path, "<p>{% trans %}One{% endtrans %}</p>")
    assert before == '#: templates/page.html\nmsgid "One"\nmsgstr ""\n\n'
    assert drawn_of(tmp_path, "<p>{% trans %}Two{% endtrans %}</p>") != before
    assert drawn_of(tmp_path, '\n\n<p>{{ _("One") }}</p>') == before, "it knows no lines"


def test_the_catalogue_knows_plurals_and_reads_modules_too(tmp_path: Path) -> None:
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal/rules.py").write_text('SAID = _("From a module")\n')
    drawn = drawn_of(
        tmp_path, "{% trans n=f() %}{{ n }} day{% pluralize %}{{ n }}\n days, 5%{% endtrans %}"
    )
    assert 'msgid "%(n)s day"\nmsgid_plural "%(n)s days, 5%%"\n' in drawn
    assert '#: portal/rules.py\nmsgid "From a module"\n' in drawn


@pytest.mark.parametrize("path", READ, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_text_of_a_template_stands_outside_the_catalogue(path: Path) -> None:
    found = [one for one in find_unmarked(path.read_text("utf-8")) if one not in ALLOWED]
    assert not found, f"{found}: write {{% trans %}}…{{% endtrans %}}, or _(…) in an expression"


def test_nothing_is_allowed_that_stands_nowhere() -> None:
    found = {one for path in READ for one in find_unmarked(path.read_text("utf-8"))}
    assert found == set(ALLOWED)


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Read me</p>", "Read me"),
        ("<p>{{ number }} of them</p>", "… of them"),
        ('<p>{{ "record" if n == 1 else _("records") }}</p>', "record"),
        ('<p>{{ n ~ " left" }}</p>', "left"),
        ('<p>{{ name or "nobody" }}</p>', "nobody"),
        ('<p>{{ name | default("nobody") }}</p>', "nobody"),
        ('<p aria-label="Read me">1</p>', "Read me"),
        ('<img src="/x" alt="{{ name }}, a picture">', "…, a picture"),
        ("<td data-label=\"{{ 'from' if a else _('To') }}\">1</td>", "from"),
        ('{{ ui.button("Save") }}', "Save"),
        ('{% call ui.banner("Nothing here") %}{% endcall %}', "Nothing here"),
        ('{{ ui.summary([{"key": "Name", "value": x}]) }}', "Name"),
        ('{% set words = "it is so" %}', "it is so"),
        ('{% macro back(text="Back") %}{{ text }}{% endmacro %}', "Back"),
        ('{{ _("Back %(to)s", to="Home") }}', "Home"),
        ("<a{% if x %} class='y'{% endif %} href='/z'>Go on</a>", "Go on"),
        ("{% block title %}A page{% endblock %}", "A page"),
        ("{% trans %}In it{% endtrans %}, out of it", ", out of it"),
    ],
)
def test_a_text_outside_the_catalogue_is_found(template: str, found: str) -> None:
    assert [one.lstrip("… ") for one in find_unmarked(template)] == [found.lstrip("… ")]


@pytest.mark.parametrize(
    "template",
    [
        '<p class="soft small">{% trans %}In it{% endtrans %} · 12 {{ name }}</p>',
        '{{ ui.button(_("Save"), "secondary", href=url_for("cases.show"), icon_name="log-in") }}',
        "<p title=\"{{ _('In it') }}\">{# not read #}<code>python -m portal</code></p>",
        "<style>p { margin: 0 }</style><script>go('on now')</script><!-- not read -->",
        '<li{{ " checked" if a else "" }} class="{{ "card card--wash" if a else "x" }}">1</li>',
        '{{ ngettext("%(num)s day", "%(num)s days", n) }}',
    ],
)
def test_what_nobody_reads_and_what_is_marked_is_left_alone(template: str) -> None:
    assert find_unmarked(template) == []


def test_no_message_is_a_piece_of_a_sentence() -> None:
    assert find_fragments(extract(ROOT)) == []


@pytest.mark.parametrize("piece", [", and more", ". After", "Added ·", " or "])
def test_a_piece_of_a_sentence_is_found(tmp_path: Path, piece: str) -> None:
    drawn_of(tmp_path, f'{{{{ _("{piece}") }}}}{{{{ _("Whole.") }}}}')
    assert find_fragments(extract(tmp_path)) == [piece]
