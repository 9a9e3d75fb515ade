"""A folder of backups: their names, their manifests, and when they are deleted.

A backup is one file: a readable manifest (`head -c 8192`), and then the contents. It is written
under another name and renamed at the end, so that nothing half-written is ever taken for a backup.
Older backups had their manifest in a second file; they can still be read.
"""

import errno
import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from portal.operations.backup.manifest import HEAD, MAGIC, Backup, parse
from portal.operations.backup.postgresql_address import BackupError

STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"portal-(\d{8}T\d{6}Z)(?:-(\d+))?\.(?:copy|json)(?:\.part)?")
KEYRING = "keyring.copy"
PART = ".part"
FORMER = "keyring.copy.old"
"""The copy of the keyring before, until its bytes are overwritten."""
BLOCK = 1 << 20
NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS}
NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def open_folder(folder: Path) -> None:
    """Make a folder that only its owner can read, unless there is one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Lock a folder against other writers; raises `BackupError` when it is locked.

    The lock ends with the process. A file system without locks has none.
    """
    with ExitStack() as held:
        if _lock(folder, held, os.O_RDONLY) is False:
            raise BackupError("Another backup is writing to this folder")
        yield


@contextmanager
def reserved(folder: Path, made_at: datetime) -> Iterator[Path]:
    """Give a new empty file for a backup of the main database, which no other backup will get.

    A lock on it says that it is being written; it ends with the process.
    """
    while True:
        part = reserve(folder, made_at)
        with ExitStack() as held:
            if _lock(part, held) is not False:
                yield part
                return


def clear(folder: Path) -> list[str]:
    """Delete half-written files of killed backups; return their names.

    On a file system without locks they cannot be told apart, and expire with the old backups.
    """
    gone = []
    for file in sorted(_list_files(folder)):
        with ExitStack() as held:
            if file.suffix == PART and _lock(file, held):
                file.unlink()
                gone.append(file.name)
    return gone


def reserve(folder: Path, made_at: datetime) -> Path:
    """Return a new empty file for a backup of the main database, by a unique name."""
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
    """Return a new empty file for a backup of the keyring; a half-written one is deleted."""
    part = folder / f"{KEYRING}{PART}"
    shred(part)
    return _create(part)


@contextmanager
def writing(part: Path) -> Iterator[BinaryIO]:
    """Open a reserved file after the space for its manifest."""
    with part.open("r+b") as stream:
        stream.seek(HEAD)
        yield stream


def measure(file: Path, start: int = HEAD) -> tuple[int, str]:
    """Return the number of bytes from a position of a file to its end, and their SHA-256."""
    with file.open("rb") as stream:
        stream.seek(start)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return max(0, os.fstat(stream.fileno()).st_size - start), digest


def publish(part: Path, copy: Backup) -> None:
    """Give a finished backup its manifest, and then its name."""
    _finish(part, copy)
    part.replace(copy.file)
    _sync(copy.file.parent)


def publish_only(part: Path, copy: Backup) -> None:
    """Replace the only backup there is by a finished one; the old one is shredded last.

    At every moment there is one whole backup of this name: after a kill at any point the next
    backup tidies up. The old bytes become zeros. This does not reach what the disk itself keeps
    elsewhere: a file system that copies on write, snapshots, the spare blocks of an SSD. Keep
    backups of the keyring on an encrypted disk without snapshots.
    """
    _finish(part, copy)
    former = copy.file.with_name(FORMER)
    held = None
    if copy.file.exists():
        _shred_former(former, copy.file)
        try:
            former.hardlink_to(copy.file)
        except OSError as fault:
            if fault.errno not in NO_LINKS:
                raise
            held = copy.file.open("r+b", buffering=0)
        _sync(former.parent)
    part.replace(copy.file)
    _sync(former.parent)
    if held is not None:
        with held:
            _fill_with_zeros(held.fileno())
    _shred_former(former, copy.file)
    copy.file.with_suffix(".json").unlink(missing_ok=True)  # of a copy in two files
    _sync(former.parent)


