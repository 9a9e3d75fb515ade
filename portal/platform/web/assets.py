"""Style sheet, script, pictures and typeface, served under a version in the path.

The version is a hash of everything served, so a page may tell the browser to keep a file for a
year, and a relative ``url()`` inside the style sheet stays inside the same version.

The typeface comes from the package ``fontpkg-figtree`` (OFL 1.1). It is cut down to the emails
of English, Welsh and the other European languages in Latin script, saved once as WOFF2, and used
from there. Without the package the pages use the system's own typeface.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final

import brotli
from flask import Flask, Response, abort, request
from fontTools import subset
from fontTools.ttLib import TTFont
from lucide.jinja import lucide

from portal.platform.core.log import get_logger
from portal.platform.settings import ROOT
from portal.platform.web.access import Access, access

SOURCE: Final = ROOT / "static"
FONT: Final = "fonts/figtree-latin.woff2"

_log = get_logger(__name__)

_MIME: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".woff2": "font/woff2",
}
_COMPRESS: Final = frozenset({".css", ".js", ".svg", ".txt"})

# Basic Latin, Latin-1, Latin Extended-A, Welsh W and Y with accents, and the signs of running text.
_LETTERS: Final = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x218, 0x21C),
    *range(0x1E80, 0x1E86),
    *(0x1EF2, 0x1EF3),
    *range(0x2010, 0x2016),
    *range(0x2018, 0x201F),
    *(0x2020, 0x2022, 0x2026, 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A),
    *(0x20AC, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0xFFFD),
)
_FEATURES: Final = ("kern", "liga", "ccmp", "locl", "mark", "mkmk", "tnum", "case")


class AssetMissingError(LookupError):
    """A template asked for a file that is not there."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to send."""

    mimetype: str
    body: bytes
    packed: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Asset:
        """Read a file and compress it if that is worth while."""
        body = path.read_bytes()
        packed: dict[str, bytes] = {}
        if path.suffix in _COMPRESS:
            packed = {"br": brotli.compress(body), "gzip": gzip.compress(body, 9, mtime=0)}
        return cls(_MIME[path.suffix], body, packed)


def _cut_font() -> bytes:
    """Return the typeface, cut to the emails this service needs, as WOFF2."""
    folder = files("fontpkg_figtree").joinpath("files")
    source = next(p for p in folder.iterdir() if "Italic" not in p.name and p.name.endswith(".ttf"))
    options = subset.Options(
        flavor="woff2",
        layout_features=list(_FEATURES),
        notdef_outline=True,
        name_IDs=[0, 1, 2, 13, 14],
    )
    with TTFont(BytesIO(source.read_bytes()), recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=_LETTERS)
        cutter.subset(font)
        result = BytesIO()
        subset.save_font(font, result, options)
    return result.getvalue()


def build_font(target: Path) -> None:
    """Write the typeface to `target` in one step, so that two processes may do it together."""
    body = _cut_font()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".font-", suffix=".part")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        draft.chmod(0o644)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _font_ready(target: Path) -> bool:
    """Make sure the typeface is there; say so in the log, and carry on, if it cannot be."""
    if target.is_file():
        return True
    try:
        build_font(target)
    except (ImportError, OSError, StopIteration) as error:
        _log.warning("typeface-not-built", exc_info=error)  # pages use the system's own
        return False
    return True


def collect(source: Path, font: Path | None) -> dict[str, Asset]:
    """Read every file of a known kind under `source`, and the typeface if there is one."""
    found = {
        path.relative_to(source).as_posix(): Asset.read(path)
        for path in sorted(source.rglob("*"))
        if path.is_file() and path.suffix in _MIME and not path.name.startswith(".")
    }
    if font is not None:
        found[FONT] = Asset.read(font)
    return found


def version_of(found: dict[str, Asset]) -> str:
    """Return a short hash that changes with any name or any byte."""
    digest = hashlib.sha256()
    for name, item in sorted(found.items()):
        digest.update(f"{name}\0{len(item.body)}\0".encode())
        digest.update(item.body)
    return digest.hexdigest()[:16]


def init_app(app: Flask, built: Path, source: Path = SOURCE) -> None:
    """Serve the files in `source` and the typeface in `built`, and tell templates about them."""
    font = built / FONT
    has_font = _font_ready(font)
    found = collect(source, font if has_font else None)
    current = version_of(found)

    def asset(name: str) -> str:
        if name not in found:
            raise AssetMissingError(f"There is no asset called {name!r}")
        return f"{request.script_root}/assets/{current}/{name}"

    @access(Access.ANYONE)
    def assets(version: str, name: str) -> Response:
        item = found.get(name)
        if item is None or version != current:
            abort(404)
        coding = next((c for c in item.packed if request.accept_encodings.quality(c) > 0), None)
        response = Response(item.packed[coding] if coding else item.body, mimetype=item.mimetype)
        if coding:
            response.content_encoding = coding
        if item.packed:
            response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    app.add_url_rule("/assets/<version>/<path:name>", "assets", assets)
    app.jinja_env.globals.update(asset=asset, has_font=has_font, lucide=cache(lucide))
