"""Who outside the company gets details, as the operator says it in a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from portal.platform.core.recipients import (
    NamedRecipient,
    RecipientKind,
    list_named,
    read_recipients,
)

HERE = NamedRecipient("Example Post", "GB")
ABROAD = NamedRecipient("Example Law", "IE", "UK adequacy regulations")
KNOWN = {"email-carrier": (HERE,), "lawyers": (ABROAD,)}


def written(tmp_path: Path, what: Any) -> str:
    path = tmp_path / "recipients.json"
    path.write_text(what if isinstance(what, str) else json.dumps(what), "utf-8")
    return str(path)


def test_a_file_says_who_where_and_what_protects_details_abroad(tmp_path: Path) -> None:
    words = {
        "email-carrier": [{"name": "Example Post", "country": "GB"}],
        "lawyers": [
            {"name": "Example Law", "country": "IE", "safeguard": "UK adequacy regulations"}
        ],
    }
    assert read_recipients(written(tmp_path, words)) == KNOWN
    assert ABROAD.where == "Ireland"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("{", "must be a JSON file"),
        ([], "must be a JSON file"),
        ({"lawyers": {}}, None),
        ({"lawyers": ["Example Law"]}, "must be a JSON file"),
        ({"lawyers": [{"name": "Example Law"}]}, "must be a JSON file"),
        ({"lawyers": [{"name": 1, "country": "GB"}]}, "must be a JSON file"),
        ({"lawyers": [{"name": "Example Law", "country": "XX"}]}, "XX is no country"),
        ({"lawyers": [{"name": "Example Law", "country": "IE"}]}, "say what protects details"),
        ({"lawyers": [{"name": " ", "country": "GB"}]}, "has no name"),
        (
            {"lawyers": [{"name": "Example Law", "country": "IE", "safeguard": " "}]},
            "say what protects details",
        ),
        ({"layers": [{"name": "Example Law", "country": "GB"}]}, "no kind of recipient"),
    ],
)
def test_a_file_that_is_not_right_says_what_to_mend(
    tmp_path: Path, what: Any, said: str | None
) -> None:
    if said is None:
        assert not any(read_recipients(written(tmp_path, what)).values())
        return
    with pytest.raises(ValueError, match=said):
        read_recipients(written(tmp_path, what))


def test_a_file_that_is_not_there_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_recipients(str(tmp_path / "nowhere.json"))


def test_companies_are_those_that_somebody_agreed_to() -> None:
    company = NamedRecipient("Example Energy", "GB")
    assert list_named((RecipientKind.COMPANIES, RecipientKind.LAWYERS), KNOWN, [company]) == [
        company,
        ABROAD,
    ]
    assert list_named((RecipientKind.DIRECTORIES,), KNOWN, [company]) == []
    assert list_named((), KNOWN, [company]) == []
