"""What is made of the files that pages load, once, before the portal runs: `make build`.

    python -m deploy.build_assets

The typeface comes from the package `fontpkg-figtree` (OFL 1.1). It is cut down to the letters of
English, Welsh and the other European languages in Latin script, and written as WOFF2. Style sheet,
script and pictures are compressed with Brotli, each under a name made of what is in it, so that
a file that was changed since is never answered with what it was. The portal runs without any of
this, and without the packages of requirements-build.txt: `portal/platform/web/assets.py`.
"""

import tempfile
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final

import brotli
from fontTools import subset
from fontTools.ttLib import TTFont

from portal.platform.web.assets import BUILT, COMPRESSED, FONT, SOURCE, brotli_name

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


def cut_font() -> bytes:
    """Return the typeface, cut to the letters that pages need, as WOFF2."""
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


def build(target: Path = BUILT, source: Path = SOURCE) -> None:
    """Write the typeface and the compressed files into a folder, each in one step."""
    _write(target / FONT, cut_font())
    for path in sorted(source.rglob("*")):
        if path.suffix in COMPRESSED:
            body = path.read_bytes()
            _write(target / brotli_name(body), brotli.compress(body))


def _write(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, also where two processes write it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        file.write(body)
    draft = Path(file.name)
    draft.chmod(0o644)
    draft.replace(path)


if __name__ == "__main__":
    build()
