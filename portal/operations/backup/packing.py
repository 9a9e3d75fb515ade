"""Packing of backups: gzip (RFC 1952), and age where only few may open them.

age (age-encryption.org/v1) encrypts to public keys: whoever makes backups cannot open them. It
takes a stream in pieces of 64 KiB, each of them authenticated, and so does gzip: nothing is held in
memory as a whole.
"""

import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

import pyrage

from portal.operations.backup.postgresql_address import BackupError

GZIP, SEALED = "gzip", "gzip+age"
"""How a manifest calls it."""
LEVEL = 4
"""Of nine. Most of a copy is sealed, and gets no smaller however hard one tries."""
AS_GZIP = 31
"""What zlib is told for a stream with the head and the checksum of gzip."""
BLOCK = 1 << 16
PIECE = 1 << 20

Fill = Callable[["Sink"], None]
"""Writes the bytes of a database into a sink."""
Identities = list[pyrage.x25519.Identity]


class Sink(Protocol):
    """Takes bytes, one piece after the other."""

    def write(self, data: bytes, /) -> int:
        """Take a piece."""
        ...


class _Compressed:
    """Reads a stream as gzip; remembers its error, which the library wraps."""

    def __init__(self, source: BinaryIO) -> None:
        self.fault: Exception | None = None
        self._source, self._ready, self._is_over = source, bytearray(), False
        self._packer = zlib.compressobj(LEVEL, wbits=AS_GZIP)

    def read(self, size: int) -> bytes:
        while not self._is_over and len(self._ready) < size:
            self._ready += self._read_piece()
        piece = bytes(self._ready[:size])
        del self._ready[:size]
        return piece

    def _read_piece(self) -> bytes:
        try:
            plain = self._source.read(BLOCK)
        except Exception as fault:
            self.fault = fault
            raise
        self._is_over = not plain
        return self._packer.compress(plain) if plain else self._packer.flush()


class _Written:
    """Writes into a target; remembers its error."""

    def __init__(self, target: Sink) -> None:
        self.fault: Exception | None = None
        self._target = target

    def write(self, data: bytes, /) -> int:
        try:
            return self._target.write(data)
        except Exception as fault:
            self.fault = fault
            raise

    def flush(self) -> None:
        """Do nothing: whoever opened the target flushes it."""


class _Unpacked(_Written):
    """Takes gzip and writes the unpacked bytes."""

    def __init__(self, target: Sink) -> None:
        super().__init__(target)
        self._unpacker = zlib.decompressobj(wbits=AS_GZIP)

    def write(self, data: bytes, /) -> int:
        left = data
        while left:
            plain = self._unpacker.decompress(left, PIECE)  # whatever it swells to
            left = self._unpacker.unconsumed_tail
            super().write(plain)
            if self._unpacker.eof:
                break
        return len(data)

    def close(self) -> None:
        """Write the rest; raises `zlib.error` for a stream without its end."""
        super().write(self._unpacker.flush())
        if not self._unpacker.eof:
            raise zlib.error("cut")


def pack(source: BinaryIO, target: BinaryIO, recipients: str) -> str:
    """Write a stream packed, for comma-separated public keys or unencrypted; return the packing."""
    compressed = _Compressed(source)
    if not recipients:
        while piece := compressed.read(BLOCK):
            target.write(piece)
        return GZIP
    written = _Written(target)
    try:
        pyrage.encrypt_io(compressed, written, read_recipients(recipients))
    except pyrage.EncryptError:
        reason = compressed.fault or written.fault
        raise reason or BackupError("The copy could not be encrypted") from None
    if written.fault is not None:
        raise written.fault  # of the last piece the library does not tell
    return SEALED


def unpack(source: BinaryIO, target: Sink, packing: str, identities: Identities) -> None:
    """Write the contents of a packed stream; raises `BackupError` for one that does not open."""
    if not packing:
        shutil.copyfileobj(source, target)
        return
    unpacked = _Unpacked(target)
    try:
        if packing == SEALED:
            pyrage.decrypt_io(source, unpacked, identities)
            if unpacked.fault is not None:
                raise unpacked.fault  # as above
        else:
            shutil.copyfileobj(source, unpacked, BLOCK)
        unpacked.close()
    except (pyrage.DecryptError, zlib.error, OSError) as fault:
        if unpacked.fault is not None:
            raise unpacked.fault from None
        told = f": {fault}" if isinstance(fault, pyrage.DecryptError) else ""
        raise BackupError(f"The copy cannot be unpacked{told}") from None


def refuse_unopened(source: BinaryIO, name: str, packing: str, identities: Identities) -> None:
    """Refuse a backup that no secret key opens, by its first piece; raises `BackupError`."""
    if packing not in {"", GZIP, SEALED}:
        raise BackupError(f"{name} is packed in a way that this program does not know")
    if packing != SEALED:
        return
    if not identities:
        raise BackupError(f"{name} is encrypted. Give the file of the secret key with --identity")
    try:
        pyrage.decrypt_io(source, _First(), identities)
    except _FirstPiece:
        return
    except (pyrage.DecryptError, OSError):
        raise BackupError(f"No key in the file of --identity opens {name}") from None


class _FirstPiece(Exception):  # noqa: N818  # no error: the first piece was opened
    pass


class _First:
    """Takes one piece, and no more."""

    def write(self, data: bytes, /) -> int:
        del data
        raise _FirstPiece

    def flush(self) -> None:
        """Do nothing."""


def read_recipients(text: str) -> list[pyrage.x25519.Recipient]:
    """Return comma-separated public keys; raises `BackupError` for an invalid one."""
    try:
        return [pyrage.x25519.Recipient.from_str(one.strip()) for one in text.split(",")]
    except pyrage.RecipientError:
        raise BackupError("PORTAL_BACKUP_RECIPIENT is not a public key of age") from None


def read_identities(file: Path | None) -> Identities:
    """Return the secret keys in a file, as `age-keygen` writes it; raises `BackupError`."""
    if file is None:
        return []
    lines = file.read_text("utf-8", errors="replace").splitlines()
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        found = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise BackupError(f"{file.name} holds no secret key of age")
    return found
