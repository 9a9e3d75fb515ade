"""Texts of templates in the language of their environment, put in when a template is compiled.

`{% trans %}` and `_("…")` without anything to fill in are gone from a compiled template: what is
left is the text, as if it had been written there. Plurals, and `_("… %(name)s", name=…)`, are
looked up when the page is made. So is what modules hand to a template (`texts.Text`), in every
language but English, in which it is written.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from gettext import NullTranslations
from itertools import dropwhile, groupby

from jinja2 import Environment, nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import InternationalizationExtension
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser
from jinja2.runtime import Context

from portal.platform.core.texts import say

FILLED = re.compile(r"%(?:\((\w+)\)s|(%))")
"""What stands in a message for something else: a name, or a per cent sign."""


class Joining(CodeGenerator):
    """Writes a text and what stands around it in one piece, as if it had never been a message."""

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Write nodes one after the other."""
        super().blockvisit(_join(nodes), frame)


class Translating(InternationalizationExtension):
    """One language for one environment; `install` says which, before the first template."""

    def install(self, translations: NullTranslations) -> None:
        """Take the texts from these; what is not among them stays as it is written."""
        self.translations = translations
        self._install(translations, newstyle=True)
        self.environment.policies["ext.i18n.trimmed"] = True

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Put the text in the place of each `_("…")` that nothing is filled into."""
        tokens, at = list(stream), 0
        while at < len(tokens):
            end = _find_end(tokens, at)
            if end:
                text = "".join(token.value for token in tokens[at + 2 : end - 1])
                yield Token(tokens[at].lineno, "string", self.translations.gettext(text) % {})
            else:
                yield tokens[at]
            at = end or at + 1

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        """Read a message; a call that is filled in stands where its value goes, as without it."""
        match found := super().parse(parser):
            case [nodes.Assign(node=nodes.Expr() as value), nodes.Output() as output] if (
                not _is_looked_up(output)
            ):
                output.nodes = [
                    value if isinstance(node, nodes.Name) and node.name == "_trans" else node
                    for node in output.nodes
                ]
                return output
        return found

    def _make_node(  # noqa: PLR0913, PLR0917  # as the class above has it
        self,
        singular: str,
        plural: str | None,
        context: str | None,
        variables: dict[str, nodes.Expr],
        plural_expr: nodes.Expr | None,
        vars_referenced: bool,  # noqa: FBT001
        num_called_num: bool,  # noqa: FBT001
    ) -> nodes.Output:
        """Return the text of a message, with what is filled in between."""
        if plural is not None:
            return super()._make_node(
                singular, plural, context, variables, plural_expr, vars_referenced, num_called_num
            )
        if context is None:
            text = self.translations.gettext(singular)
        else:
            text = self.translations.pgettext(context, singular)
        parts, start = list[nodes.Expr](), 0
        for one in FILLED.finditer(text):
            parts.append(nodes.TemplateData(text[start : one.start()]))
            parts.append(variables[one[1]] if one[1] else nodes.TemplateData("%"))
            start = one.end()
        parts.append(nodes.TemplateData(text[start:]))
        return nodes.Output(
            [node for node in parts if not isinstance(node, nodes.TemplateData) or node.data]
        )


def translate(environment: Environment, translations: NullTranslations | None = None) -> None:
    """Have an environment say its texts in a language; in English, as written, without one."""
    environment.code_generator_class = Joining
    environment.add_extension(Translating)
    for extension in environment.iter_extensions():
        if isinstance(extension, Translating):
            extension.install(translations or NullTranslations())
    if translations is not None:
        environment.finalize = partial(say, translations=translations)
        environment.filters["lower"] = lambda value: str(say(value, translations)).lower()
        for name in ("_", "gettext", "ngettext", "pgettext", "npgettext"):
            look_up = environment.globals[name]
            if callable(look_up):
                environment.globals[name] = _filling(look_up, translations)


def _filling(look_up: Callable[..., str], translations: NullTranslations) -> Callable[..., str]:
    """Have what is filled into a message of a template said in the language of the message."""

    @pass_context
    def found(context: Context, /, *words: object, **filled: object) -> str:
        said = {name: say(value, translations) for name, value in filled.items()}
        return look_up(context, *words, **said)

    return found


def _join(body: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
    """Make one output of those that follow each other."""
    for is_output, run in groupby(body, lambda node: isinstance(node, nodes.Output)):
        outputs = list(run)
        if is_output:
            parts = [part for output in outputs for part in output.iter_child_nodes()]
            yield nodes.Output(parts, lineno=outputs[0].lineno)
        else:
            yield from outputs


def _find_end(tokens: list[Token], at: int) -> int:
    """Return where `_("…")` that begins here has ended; 0 where none does."""
    if [token.type for token in tokens[at : at + 3]] != ["name", "lparen", "string"]:
        return 0
    rest = dropwhile(lambda one: tokens[one].type == "string", range(at + 3, len(tokens)))
    end = next(rest, at)
    return end + 1 if tokens[at].value == "_" and tokens[end].type == "rparen" else 0


def _is_looked_up(output: nodes.Node) -> bool:
    """Tell whether a text is looked up when the page is made: a plural."""
    return any(name.name in {"ngettext", "npgettext"} for name in output.find_all(nodes.Name))
