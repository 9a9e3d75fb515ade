"""Looks for what no page may have: a barrier, sideways scrolling, a complaint of the browser."""

import json
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPTIONS = {"runOnly": list(TAGS), "resultTypes": ["violations"]}
WIDTHS = (320, 375, 1280)
HEIGHT = 900

TOO_WIDE = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return '';
    const wide = [...document.querySelectorAll('body *')]
        .filter((node) => node.getBoundingClientRect().right > root.clientWidth);
    const names = wide.slice(-3).map((node) => node.outerHTML.slice(0, 120));
    return `${root.scrollWidth} of ${root.clientWidth}: ${names.join(' … ')}`;
}"""


def find_barriers(page: Page) -> list[str]:
    """Return what axe finds; it is put into the page by the debugger, past the page's policy."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(f"axe.run({json.dumps(OPTIONS)})")
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def find_sideways(page: Page) -> list[str]:
    """Return whether the page is wider than its window."""
    words = page.evaluate(TOO_WIDE)
    return [f"sideways: {words}"] if words else []


def find_faults(page: Page, *, axe: bool) -> list[str]:
    """Look at the page at every width."""
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found = find_sideways(page) + (find_barriers(page) if axe else [])
        faults += [f"{width} px: {one}" for one in found]
    return faults
