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
    ("districts", "platform/core/clock.py", "from portal.governance.audit import trail"),
    ("districts", "identity/accounts/service.py", "from portal.desk.cases import rules"),
    ("districts", "operations/worker/worker.py", "from portal import __main__"),
    ("districts", "attic.py", ""),
    ("platform", "platform/settings.py", "from portal.platform.web import access"),
    ("platform", "platform/attic.py", ""),
    (
        "governance",
        "governance/receipts/rules.py",
        "from portal.governance.legal_holds import rules",
    ),
    ("identity", "identity/credentials/service.py", "from portal.identity.accounts import rules"),
    ("consent", "consent/marketing/rules.py", "from portal.consent.directories import rules as x"),
    ("desk", "desk/cases/service.py", "from portal.desk.assisted_choices import rules as others"),
    (
        "erasure",
        "erasure/connector_erasures/rules.py",
        "from portal.erasure.cancellation import rules",
    ),
    (
        "self_service",
        "self_service/profile/rules.py",
        "from portal.self_service.dashboard import rules",
    ),
    ("operations", "operations/worker/worker.py", "from portal.operations import app"),
    ("rooms", "desk/cases/queries.py", "from portal.desk.cases import service"),
    ("rooms", "desk/cases/forms.py", "from portal.desk.cases import held"),
    ("rooms", "desk/cases/rules.py", "from portal.desk.cases import events"),
    ("rooms", "desk/cases/attic.py", ""),
    ("web-free", "desk/cases/service.py", "import flask"),
    ("web-free", "identity/profile_changes/held.py", "from wtforms import Form"),
    ("web-free", "self_service/public_pages/emails.py", "import flask_login"),
    ("web-free", "operations/worker/worker.py", "from portal.platform.web import access"),
    ("web-free", "platform/core/clock.py", "import werkzeug"),
    ("pure", "desk/cases/rules.py", "import sqlalchemy"),
    ("pure", "desk/cases/events.py", "from portal.platform import settings"),
    ("pure", "self_service/profile/rules.py", "from portal.platform.core import work"),
    ("forms", "desk/cases/forms.py", "from portal.desk.cases import queries"),
    ("forms", "desk/cases/forms.py", "from sqlalchemy import select"),
    ("tables", "desk/cases/routes.py", "from portal.identity.profile_changes import models"),
    ("tables", "desk/cases/emails.py", "from portal.desk.cases import models"),
    ("tables", "operations/worker/worker.py", "from portal.desk.cases import models"),
    ("pages", "desk/cases/routes.py", "from portal.desk.cases import emails"),
    ("pages", "desk/cases/staff_routes.py", "from portal.desk.cases import held"),
    ("witnesses", "desk/cases/queries.py", "from portal.desk.cases import events"),
    ("knots", "platform/core/clock.py", "from portal.platform.core import work"),
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
    for name in ("held", "emails", "events", "service", "queries", "models", "rules"):
        append(tmp_path / "portal" / "desk" / "cases" / f"{name}.py", "")
    return tmp_path


def test_the_portal_keeps_every_contract() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_copy_keeps_every_contract_before_it_is_broken(copy: Path) -> None:
    result = lint_imports(copy)
    assert result.returncode == 0, result.stdout + result.stderr


def test_all_of_it_at_once_breaks_every_contract(copy: Path) -> None:
    for _, module, line in VIOLATIONS:
        append(copy / "portal" / module, line)
    kept = [line for line in lint_imports(copy).stdout.splitlines() if line.endswith("KEPT")]
    assert kept == []


@pytest.mark.nightly
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
