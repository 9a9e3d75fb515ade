"""Documents lead to what is there: links to other files, and paths of the source."""

import re
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|html|md|ini|conf))[`:]")
FROM = ("", "portal", "tests", "templates")
"""Folders that a path in a document may begin in."""


def list_lost(document: Path, text: str, root: Path) -> list[str]:
    """What a document leads to and is not there."""
    links = [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    paths = [
        path for path in PATH.findall(text) if not any((root / one / path).exists() for one in FROM)
    ]
    return links + paths


@pytest.mark.parametrize(
    "document",
    sorted(
        str(path.relative_to(ROOT))
        for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
        if path.name != "CHANGELOG.md"
    ),
)
def test_what_a_document_leads_to_is_there(document: str) -> None:
    assert list_lost(ROOT / document, (ROOT / document).read_text("utf-8"), ROOT) == []


def test_what_is_gone_is_noticed() -> None:
    text = "see [it](docs/attic.md#a), `cases/attic.py` and `platform/core/attic.py:Work`"
    assert list_lost(ROOT / "a.md", text, ROOT) == [
        "docs/attic.md",
        "cases/attic.py",
        "platform/core/attic.py",
    ]


def test_what_is_there_is_left_alone() -> None:
    text = "[it](docs/words.md#terms) [out](https://example.com/a) `platform/core/work.py:Work`"
    assert list_lost(ROOT / "a.md", text, ROOT) == []
