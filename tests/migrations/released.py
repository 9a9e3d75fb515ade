"""What the release before this one knew of the schema: written down when it was released.

    python -m tests.migrations.released

does so anew, once a release is made: what comes after it is held against it.
"""

import json
from pathlib import Path

from portal.operations.schema.model_registry import Base, KeyringBase
from portal.operations.schema.version import KEYRING, MAIN, newest

RELEASE = Path(__file__).parent / "released.json"
"""Of each branch its newest revision, its tables and their columns."""


def known(branch: str) -> tuple[str, dict[str, list[str]]]:
    """Return the newest revision of a branch and the columns of each table."""
    found = json.loads(RELEASE.read_text())[branch]
    return found["revision"], found["tables"]


def write() -> None:
    """Write down what this program knows."""
    found = {
        branch: {
            "revision": newest(branch),
            "tables": {
                table.name: [column.name for column in table.columns]
                for table in sorted(metadata.tables.values(), key=lambda one: one.name)
            },
        }
        for branch, metadata in ((MAIN, Base.metadata), (KEYRING, KeyringBase.metadata))
    }
    RELEASE.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    write()
