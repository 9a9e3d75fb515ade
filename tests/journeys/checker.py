"""Looks for what no page may have: a barrier, sideways scrolling, a complaint of the browser."""

import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
EVERYTHING = {"type": "tag", "values": list(TAGS)}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""What a dark page can do wrong that the same page in light cannot."""
WIDTHS = (320, 375, 1280)
NARROW = WIDTHS[0]
"""Where axe looks in dark: all that a wide page shows is there too, in one column."""
ENDS = (NARROW, WIDTHS[-1])
"""Where axe looks in light; between them the same parts stand in the same order. An ordinary run
looks at the narrow end of each page, a run of everything at both."""
TEXT_SIZES = (150, 200)
"""Per cent of the usual size, as people set it who do not see well."""
TEXT_WIDTHS = (320, 600, 800, 960, 1160, 1280)
HEIGHT = 900

TOO_WIDE = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return '';
    const wide = [...document.querySelectorAll('body *')]
        .filter((node) => node.getBoundingClientRect().right > root.clientWidth);
    const names = wide.slice(-3).map((node) => node.outerHTML.slice(0, 120));
    return `${root.scrollWidth} of ${root.clientWidth}: ${names.join(' … ')}`;
}"""


def find_barriers(page: Page, rules: dict[str, Any] = EVERYTHING) -> list[str]:
    """Return what axe finds; it is put into the page by the debugger, past the page's policy."""
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(f"axe.run({json.dumps(options)})")
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def find_sideways(page: Page) -> list[str]:
    """Return whether the page is wider than its window."""
    words = page.evaluate(TOO_WIDE)
    return [f"sideways: {words}"] if words else []


def find_sideways_in_large_text(page: Page) -> list[str]:
    """Return at which widths the page is wider than its window, where its text is large."""
    faults = []
    for size, width in product(TEXT_SIZES, TEXT_WIDTHS):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.evaluate(f"document.documentElement.style.fontSize = '{size}%'")
        faults += [f"{width} px, text of {size} %: {one}" for one in find_sideways(page)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    return faults


def find_faults(page: Page, ends: Sequence[int] = ENDS) -> list[str]:
    """Look at the page at every width in light, and in dark at one; it is left in dark.

    `ends` are the widths (pixels) at which axe looks in light.
    """
    faults = []
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found = find_sideways(page) + (find_barriers(page) if width in ends else [])
        faults += [f"{width} px: {one}" for one in found]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    return faults + [f"{NARROW} px, dark: {one}" for one in find_barriers(page, COLOURS)]
