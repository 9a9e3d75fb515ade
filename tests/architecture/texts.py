"""The catalogue of what people read, and what stands in a template outside it.

python -m tests.architecture.texts    writes the catalogue anew
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po
from jinja2 import Environment, nodes

from tests.architecture.rules import ROOT

CATALOGUE = ROOT / "templates/locale/portal.pot"
HEAD = """\
# What people read in pages and emails, in English. Written by `make messages`, not by hand.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
READ_IN = [
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
    ("portal/**.py", "python"),
]
JINJA: dict[str, object] = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}

KEYWORDS = {**DEFAULT_KEYWORDS, "_n": (1, 2)}

HEARD = frozenset(
    {"aria-label", "aria-roledescription", "alt", "title", "placeholder", "data-label"}
)
"""Attributes that are read out, or shown."""
SILENT = frozenset({"script", "style", "code", "svg"})
"""Elements whose text nobody reads as a sentence."""
LOOKED_UP = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
LETTER = re.compile(r"[^\W\d_]")
WORDS = re.compile(r"(?!.*(?:--|__)).*?(?:^\s*[A-Z]|’|[a-z,.]\s+[a-z])", re.DOTALL)
"""A constant of an expression that a person reads, wherever it goes; no name looks like it."""
FRAGMENT = re.compile(r"^[\s,.;:·]|[\s,·]$")
SALUTATIONS = frozenset({"Hello,", "Hello {name},"})
"""What ends as a piece of a sentence does, and is whole."""
FIRST_HOLE = 0xF0000
HOLE = re.compile(rf"[\U{FIRST_HOLE:08x}-\U000ffffd]")

ALLOWED = {
    "SMTP %s": "a code of mail servers, the same in every language",
    "typed": "a mark that a script reads, in no language",
}
"""What stands outside the catalogue on purpose, and why."""


def extract(root: Path) -> Catalog:
    """Return what is marked as a text below a folder, with the files in which it stands."""
    catalog = Catalog(fuzzy=False)
    options = {pattern: JINJA for pattern, method in READ_IN if method == "jinja2"}
    found = extract_from_dir(root, READ_IN, options, KEYWORDS)
    for path, line, message, _, context in sorted(found, key=lambda one: one[:2]):
        catalog.add(message, None, [(path, line)], context=context)
    return catalog


def draw(catalog: Catalog) -> str:
    """Return a catalogue as it is kept: sorted, without lines, dates and versions."""
    file = BytesIO()
    write_po(file, catalog, width=100, omit_header=True, sort_output=True, include_lineno=False)
    return HEAD + file.getvalue().decode("utf-8")


def find_fragments(catalog: Catalog) -> list[str]:
    """Return the messages that begin or end in the middle of a sentence."""
    messages = [text for message in catalog for text in _texts_of(message) if text]
    return [text for text in messages if FRAGMENT.search(text) and text not in SALUTATIONS]


def find_unmarked(source: str) -> list[str]:
    """Return what a person reads of a template that is in neither `trans` nor `_()`."""
    template = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    page = _Page()
    page.feed("".join(page.pour(template)))
    page.close()
    shown = [text for number in page.seen for text in _outcomes(page.holes[number])]
    found = [
        *page.words,
        *(text for text in _constants(template) if WORDS.match(text)),
        *(text for text in shown if LETTER.search(text)),
    ]
    return list(dict.fromkeys(" ".join(text.split()) for text in found))


def _texts_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


@dataclass
class _Page(HTMLParser):
    """A template as HTML: each expression is one sign of its own, statements are nothing."""

    holes: list[nodes.Expr] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def pour(self, node: nodes.Node) -> Iterator[str]:
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.TemplateData):
                yield child.data
            elif isinstance(node, nodes.Output) and isinstance(child, nodes.Expr):
                yield chr(FIRST_HOLE + len(self.holes))
                self.holes.append(child)
            elif not isinstance(child, nodes.Expr):
                yield from self.pour(child)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in HEARD:
                self._read(value or "")
        if tag in SILENT:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self._read(data)

    def _read(self, text: str) -> None:
        self.seen.extend(ord(one) - FIRST_HOLE for one in HOLE.findall(text))
        plain = HOLE.sub("…", text)
        if LETTER.search(plain):
            self.words.append(plain)


def _outcomes(node: nodes.Expr) -> Iterator[str]:
    """Give each constant that an expression may come to, or be put together from."""
    match node:
        case nodes.Const(value=str(text)):
            yield text
        case nodes.CondExpr(expr1=one, expr2=other):
            yield from _outcomes(one)
            if other is not None:
                yield from _outcomes(other)
        case nodes.BinExpr(left=one, right=other):
            yield from (*_outcomes(one), *_outcomes(other))
        case nodes.Concat(nodes=parts):
            yield from (text for part in parts for text in _outcomes(part))
        case nodes.Filter(node=nodes.Expr() as value, args=arguments):
            yield from (text for part in (value, *arguments) for text in _outcomes(part))
        case _:
            pass


def _constants(node: nodes.Node) -> Iterator[str]:
    """Give every constant of the expressions, but for messages."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        skipped = node.args if node.node.name in LOOKED_UP else []
    else:
        skipped = []
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Const) and any(child is one for one in skipped):
            continue
        if isinstance(child, nodes.Const) and isinstance(child.value, str):
            yield child.value
        yield from _constants(child)


if __name__ == "__main__":
    CATALOGUE.parent.mkdir(exist_ok=True)
    CATALOGUE.write_text(draw(extract(ROOT)), "utf-8")
