"""The proof holds on both databases, and finds every value however it is written."""

import base64
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from portal.operations.erasure_proof.people import Person, make_person
from portal.operations.erasure_proof.running import ErasureProof
from portal.operations.erasure_proof.searching import Needles, Place, search_files, spell_bytes
from portal.platform.settings import Settings
from tests.conftest import SETTINGS
from tests.databases import new_pair, postgresql, tools

PEOPLE = {"sqlite": 8, "postgresql": 4}
"""Of eight the four who leave do so in four ways."""
BY_NIGHT = (pytest.mark.postgresql, pytest.mark.nightly)
DATABASES = ["sqlite", pytest.param("postgresql", marks=BY_NIGHT)]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL of our own: every byte of its folder is searched."""
    with (
        tempfile.TemporaryDirectory(prefix="pg") as folder,  # its sockets want a short path
        postgresql(Path(folder)) as address,
    ):
        yield address


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The settings of a portal that is not there yet."""
    given = replace(SETTINGS, instance=tmp_path / "proof")
    if request.param == "sqlite":
        return given
    server: str = request.getfixturevalue("server")
    main, keyring = new_pair(server, secrets.token_hex(4))
    return replace(given, database_url=main, keyring_url=keyring, postgresql_tools=str(tools()))


def test_whoever_left_is_found_nowhere_and_the_others_have_everything(
    settings: Settings,
) -> None:
    kind = "postgresql" if settings.database_url else "sqlite"
    found = ErasureProof(settings, PEOPLE[kind], lambda _: None).run()
    assert found.faults == []
    opened = [place for place in found.places if "opened" in place.name]
    assert len(opened) == 1
    assert len(opened[0].others) >= PEOPLE[kind] // 2 * 30
    files = [place for place in found.places if place.name.startswith("every file")]
    assert len(files) >= 2
    assert all(place.size > 100_000 for place in files)
    assert found.traces.size > 100_000


@pytest.fixture(scope="module")
def people() -> tuple[Person, Person]:
    return make_person(0), make_person(1)


def search(folder: Path, people: tuple[Person, Person], keys: list[bytes]) -> Place:
    return search_files("here", [folder], Needles(people[:1], people[1:]), keys)


@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "skipped", [0, *(pytest.param(one, marks=pytest.mark.nightly) for one in (1, 2, 3))]
)
def test_the_search_finds_every_value_however_it_is_written(
    tmp_path: Path, people: tuple[Person, Person], coding: str, skipped: int
) -> None:
    before = b"\x00" * 3 + b"x" * skipped
    for name, value in people[0].canaries.items():
        raw = value.encode(coding)
        for number, heap in enumerate(
            (
                before + raw + b"after",
                before + raw.hex().encode(),
                before + raw.hex().upper().encode(),
                base64.b64encode(before + raw + b" after"),
                base64.urlsafe_b64encode(before + raw + b" after"),
            )
        ):
            file = tmp_path / "file"
            file.write_bytes(heap)
            found = search(tmp_path, people, [])
            assert f"0:{name}" in found.erased, (name, number)
            assert len(found.erased) == 1


def test_the_search_finds_the_others_too_and_says_whose_it_is(
    tmp_path: Path, people: tuple[Person, Person]
) -> None:
    inside = tmp_path / "deep" / "inside"
    inside.mkdir(parents=True)
    (inside / "a.log").write_text(f"{people[1].email.upper()} {people[1].telephone}")
    found = search(tmp_path, people, [])
    assert (found.erased, found.others) == (set(), {"1:email", "1:telephone"})
    assert (found.files, found.size) == (1, (inside / "a.log").stat().st_size)


def test_the_search_finds_a_key_as_bytes_as_hex_and_in_base64(
    tmp_path: Path, people: tuple[Person, Person]
) -> None:
    key = bytes(range(200, 232))
    for heap in spell_bytes(key):
        (tmp_path / "file").write_bytes(b"before" + heap + b"after")
        assert search(tmp_path, people, [key]).keys == 1


def test_what_is_not_there_is_not_found(tmp_path: Path, people: tuple[Person, Person]) -> None:
    other = make_person(2)
    (tmp_path / "file").write_text(" ".join(other.canaries.values()))
    (tmp_path / "empty").touch()
    found = search(tmp_path, people, [b"k" * 32])
    assert (found.erased, found.others, found.keys, found.files) == (set(), set(), 0, 2)
