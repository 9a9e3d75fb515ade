"""The import contracts: the portal keeps them, and each is broken by what it forbids."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

# Which contract, in which module, which line breaks it.
VIOLATIONS = (
    ("floors", "kernel/clock.py", "from portal.vault import crypto"),
    ("floors", "settings.py", "from portal.web import access"),
    ("floors", "credentials/service.py", "from portal.account import rules"),
    ("floors", "worker.py", "from portal import app"),
    ("floors", "profile/rules.py", "from portal.preferences import rules as others"),
    ("floors", "attic.py", ""),
    ("rooms", "cases/queries.py", "from portal.cases import service"),
    ("rooms", "cases/forms.py", "from portal.cases import held"),
    ("rooms", "cases/rules.py", "from portal.cases import events"),
    ("rooms", "cases/attic.py", ""),
    ("web-free", "cases/service.py", "import flask"),
    ("web-free", "profile/held.py", "from wtforms import Form"),
    ("web-free", "notices/letters.py", "import flask_login"),
    ("web-free", "worker.py", "from portal.web import access"),
    ("web-free", "kernel/clock.py", "import werkzeug"),
    ("pure", "cases/rules.py", "import sqlalchemy"),
    ("pure", "cases/events.py", "from portal import settings"),
    ("pure", "profile/rules.py", "from portal.kernel import work"),
    ("forms", "cases/forms.py", "from portal.cases import queries"),
    ("forms", "cases/forms.py", "from sqlalchemy import select"),
    ("tables", "cases/routes.py", "from portal.profile import models"),
    ("tables", "cases/letters.py", "from portal.cases import models"),
    ("tables", "worker.py", "from portal.cases import models"),
    ("pages", "cases/routes.py", "from portal.cases import letters"),
    ("pages", "cases/staff_routes.py", "from portal.cases import held"),
    ("witnesses", "cases/queries.py", "from portal.cases import events"),
    ("knots", "kernel/clock.py", "from portal.kernel import work"),
)


def lint_imports(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own tool, with the arguments above
        [LINT_IMPORTS, "--no-cache", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def append(module: Path, line: str) -> None:
    """Add a line to a module, which is made where the portal has none of that name."""
    module.parent.mkdir(parents=True, exist_ok=True)
    (module.parent / "__init__.py").touch()
    with module.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the portal, with the rooms that violations look into complete."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "portal", tmp_path / "portal", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ("held", "letters", "events", "service", "queries", "models", "rules"):
        append(tmp_path / "portal" / "cases" / f"{name}.py", "")
    return tmp_path


def test_the_portal_keeps_every_contract() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_copy_keeps_every_contract_before_it_is_broken(copy: Path) -> None:
    result = lint_imports(copy)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "module", "line"), VIOLATIONS)
def test_a_forbidden_import_breaks_its_contract(
    copy: Path, contract: str, module: str, line: str
) -> None:
    append(copy / "portal" / module, line)
    result = lint_imports(copy, "--contract", contract)
    assert result.returncode == 1
    assert "0 kept, 1 broken" in result.stdout


def test_every_contract_has_been_tried() -> None:
    configuration = (ROOT / "pyproject.toml").read_text("utf-8")
    tried = {contract for contract, *_ in VIOLATIONS}
    assert configuration.count("[[tool.importlinter.contracts]]") == len(tried)
    assert all(f'id = "{contract}"' in configuration for contract in tried)
