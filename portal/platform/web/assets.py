"""Style sheet, script, pictures and typeface, served under a version in the path.

The version is a hash of everything served, so a page may tell the browser to keep a file for a
year, and a relative ``url()`` inside the style sheet stays inside the same version.

The typeface, and files compressed with Brotli, are made before (`make build`, which is
deploy/build_assets.py). Without the one pages use the system's own; without the others browsers
are sent gzip.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, request
from lucide.jinja import lucide

from portal.platform.core.log import get_logger
from portal.platform.settings import ROOT
from portal.platform.web.access import Access, access

SOURCE: Final = ROOT / "static"
BUILT: Final = ROOT / "build" / "assets"
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
COMPRESSED: Final = frozenset({".css", ".js", ".svg", ".txt"})


class AssetMissingError(LookupError):
    """A template asked for a file that is not there."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to send."""

    mimetype: str
    body: bytes
    packed: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, built: Path) -> Asset:
        """Read a file, and what it is where it is compressed if that is worth while."""
        body = path.read_bytes()
        packed: dict[str, bytes] = {}
        if path.suffix in COMPRESSED:
            smaller = built / brotli_name(body)
            packed = {"br": smaller.read_bytes()} if smaller.is_file() else {}
            packed["gzip"] = gzip.compress(body, 9, mtime=0)
        return cls(_MIME[path.suffix], body, packed)


def brotli_name(body: bytes) -> str:
    """Return what a file is called in the folder of built ones, where Brotli compressed it."""
    return f"{hashlib.sha256(body).hexdigest()}.br"


def collect(source: Path, built: Path) -> dict[str, Asset]:
    """Read every file of a known kind under `source`, and the typeface if it was built."""
    found = {
        path.relative_to(source).as_posix(): Asset.read(path, built)
        for path in sorted(source.rglob("*"))
        if path.is_file() and path.suffix in _MIME and not path.name.startswith(".")
    }
    if (built / FONT).is_file():
        found[FONT] = Asset.read(built / FONT, built)
    return found


def version_of(found: dict[str, Asset]) -> str:
    """Return a short hash that changes with any name or any byte."""
    digest = hashlib.sha256()
    for name, item in sorted(found.items()):
        digest.update(f"{name}\0{len(item.body)}\0".encode())
        digest.update(item.body)
    return digest.hexdigest()[:16]


def init_app(app: Flask, built: Path = BUILT, source: Path = SOURCE) -> None:
    """Serve the files in `source` and the typeface in `built`, and tell templates about them."""
    found = collect(source, built)
    has_font = FONT in found
    if not has_font:
        _log.warning("typeface-not-built")  # pages use the system's own
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
