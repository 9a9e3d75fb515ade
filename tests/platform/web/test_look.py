"""How the pages look and weigh: contrast, byte budgets, and templates a strict policy can serve."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Final

import brotli
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from deploy import build_assets
from portal.platform.core import log
from portal.platform.settings import ROOT
from portal.platform.web import assets

STYLE: Final = ROOT / "static" / "css" / "app.css"
SCRIPT: Final = ROOT / "static" / "js" / "app.js"
TEMPLATES: Final = ROOT / "templates"

TEXT: Final = 4.5
EDGE: Final = 3.0

# Every foreground that is drawn on a background, with the least contrast it needs.
PAIRS: Final = [
    *(
        (ink, paper, TEXT)
        for ink in ("ink", "soft", "link", "link-deep", "brand-ink", "bad")
        for paper in ("page", "card", "raised")
    ),
    *((ink, "brand-wash", TEXT) for ink in ("ink", "soft", "link", "link-deep", "brand-ink")),
    *((ink, "well", TEXT) for ink in ("ink", "soft")),
    *((ink, f"{ink}-wash", TEXT) for ink in ("bad", "warn", "good", "info", "new")),
    *(
        (ink, f"{wash}-wash", TEXT)
        for ink in ("ink", "soft", "link")
        for wash in ("bad", "warn", "good", "info")
    ),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-deep", TEXT),
    ("on-bad", "bad-fill", TEXT),
    ("on-bad", "bad-deep", TEXT),
    ("hero-ink", "hero", TEXT),
    ("hero-soft", "hero", TEXT),
    ("hero-btn", "hero-ink", TEXT),
    ("hero-btn", "hero-soft", TEXT),
    *(
        (line, paper, EDGE)
        for line in ("edge", "brand", "bad", "focus")
        for paper in ("page", "card", "brand-wash")
    ),
    *(("focus", f"{wash}-wash", EDGE) for wash in ("bad", "warn", "good", "info")),
    ("focus", "raised", EDGE),
]

# The desk's bar is dark in both schemes: the dark value of each of these stands on it.
ON_BAR: Final = [
    ("ink", TEXT),
    ("soft", TEXT),
    ("brand-ink", TEXT),
    ("edge", EDGE),
    ("brand", EDGE),
    ("focus", EDGE),
]

CSS_BUDGET: Final = 11 * 1024
JS_BUDGET: Final = 5 * 1024
FONT_BUDGET: Final = 22 * 1024

Tokens = dict[str, tuple[str, str]]


def tokens_of(css: str) -> Tokens:
    """Return the light and dark value of every colour token."""
    found = re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)", css)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def weak_pairs(tokens: Tokens) -> list[str]:
    """Name every pair that is too weak, in either scheme."""
    weak = []
    for ink, paper, least in PAIRS:
        for scheme, one, other in zip(("light", "dark"), tokens[ink], tokens[paper], strict=True):
            if contrast(one, other) < least:
                weak.append(f"{scheme}: {ink} on {paper}")
    weak += [
        f"bar: {ink}" for ink, least in ON_BAR if contrast(tokens[ink][1], tokens["bar"][1]) < least
    ]
    return weak


def strays_from_light(css: str) -> list[str]:
    """Name every token whose value for old browsers is not its light value."""
    tokens = tokens_of(css)
    block = css.split("@supports not (color: light-dark(", 1)[1].split(".bar {", 1)[0]
    plain = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    return [name for name, (light, _) in tokens.items() if plain.get(name) != light]


def undefined_tokens(css: str) -> set[str]:
    """Name every custom property that is used but never set."""
    return set(re.findall(r"var\(--([\w-]+)", css)) - set(re.findall(r"--([\w-]+):", css))


def over_budget(body: bytes, budget: int) -> bool:
    """Say whether a file is heavier than it may be, once compressed."""
    return len(brotli.compress(body)) > budget


class _Findings(HTMLParser):
    """Collects what a strict content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if tag == "style" or (tag == "script" and not {"src", "nonce"} <= set(names)):
            self.found.append(f"<{tag}>")
        self.found += [name for name in names if name == "style" or re.fullmatch(r"on[a-z]+", name)]
        self.found += [
            name for name, value in attrs if (value or "").strip().lower().startswith("javascript:")
        ]


