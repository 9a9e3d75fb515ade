"""Backups and their manifests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.operations.backup.postgresql_address import BackupError
from portal.operations.backup.row_counts import Counted

MAGIC = b"portal copy 2\n"
HEAD = 8192
"""Bytes before what was copied: what the file is, and its manifest."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup and the facts of its manifest.

    `size` in bytes and `sha256` are of the contents as packed; `schema` is a revision of the
    migrations, `erasures` the newest line of the ledger that it has carried out (of the keyring:
    that it has). `keyring` tells keyrings apart, and `seal` is the keyring's keyed hash over all
    other facts. `packing` is how it is packed; without one it is an older backup in two files, of
    which nothing is `counted`.
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
    packing: str = ""
    counted: Counted = field(default_factory=Counted)

    @property
    def facts(self) -> str:
        """The text that is sealed: everything but the seal, in canonical form."""
        facts: dict[str, object] = {
            "made_at": self.made_at.isoformat(),
            "kind": self.kind,
            "bytes": self.size,
            "sha256": self.sha256,
            "schema": self.schema,
            "erasures": self.erasures,
            "keyring": self.keyring,
        }
        if self.packing:
            facts |= {
                "packing": self.packing,
                "rows": self.counted.rows,
                "head": self.counted.head,
            }
        return json.dumps(facts)

    @property
    def manifest(self) -> str:
        """The file that the manifest is in."""
        return self.file.name if self.packing else self.file.with_suffix(".json").name

    @property
    def start(self) -> int:
        """The position in its file at which the contents begin, in bytes."""
        return HEAD if self.packing else 0

    @property
    def head(self) -> bytes:
        """The first bytes of the file: what it is, its manifest, and blanks."""
        facts = {**json.loads(self.facts), "seal": self.seal}
        head = MAGIC + json.dumps(facts, indent=1).encode()
        if len(head) >= HEAD:
            raise BackupError("The manifest is longer than its place")
        return head.ljust(HEAD - 1) + b"\n"


def parse(file: Path, manifest: bytes, name: str) -> Backup:
    """Return the backup that a manifest describes; raises `BackupError` for a malformed one."""
    try:
        facts: Mapping[str, Any] = json.loads(manifest)
        return Backup(
            file=file,
            made_at=datetime.fromisoformat(facts["made_at"]),
            kind=str(facts["kind"]),
            size=int(facts["bytes"]),
            sha256=str(facts["sha256"]),
            schema=str(facts["schema"]),
            erasures=int(facts["erasures"]),
            keyring=str(facts["keyring"]),
            seal=str(facts["seal"]),
            packing=str(facts.get("packing", "")),
            counted=Counted(dict(facts.get("rows", {})), str(facts.get("head", ""))),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupError(f"{name} cannot be read") from None
