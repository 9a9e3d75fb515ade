"""What people read that stands in a module, and not in the catalogue."""

import ast
import builtins
import re
from collections.abc import Iterator

MESSAGES = {"_": 1, "_n": 2}
"""What makes a text, and how many messages it is called with."""
SENTENCE = re.compile(r"(?:^|[\s“(])[a-z’]+(?=[\s.,:;?!…”)]|$)")
LABEL = re.compile(r"[A-Z][a-z’]{2,}[.:?!…]?|Yes|No")
"""One word that stands alone: no name of ours begins with a capital but those of classes."""
OPERATORS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
"""Lines of the log."""
SILENT = frozenset({
    "compile", "sub", "search", "match", "fullmatch", "split", "rsplit", "join", "replace",
    "startswith", "endswith", "removeprefix", "removesuffix", "strptime", "strftime", "get_logger",
    "execute", "literal", "check_text", "CheckConstraint", "TypeVar", "NewType",
})  # fmt: skip
"""Calls whose words are read by a program: patterns, parts of texts, SQL, names of types."""
ERRORS = frozenset(
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
)
"""What is raised with these is said to whoever writes programs."""

OTHERS = {
    "portal/consent/list_import/headers.py": "words that are compared",
    "portal/consent/list_import/streets.py": "words that are compared",
    "portal/consent/listed_people/rules.py": "for whoever gives the command",
    "portal/consent/sharing/rules.py": "for whoever gives the command",
    "portal/consent/sharing/service.py": "for whoever gives the command",
    "portal/erasure/cancellation/service.py": "a receipt is signed in English",
    "portal/erasure/connector_erasures/rules.py": "a receipt is signed in English",
    "portal/governance/audit/": "findings of whoever verifies the trail",
    "portal/operations/": "commands, logs and reports, for whoever runs the portal",
    "portal/platform/core/breaches.py": "a reason, in the log",
    "portal/platform/core/errors.py": "for whoever runs the portal",
    "portal/platform/core/guessing.py": "words that are guessed, and compared",
    "portal/platform/core/limits.py": "for whoever runs the portal",
    "portal/platform/core/masking.py": "words that are compared",
    "portal/platform/core/other_systems.py": "for whoever runs the portal",
    "portal/platform/core/timekeeping.py": "for whoever runs the portal",
    "portal/platform/core/timeouts.py": "for whoever runs the portal",
    "portal/platform/core/trouble.py": "for whoever runs the portal",
    "portal/platform/encryption/": "for whoever runs the portal",
    "portal/platform/runtime.py": "for whoever runs the portal",
    "portal/platform/setting_checks.py": "for whoever runs the portal",
    "portal/platform/settings.py": "for whoever runs the portal",
    "portal/platform/web/assets.py": "for whoever writes templates, and for browsers",
    "portal/platform/web/headers.py": "for browsers",
    "portal/platform/web/health.py": "for what watches the portal",
    "portal/platform/web/origins.py": "names of headers",
}
"""Modules whose words neither customers, visitors nor colleagues read, and who does."""
ALLOWED = {
    "What a company holds about a customer": "the name of a published shape",
    "list of what a download holds": "the kind of a signed document",
    "attachment; filename=your-data.zip": "a header that browsers read",
    "Lax": "what browsers are told of a cookie",
    "Not one address": "for whoever runs the portal",
    " at ": "a moment, as `clock` alone spells it",
    " ext ": "a number is kept as it is spelled",
    "an unknown device": "kept as it was named",
    " text": "what a session calls a text",
    "username webauthn": "a word of browsers",
    "home tel": "a word of browsers",
    "mobile tel": "a word of browsers",
    "Canonical: ": "a line of security.txt, whose format is fixed",
    "Contact: ": "a line of security.txt, whose format is fixed",
    "Expires: ": "a line of security.txt, whose format is fixed",
    "Preferred-Languages: en": "a line of security.txt, whose format is fixed",
    "attachment; filename=": "a header",
    "attachment; filename=consent-receipt.json": "a header",
    "consent receipt": "a format",
    "Signature:": "a line of a receipt, which is signed in English",
    "Unsubscribe": "the name of a column",
    "received day": "a field, as it is written in the texts that are kept",
    "due day": "a field, as it is written in the texts that are kept",
}
"""What stands outside the catalogue on purpose, and why."""
DATA = {
    "OTHERS_SAID": "a receipt is signed in English",
    "BY_WHAT": "a receipt is signed in English",
    "FIRST": "what an installation begins with, and changes for itself",
    "BUT_HELD": "a receipt is signed in English",
    "HEADERS": "names of columns, which are compared",
    "LACKS_MAILBOX": "SQL",
    "MANY_LINKS": "domains, which are compared",
    "UNREADABLE": "a receipt is signed in English",
}
"""Constants that hold no texts of the portal, and what they are."""


def find_unmarked_of(source: str) -> list[str]:
    """Return what a person reads of a module that is in neither `_()` nor `_n()`."""
    return [text for _, text in list_unmarked(ast.parse(source))]


def list_unmarked(tree: ast.AST) -> Iterator[tuple[ast.Constant, str]]:
    """Give each constant that looks like words for people and is not marked."""
    for child in _read_by_people(tree):
        if isinstance(child, ast.Constant):
            text = child.value if isinstance(child.value, str) else ""
            if LABEL.fullmatch(text.strip()) or (" " in text and SENTENCE.search(text)):
                yield child, text
        else:
            yield from list_unmarked(child)


def _read_by_people(node: ast.AST) -> Iterator[ast.AST]:
    """Give the parts of a piece of a program, but for those that programs and programmers read."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) if name in ERRORS:
            return
        case ast.Assign(targets=[ast.Name(id=name)]) if name in DATA:
            return
        case ast.AnnAssign(value=value):
            if value is not None:
                yield value
        case ast.arg() | ast.Compare() | ast.Subscript():
            return
        case ast.FunctionDef(args=arguments, body=body, decorator_list=decorators):
            yield from [*decorators, arguments, *body]
        case ast.Call():
            yield from _said_in_call(node)
        case _:
            yield from ast.iter_child_nodes(node)


def _said_in_call(call: ast.Call) -> Iterator[ast.AST]:
    """Give the parts of a call, but for messages, lines of the log, and what programs compare."""
    is_name = isinstance(call.func, ast.Name)
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in SILENT or (name in OPERATORS and not is_name):
        return
    yield call.func
    for place, argument in enumerate(call.args):
        if place >= MESSAGES.get(name, 0) or not isinstance(argument, ast.Constant):
            yield argument
    yield from call.keywords