def shred(file: Path) -> None:
    """Overwrite a file with zeros and delete it, if it is there; see `publish_only`."""
    with suppress(FileNotFoundError), file.open("r+b", buffering=0) as stream:
        _fill_with_zeros(stream.fileno())
        file.unlink()


def read_backup(file: Path) -> Backup:
    """Return a backup by its file; raises `BackupError` without a readable manifest."""
    manifest = file.with_suffix(".json")
    with suppress(FileNotFoundError), file.open("rb") as stream:
        if _is_whole(file):
            return parse(file, stream.read(HEAD)[len(MAGIC) :], file.name)
    try:
        return parse(file, manifest.read_bytes(), manifest.name)
    except FileNotFoundError:
        raise BackupError(f"There is no whole copy called {file.name}") from None


def find_backup(folder: Path, name: str | None) -> Backup:
    """Return the backup with a name, or the newest one; raises `BackupError`."""
    files = _list_complete(folder)
    chosen = [file for file in files if name in {None, file.name}]
    if not chosen:
        raise BackupError(
            f"There is no copy called {Path(name).name}" if name else "There is no copy"
        )
    return read_backup(chosen[-1])


def check(copy: Backup, kind: str) -> None:
    """Compare a backup with its manifest; raises `BackupError` for one changed, cut or foreign."""
    name = copy.file.name
    if copy.kind != kind:
        raise BackupError(f"{name} is a copy of {copy.kind}, and the database is {kind}")
    try:
        size, sha256 = measure(copy.file, copy.start)
    except FileNotFoundError:
        raise BackupError(f"There is no {name}") from None
    if size != copy.size:
        raise BackupError(f"{name} has {size} bytes, and its manifest says {copy.size}")
    if sha256 != copy.sha256:
        raise BackupError(f"{name} was changed: it is not what its manifest says")


def prune(folder: Path, now: datetime, kept: timedelta, report: Callable[[str], None]) -> None:
    """Delete expired backups and abandoned half-written files; report the names.

    The newest backup stays.
    """
    for name in clear(folder):
        report(name)
    complete = _list_complete(folder)
    newest = {complete[-1], complete[-1].with_suffix(".json")} if complete else set()
    for file, (made_at, _) in sorted(_list_files(folder).items()):
        if made_at <= now - kept and file not in newest:
            file.unlink(missing_ok=True)
            report(file.name)


def _list_files(folder: Path) -> dict[Path, tuple[datetime, int]]:
    """Return the files of backups, with the moment and the number in their names."""
    if not folder.is_dir():
        return {}
    found = {file: NAME.fullmatch(file.name) for file in folder.iterdir()}
    return {
        file: (datetime.strptime(name[1], STAMP).replace(tzinfo=UTC), int(name[2] or 1))
        for file, name in found.items()
        if name is not None
    }


def _list_complete(folder: Path) -> list[Path]:
    """Return the backups that have a manifest, oldest first."""
    files = _list_files(folder)
    return [
        file
        for file in sorted(files, key=lambda file: files[file])
        if file.suffix == ".copy" and (file.with_suffix(".json") in files or _is_whole(file))
    ]


def _is_whole(file: Path) -> bool:
    """Tell whether a backup has its manifest inside."""
    with file.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


def _finish(part: Path, copy: Backup) -> None:
    """Write the manifest into its space, when all the rest is on the disk."""
    with part.open("r+b") as stream:
        os.fsync(stream.fileno())
        stream.write(copy.head)
        stream.flush()
        os.fsync(stream.fileno())


def _shred_former(former: Path, current: Path) -> None:
    """Shred what a killed backup has left, unless it is the only backup, by another name."""
    if former.exists() and former.samefile(current):
        former.unlink()
    shred(former)


def _lock(path: Path, held: ExitStack, how: int = os.O_RDWR) -> bool | None:
    """Lock a folder, or a file that is or was being written, for as long as `held`.

    False where another process holds it, or it is gone; None where there are no locks.
    """
    try:
        number = os.open(path, how)
    except FileNotFoundError:
        return False
    held.callback(os.close, number)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as fault:
        if fault.errno not in NO_LOCKS:
            raise
        return None
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(number), path.stat())
    return False


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
