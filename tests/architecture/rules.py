"""The rules of the house that no linter can state.

Each rule is a function from something read to what is wrong with it, so that it can be tried
on a violation as well as on the portal.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from portal.platform.core.telephones import DRAMA

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE, LONGEST_VIEW = 290, 25
"""Lines of a file below its imports, and of a view."""


@dataclass(frozen=True)
class Source:
    """A file as a rule sees it: where it is in the tree, and what it says."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def public_functions(self) -> Iterator[ast.FunctionDef]:
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield node

    def is_python(self) -> bool:
        return self.path.suffix == ".py"

    def is_in(self, folder: str) -> bool:
        return self.path.parts[0] == folder

    def at(self, line: int, what: str) -> str:
        return f"{self.path}:{line}: {what}"


Rule = Callable[[Source], list[str]]

# ------------------------------------------------------------------------------ reading the tree

NOT_OURS = frozenset({".git", ".venv", "__pycache__", "htmlcov", "instance", "build", "dist"})


def read_tree(root: Path) -> list[Source]:
    """Return every text file that is part of the project."""
    found = []
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root)
        if not path.is_file() or any(_is_not_ours(part) for part in place.parts):
            continue
        try:
            found.append(Source(PurePosixPath(place.as_posix()), path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue  # a picture or a font says nothing
    return found


def _is_not_ours(part: str) -> bool:
    return part in NOT_OURS or part.endswith(("_cache", ".egg-info")) or part == ".hypothesis"


# ------------------------------------------------------------------------------ shape of the code


def _list_rooms(configuration: Path) -> Iterator[str]:
    """Yield the features, which the import contract about their inside names."""
    tools = tomllib.loads(configuration.read_text("utf-8"))["tool"]
    for contract in tools["importlinter"]["contracts"]:
        if contract["id"] == "rooms":
            yield from (container.removeprefix("portal.") for container in contract["containers"])


FEATURES = frozenset(_list_rooms(ROOT / "pyproject.toml"))
ROOM = frozenset(
    {
        "__init__.py",
        "emails.py",
        "events.py",
        "forms.py",
        "held.py",
        "models.py",
        "queries.py",
        "routes.py",
        "rules.py",
        "service.py",
        "packaging.py",
        "staff_queries.py",
        "staff_routes.py",
    }
)
SHAPELESS = re.compile(r"(^|_)(utils?|helpers?|common|misc|tools)($|_)")
READS = frozenset({"queries.py", "staff_queries.py"})
PAGES = frozenset({"routes.py", "staff_routes.py"})
QUERY = re.compile(r"(find|get|list|count)_[a-z]")
READS_FROM = frozenset({"session", "work"})  # `work` where what is read must be unsealed
ACTS_IN = frozenset({"work", "works"})  # `works` where hashing must stay outside a transaction

ENDS_A_TRANSACTION = frozenset({"begin", "commit", "rollback"})
MAY_END_A_TRANSACTION = (
    "portal/platform/core/work.py",
    "portal/operations/schema/migrate.py",
    "portal/operations/schema/lock.py",
    "portal/platform/encryption/",
)
ANSWERS, ANSWERS_TABLE = "portal.consent.surveys", "survey_answer"
MAY_READ_ANSWERS = ("portal/consent/surveys/",)
MAY_PUT_TOGETHER = {
    "portal/operations/app.py": frozenset({"routes", "staff_routes"}),
    "portal/operations/data_inventory.py": frozenset({"held"}),
    "portal/operations/demo_data.py": frozenset({"rules", "service"}),
    "portal/operations/erasure_proof/scene.py": frozenset({"rules", "service"}),
    "portal/operations/schema/model_registry.py": frozenset({"models"}),
}
"""Who puts the room of optional answers together with the others, and by which of its files."""
MAY_HASH_ADDRESSES = ("portal/identity/contact_index/",)
MAY_PRINT = ("portal/operations/cli/", "portal/operations/demo_data.py")
MAY_OPEN_A_LOG = ("portal/platform/core/log.py",)
MAY_SPEAK_HTTP = (
    "portal/platform/core/http_client.py",
    "portal/operations/demo.py",  # asks whether its own pages answer
)


def files_are_short(source: Source) -> list[str]:
    """A long file is two ideas; what it imports is none."""
    if not (source.is_python() and source.is_in("portal")):
        return []
    length = len(source.text.splitlines()) - _last_import(source)
    return [source.at(1, f"has {length} lines")] if length > LONGEST_FILE else []


def _last_import(source: Source) -> int:
    imports = (one for one in source.tree.body if isinstance(one, ast.Import | ast.ImportFrom))
    return max((one.end_lineno or 0 for one in imports), default=0)


def views_are_thin(source: Source) -> list[str]:
    """A page reads its form, calls a service, says so and leaves."""
    if not source.is_in("portal") or source.path.name not in PAGES:
        return []
    lengths = {
        node: (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return [
        source.at(view.lineno, f"{view.name} has {length} lines")
        for view, length in lengths.items()
        if length > LONGEST_VIEW
    ]


def rooms_hold_only_known_files(source: Source) -> list[str]:
    """Every feature has the same few files, and no file is a draft store for everything."""
    if not source.is_in("portal"):
        return []
    if any(SHAPELESS.search(part.removesuffix(".py")) for part in source.path.parts):
        return [source.at(1, "a name that says nothing")]
    _, district, room, *inside = (*source.path.parts, "", "")
    if f"{district}.{room}" in FEATURES and (inside[1:] != ["", ""] or inside[0] not in ROOM):
        return [source.at(1, "not one of the files of a room")]
    return []


def services_take_work_first(source: Source) -> list[str]:
    """What a service does is done in one unit of work, by somebody, at one moment."""
    if not source.is_in("portal") or source.path.name != "service.py":
        return []
    return [
        source.at(function.lineno, f"{function.name} does not take work first")
        for function in source.public_functions
        if _first_argument(function) not in ACTS_IN
    ]


def queries_say_what_they_give(source: Source) -> list[str]:
    """find_ may give None, get_ raises, list_, count_; what they read from comes first."""
    if not source.is_in("portal") or source.path.name not in READS:
        return []
    return [
        source.at(function.lineno, f"{function.name} is not a query by its name or first argument")
        for function in source.public_functions
        if not QUERY.match(function.name) or _first_argument(function) not in READS_FROM
    ]


def only_the_unit_of_work_ends_a_transaction(source: Source) -> list[str]:
    """One place commits; the keyring, a database of its own, and the schema do it themselves."""
    return _attributes(source, ENDS_A_TRANSACTION, allowed=MAY_END_A_TRANSACTION)


def addresses_are_looked_up_in_one_way(source: Source) -> list[str]:
    """An address is hashed as the contact index spells it, or it would not be found again."""
    if not _applies(source, allowed=MAY_HASH_ADDRESSES):
        return []
    return [
        source.at(node.lineno, "an address is hashed past portal/identity/contact_index/queries.py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "lookup_hash"
        and node.args
        and ast.unparse(node.args[0]) in {"EMAIL", "rules.EMAIL", "'email'"}
    ]


def only_commands_print(source: Source) -> list[str]:
    """What is printed by a page or a job is read by whoever reads its output."""
    if not _applies(source, allowed=MAY_PRINT):
        return []
    return [
        source.at(node.lineno, "prints")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id in {"print", "pprint"}
    ]


def only_the_log_opens_a_log(source: Source) -> list[str]:
    """One module decides what a log line may hold."""
    return _attributes(source, frozenset({"getLogger", "basicConfig"}), allowed=MAY_OPEN_A_LOG)


def only_the_client_speaks_http(source: Source) -> list[str]:
    """One module holds deadlines, checks certificates and follows no redirect."""
    names = frozenset({"HTTPConnection", "HTTPSConnection", "urlopen", "build_opener"})
    return _attributes(source, names, allowed=MAY_SPEAK_HTTP)


def nothing_else_needs_optional_answers(source: Source) -> list[str]:
    """No other room imports the room of surveys, nor names the table of answers."""
    if not _applies(source, allowed=MAY_READ_ANSWERS):
        return []
    files = MAY_PUT_TOGETHER.get(source.path.as_posix(), frozenset())
    taken = [
        (line, one)
        for line, one in _list_imports(source.tree)
        if f"{one}.".startswith(f"{ANSWERS}.")
    ]
    allowed = tuple(f"{ANSWERS}.{file}" for file in files)
    named = [
        (node.lineno, ANSWERS_TABLE)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and ANSWERS_TABLE in str(node.value)
    ]
    wrong = [(line, one) for line, one in taken if not f"{one}.".startswith(_dotted(allowed))]
    return [source.at(line, f"reads {one}") for line, one in wrong + named]


def _list_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of everything that is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, one.name) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{one.name}") for one in node.names)


def _dotted(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{one}." for one in names)


def _applies(source: Source, *, allowed: tuple[str, ...]) -> bool:
    return (
        source.is_python()
        and source.is_in("portal")
        and not source.path.as_posix().startswith(allowed)
    )


def _attributes(source: Source, names: frozenset[str], *, allowed: tuple[str, ...]) -> list[str]:
    if not _applies(source, allowed=allowed):
        return []
    nodes = list(ast.walk(source.tree))
    used = [(node.lineno, node.attr) for node in nodes if isinstance(node, ast.Attribute)]
    imported = [
        (node.lineno, name.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    ]
    return [source.at(line, f"says {name}") for line, name in used + imported if name in names]


def _first_argument(function: ast.FunctionDef) -> str | None:
    arguments = [*function.args.posonlyargs, *function.args.args]
    return arguments[0].arg if arguments else None


# ------------------------------------------------------------------------------ words in the tree

EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
NOBODYS_DOMAIN = re.compile(r"([\w.-]+\.)?(example\.(com|org|net)|example|test|invalid)")
TELEPHONE = re.compile(
    r"(?<![\w.+-])(?:\+44 ?(?:\(0\) ?)?|0)[1-9]\d{1,3}(?:[ -]?\d{3,4}){2}(?![\w-])"
)
NATIONAL_LENGTHS = frozenset({10, 11})
KEPT_FREE_FOR_DRAMA = tuple(f"0{begins}" for begins in DRAMA)
PUBLIC_BODIES = frozenset({"03031231113"})  # the Information Commissioner's Office

OUTSIDE = re.compile(
    r"(?<![\w.})])/(?:home|mnt|opt|root|work|workspace|Users)/"  # a folder of one machine
    r"|\bshare[d]/"  # a folder that does not come along
    r"|\bpypi\.or[g]\b|\bpythonhoste[d]\b|--(?:extra-)?index-ur[l]\b|--find-link[s]\b"
)


def examples_belong_to_nobody(source: Source) -> list[str]:
    """An address or a telephone number in an example is one that can reach nobody."""
    return [
        source.at(number, f"{found} may belong to somebody")
        for number, line in enumerate(source.text.splitlines(), 1)
        for found in _personal_looking(line)
    ]


def everything_named_is_in_the_tree(source: Source) -> list[str]:
    """A fresh clone finds everything it is told of: no folder of one machine, no index of one."""
    return [
        source.at(number, f"{found[0]} is outside the tree")
        for number, line in enumerate(source.text.splitlines(), 1)
        for found in OUTSIDE.finditer(line)
    ]


def _personal_looking(line: str) -> Iterator[str]:
    for address in EMAIL.finditer(line):
        if not NOBODYS_DOMAIN.fullmatch(address[1].lower()):
            yield address[0]
    for number in TELEPHONE.finditer(line):
        digits = "0" + re.sub(r"^(44)?0?", "", re.sub(r"\D", "", number[0]))
        if (
            len(digits) in NATIONAL_LENGTHS
            and digits not in PUBLIC_BODIES
            and not digits.startswith(KEPT_FREE_FOR_DRAMA)
        ):
            yield number[0]