def refused(template: str) -> list[str]:
    """Return the parts of a template that the policy would refuse."""
    finder = _Findings()
    finder.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", template, flags=re.DOTALL))
    finder.close()
    return finder.found + re.findall(r"['\"](style|on[a-z]+)['\"]\s*:", template)


def web_templates() -> list[Path]:
    """Return every template that becomes a web page."""
    return sorted(p for p in TEMPLATES.rglob("*.html") if "email" not in p.parts)


def test_every_pair_of_colours_is_strong_enough() -> None:
    assert weak_pairs(tokens_of(STYLE.read_text())) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("soft", ("#9aa9ad", "#a8bbbd"), "light: soft on page"),
        ("link", ("#0a5f73", "#2f5a66"), "dark: link on card"),
        ("focus", ("#d9d2f5", "#c3b2ff"), "light: focus on card"),
        ("bar", ("#0d2a2c", "#8fa6a8"), "bar: soft"),
    ],
)
def test_a_weak_colour_is_found(name: str, value: tuple[str, str], expected: str) -> None:
    assert expected in weak_pairs(tokens_of(STYLE.read_text()) | {name: value})


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_old_browsers_get_the_light_colours() -> None:
    assert strays_from_light(STYLE.read_text()) == []


def test_a_stray_light_colour_is_found() -> None:
    css = STYLE.read_text().replace("--ink: #12262b;", "--ink: #12262c;")
    assert strays_from_light(css) == ["ink"]


def test_every_token_used_is_set() -> None:
    assert undefined_tokens(STYLE.read_text()) == set()


def test_an_unset_token_is_found() -> None:
    assert undefined_tokens(STYLE.read_text() + "p { color: var(--inkk); }") == {"inkk"}


@pytest.mark.parametrize(("path", "budget"), [(STYLE, CSS_BUDGET), (SCRIPT, JS_BUDGET)])
def test_style_and_script_stay_within_budget(path: Path, budget: int) -> None:
    assert not over_budget(path.read_bytes(), budget)


