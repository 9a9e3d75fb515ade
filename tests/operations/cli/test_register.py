"""`register`, as somebody at a terminal."""

import csv
import io
import json
from pathlib import Path

from portal.desk.processing_register.rules import COLUMNS
from tests.commands import run

RECIPIENTS = {
    kind: [{"name": f"Example {kind}", "country": "GB"}]
    for kind in ("email-carrier", "lawyers", "directories")
}


def test_the_full_register_is_printed_as_csv_and_as_linked_data(instance: Path) -> None:
    told = run(instance, "register")
    assert told.returncode == 0
    rows = list(csv.DictReader(io.StringIO(told.stdout.removeprefix("\ufeff"))))
    assert list(rows[0]) == [*COLUMNS, "Tables"]
    linked = json.loads(run(instance, "register", "--format", "json-ld").stdout)
    assert len(linked["dpv:hasProcess"]) == len(rows)


def test_the_check_fails_while_a_recipient_has_no_name_and_passes_after(
    instance: Path, tmp_path: Path
) -> None:
    told = run(instance, "register", "--check")
    assert told.returncode == 1
    assert told.stdout.splitlines() == [
        f"PORTAL_RECIPIENTS_FILE names no {kind}"
        for kind in ("directories", "email-carrier", "lawyers")
    ]
    file = tmp_path / "recipients.json"
    file.write_text(json.dumps(RECIPIENTS), "utf-8")
    told = run(instance, "register", "--check", PORTAL_RECIPIENTS_FILE=str(file))
    assert told.returncode == 0
    assert told.stdout.startswith("Nothing is missing: ")
