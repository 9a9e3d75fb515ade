"""A folder of copies: what each is called, what its manifest says, and when it goes.

A copy counts once its manifest is beside it. Both are written under another name first, so
that nothing half-written is ever taken for a copy.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.pg_address import CopyError

STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"portal-(\d{8}T\d{6}Z)(?:-(\d+))?\.(?:copy|json)(?:\.part)?")
KEYRING = "keyring.copy"
PART = ".part"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy and what its manifest says of it.

    `size` is in bytes, `schema` a revision of the migrations, `erasures` the newest line of the
    ledger that it has carried out (of the keyring: that it has). `keyring` tells keyrings
    apart, and `seal` is the keyring's hash over all the rest.
    """

    file: Path
    made_at: datetime
    kind: str
    size: int
    sha256: str
    schema: str
    erasures: int
    keyring: str
    seal: str = ""

    @property
    def facts(self) -> str:
        """What is sealed: everything but the seal, in one spelling."""
        return json.dumps(
            {
                "made_at": self.made_at.isoformat(),
                "kind": self.kind,
                "bytes": self.size,
                "sha256": self.sha256,
                "schema": self.schema,
                "erasures": self.erasures,
                "keyring": self.keyring,
            }
        )

    @property
    def manifest(self) -> Path:
        """The file beside the copy."""
        return self.file.with_suffix(".json")


def open_folder(folder: Path) -> None:
    """Make a folder that nobody else can look into, unless there is one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def reserve(folder: Path, made_at: datetime) -> Path:
    """Return a new empty file for a copy of the main database, which no other backup will get."""
    stem, number = f"portal-{made_at.astimezone(UTC):{STAMP}}", 1
    while True:
        name = f"{stem}.copy" if number == 1 else f"{stem}-{number}.copy"
        number += 1
        with suppress(FileExistsError):
            part = _create(folder / f"{name}{PART}")
            if not (folder / name).exists():
                return part
            part.unlink()


def reserve_keyring(folder: Path) -> Path:
    """Return a new empty file for a copy of the keyring; one that was left half-written goes."""
    part = folder / f"{KEYRING}{PART}"
    shred(part)
    return _create(part)


def measure(file: Path) -> tuple[int, str]:
    """Return how many bytes a file has, and their SHA-256."""
    with file.open("rb") as stream:
        return os.fstat(stream.fileno()).st_size, hashlib.file_digest(stream, "sha256").hexdigest()


def publish(part: Path, copy: Copy) -> None:
    """Give a finished copy its name and its manifest; what had that name is overwritten.

    The old bytes become zeros before their file is let go. This does not reach what the disk
    itself keeps elsewhere: a file system that copies on write, snapshots, the spare blocks of
    an SSD. Keep copies of the keyring on an encrypted disk without snapshots.
    """
    facts = {**json.loads(copy.facts), "seal": copy.seal}
    manifest = copy.manifest.with_name(copy.manifest.name + PART)
    manifest.unlink(missing_ok=True)
    _create(manifest).write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    for file in (part, manifest):
        _sync(file)
    before = copy.file.open("r+b", buffering=0) if copy.file.exists() else None
    part.replace(copy.file)
    manifest.replace(copy.manifest)
    _sync(copy.file.parent)
    if before is not None:
        with before:
            _fill_with_zeros(before.fileno())


def shred(file: Path) -> None:
    """Overwrite a file with zeros and delete it, if it is there; see `publish` for the limits."""
    with suppress(FileNotFoundError), file.open("r+b", buffering=0) as stream:
        _fill_with_zeros(stream.fileno())
        file.unlink()


def read_copy(file: Path) -> Copy:
    """Return a copy by its file; raises `CopyError` without a manifest that can be read."""
    manifest = file.with_suffix(".json")
    try:
        facts = json.loads(manifest.read_text("utf-8"))
        return Copy(
            file=file,
            made_at=datetime.fromisoformat(facts["made_at"]),
            kind=str(facts["kind"]),
            size=int(facts["bytes"]),
            sha256=str(facts["sha256"]),
            schema=str(facts["schema"]),
            erasures=int(facts["erasures"]),
            keyring=str(facts["keyring"]),
            seal=str(facts["seal"]),
        )
    except FileNotFoundError:
        raise CopyError(f"There is no {manifest.name}") from None
    except (ValueError, KeyError, TypeError):
        raise CopyError(f"{manifest.name} cannot be read") from None


def find_copy(folder: Path, name: str | None) -> Copy:
    """Return the copy with a name, or the newest one; raises `CopyError`."""
    files = _list_complete(folder)
    chosen = [file for file in files if name in {None, file.name}]
    if not chosen:
        raise CopyError(
            f"There is no copy called {Path(name).name}" if name else "There is no copy"
        )
    return read_copy(chosen[-1])


def check(copy: Copy, kind: str) -> None:
    """Compare a copy with its manifest; raises `CopyError` for one changed, cut or foreign."""
    name = copy.file.name
    if copy.kind != kind:
        raise CopyError(f"{name} is a copy of {copy.kind}, and the database is {kind}")
    try:
        size, sha256 = measure(copy.file)
    except FileNotFoundError:
        raise CopyError(f"There is no {name}") from None
    if size != copy.size:
        raise CopyError(f"{name} has {size} bytes, and its manifest says {copy.size}")
    if sha256 != copy.sha256:
        raise CopyError(f"{name} was changed: it is not what its manifest says")


def prune(folder: Path, now: datetime, kept: timedelta, report: Callable[[str], None]) -> None:
    """Delete what was copied so long ago, whole or half; report the names. The newest stays."""
    complete = _list_complete(folder)
    newest = {complete[-1], complete[-1].with_suffix(".json")} if complete else set()
    for file, (made_at, _) in sorted(_list_files(folder).items()):
        if made_at <= now - kept and file not in newest:
            file.unlink(missing_ok=True)
            report(file.name)


def _list_files(folder: Path) -> dict[Path, tuple[datetime, int]]:
    """Return the files of copies, with the moment and the number that their names say."""
    if not folder.is_dir():
        return {}
    found = {file: NAME.fullmatch(file.name) for file in folder.iterdir()}
    return {
        file: (datetime.strptime(name[1], STAMP).replace(tzinfo=UTC), int(name[2] or 1))
        for file, name in found.items()
        if name is not None
    }


def _list_complete(folder: Path) -> list[Path]:
    """Return the copies that have a manifest, oldest first."""
    files = _list_files(folder)
    return [
        file
        for file in sorted(files, key=lambda file: files[file])
        if file.suffix == ".copy" and file.with_suffix(".json") in files
    ]


def _create(file: Path) -> Path:
    """Make a file that only its owner may read; raises `FileExistsError`."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return file


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _fill_with_zeros(number: int) -> None:
    left = os.fstat(number).st_size
    os.lseek(number, 0, os.SEEK_SET)
    while left > 0:
        left -= os.write(number, bytes(min(BLOCK, left)))
    os.fsync(number)