def test_a_heavy_file_is_found() -> None:
    assert over_budget(
        bytes(range(256)) * 8 + STYLE.read_bytes(), len(brotli.compress(STYLE.read_bytes()))
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that `make build` makes."""
    folder = tmp_path_factory.mktemp("built")
    build_assets.build(folder)
    return folder


def app_with(built: Path) -> Flask:
    app = Flask(__name__, static_folder=None)
    assets.init_app(app, built)
    return app


def fetch(app: Flask, name: str, coding: str) -> TestResponse:
    path = address_of(app, name)
    return app.test_client().get(path, headers={"Accept-Encoding": coding})


def address_of(app: Flask, name: str) -> str:
    """What a template writes for a file."""
    with app.test_request_context():
        return app.jinja_env.from_string("{{ asset(name) }}").render(name=name)


def test_the_typeface_stays_within_budget(built: Path) -> None:
    typeface = built / assets.FONT
    assert typeface.read_bytes()[:4] == b"wOF2"
    assert typeface.stat().st_size <= FONT_BUDGET


def test_a_build_leaves_whole_files_and_nothing_half_made(built: Path) -> None:
    assert {path.suffix for path in built.rglob("*") if path.is_file()} == {".woff2", ".br"}


def test_what_was_built_is_served(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up()
    app = app_with(built)
    assert app.jinja_env.globals["has_font"]
    assert fetch(app, assets.FONT, "br").data == (built / assets.FONT).read_bytes()
    style = fetch(app, "css/app.css", "gzip, br")
    assert style.content_encoding == "br"
    assert brotli.decompress(style.data) == STYLE.read_bytes()
    assert capsys.readouterr().err == ""


def test_without_a_build_pages_have_the_systems_typeface_and_one_line_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.set_up()
    app = app_with(tmp_path)
    assert not app.jinja_env.globals["has_font"]
    style = fetch(app, "css/app.css", "gzip, br")
    assert style.content_encoding == "gzip"
    assert gzip.decompress(style.data) == STYLE.read_bytes()
    with pytest.raises(assets.AssetMissingError):
        address_of(app, assets.FONT)
    said = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in said] == ["typeface-not-built"]


def test_a_file_that_was_changed_since_the_build_is_served_as_it_is(
    built: Path, tmp_path: Path
) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "app.css").write_text("p { margin: 0 }")
    app = Flask(__name__, static_folder=None)
    assets.init_app(app, built, tmp_path)
    style = fetch(app, "css/app.css", "br, gzip;q=0.5")
    assert style.content_encoding == "gzip"
    assert gzip.decompress(style.data) == b"p { margin: 0 }"


def test_running_needs_nothing_that_only_building_does() -> None:
    """As in a fresh process: this one has imported what builds."""
    asked = "import sys, portal.operations.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, cwd=ROOT)  # noqa: S603  # our own program
    modules = set(done.stdout.decode().split())
    assert "portal.platform.web.assets" in modules
    assert not modules & {"brotli", "fontTools", "fontpkg", "fontpkg_figtree"}


@pytest.mark.parametrize(
    ("target", "then"),
    [
        ("run", "-m portal demo"),
        ("test", "-m tests.everything"),
        pytest.param("quick", "-m tests.everything", marks=pytest.mark.nightly),
        pytest.param("test-all", "-m tests.everything", marks=pytest.mark.nightly),
        pytest.param("bench", "-m bench", marks=pytest.mark.nightly),
        pytest.param("build", "", marks=pytest.mark.nightly),
    ],
)
def test_make_builds_the_files_before_anything_that_shows_pages(
    target: str, then: str, tmp_path: Path
) -> None:
    for name in ("Makefile", "requirements.txt", "requirements-build.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    planned = subprocess.run(  # noqa: S603  # says what it would do, and does nothing
        [shutil.which("make") or "make", "--dry-run", target],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert then in planned.partition("-m deploy.build_assets")[2]
    assert planned.count("-m deploy.build_assets") == 1


def test_an_uncut_typeface_is_over_budget() -> None:
    whole = files("fontpkg_figtree").joinpath("files", "Figtree[wght].ttf")
    assert len(brotli.compress(whole.read_bytes(), quality=9)) > FONT_BUDGET


@pytest.mark.parametrize("path", web_templates(), ids=lambda p: p.relative_to(TEMPLATES).as_posix())
def test_templates_need_nothing_the_policy_refuses(path: Path) -> None:
    assert refused(path.read_text()) == []


@pytest.mark.parametrize(
    "template",
    [
        '<p style="color: red">Hello</p>',
        "<style>p { color: red }</style>",
        "<button {% if x %}onclick='go()'{% endif %}>Go</button>",
        "<script>go()</script>",
        '<script src="/a.js"></script>',
        '<a href="javascript:go()">Go</a>',
        "{{ field(**{'style': 'color: red'}) }}",
    ],
)
def test_what_the_policy_refuses_is_found(template: str) -> None:
    assert refused(template)


def markup_writers(script: str) -> list[str]:
    """Return the calls that would turn text into markup or code, which trusted types refuse."""
    return re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", script
    )


def test_the_script_writes_no_markup() -> None:
    assert markup_writers(SCRIPT.read_text()) == []


def test_a_script_that_writes_markup_is_found() -> None:
    assert markup_writers(SCRIPT.read_text() + "\nbox.innerHTML = words;") == ["innerHTML"]
