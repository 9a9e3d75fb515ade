"""Who may see what, as the program declares it, in the words of docs/routes.md.

python -m tests.architecture.routes_table    writes the tables anew
"""

import re
import tempfile
from pathlib import Path

from flask import Flask

from portal.identity.staff_accounts.rules import MAY, ROLES, Task
from portal.operations.app import create_app
from portal.platform.encryption.crypto import new_master_text
from portal.platform.settings import ROOT, Settings
from portal.platform.web import limiting
from portal.platform.web.access import SAFE_METHODS, Access, entry_of

DOCUMENT = ROOT / "docs/routes.md"
PLACE = r"(<!-- {0} -->\n).*?(<!-- end of {0} -->)"
PAGES, TASKS = "pages", "tasks"
WHO = {Access.ANYONE: "anybody", Access.CUSTOMER: "customer", Access.STAFF: "colleague"}
HEAD = "| page | by | who | fresh proof | task | pace | keeps |\n|---|---|---|---|---|---|---|"


def draw_pages(app: Flask) -> str:
    """Draw one row a page: what it says of itself, nothing looked up elsewhere."""
    with app.app_context():
        rows = sorted(_draw_page(app, endpoint) for endpoint in _endpoints(app))
    return "\n".join([HEAD, *rows])


def draw_tasks() -> str:
    """Draw which role may do which task at the desk."""
    names = [task.value for task in Task]
    rows = [
        f"| {ROLES[role]} | "
        + " | ".join("yes" if task in MAY[role] else "–" for task in Task)
        + " |"
        for role in MAY
    ]
    head = f"| role | {' | '.join(names)} |"
    return "\n".join([head, "|---" * (len(names) + 1) + "|", *rows])


def put_in(text: str, name: str, table: str) -> str:
    """Return a document with a table between the marks of its name."""
    place = re.compile(PLACE.format(name), re.DOTALL)
    if len(place.findall(text)) != 1:
        raise LookupError(f"The document has no single place for {name}")
    return place.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def _endpoints(app: Flask) -> list[tuple[str, str, frozenset[str]]]:
    """Return each rule as its address, endpoint and methods."""
    return [
        (rule.rule, rule.endpoint, frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"})
        for rule in app.url_map.iter_rules()
    ]


def _draw_page(app: Flask, found: tuple[str, str, frozenset[str]]) -> str:
    path, endpoint, methods = found
    entry = entry_of(endpoint)
    said = limiting._declared.get(app.view_functions[endpoint])
    cells = (
        f"`{path}`",
        ", ".join(sorted(methods)),
        WHO[entry.needed],
        "yes" if entry.fresh else "",
        entry.may,
        said.pace.name.lower() if said and methods - SAFE_METHODS else "",
        ", ".join(sorted(entry.keeps)),
    )
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def write(document: Path) -> None:
    """Write both tables into the document."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            instance=Path(folder),
            demonstration=True,
            secret_key="for drawing a table, and nothing else",
            master_key=new_master_text(),
            argon2_memory_kib=64,
            argon2_time=1,
        )
        pages = draw_pages(create_app(settings))
    text = document.read_text("utf-8")
    text = put_in(put_in(text, PAGES, pages), TASKS, draw_tasks())
    document.write_text(text, "utf-8")


if __name__ == "__main__":
    write(DOCUMENT)
