"""Where a request comes from, in words: browser, system, place; a network without its end."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]  # netaddr has no types

from portal.platform.core.visit import Device
from portal.platform.setting_checks import check
from portal.platform.web.device import UNKNOWN, current_device, name_device, shorten
from tests.world import World

AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0": (
        "Firefox on Windows"
    ),
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"
    " Safari/537.36": "Chrome on Linux",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.0 Safari/605.1.15": "Safari on Mac OS X",
    "": UNKNOWN,
    "\x00\x1b[31m": UNKNOWN,
    "curl/8.0": "curl",
}


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A database of places that knows one network."""
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True)
    found = {"city": {"names": {"en": "Exampleton"}}, "country": {"names": {"en": "Sampleland"}}}
    writer.insert_network(IPSet(["198.51.100.0/24"]), found)
    writer.insert_network(IPSet(["203.0.113.0/24"]), {"country": {"names": {"en": "Sampleland"}}})
    writer.insert_network(IPSet(["192.0.2.0/24"]), {"city": "odd", "country": 7})
    file = tmp_path / "places.mmdb"
    writer.to_db_file(str(file))
    return file


def seen_from(world: World, address: str, agent: str = "") -> Device:
    given = {"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent}
    with world.app.test_request_context("/", environ_overrides=given):
        return current_device()


@pytest.mark.parametrize(("agent", "words"), AGENTS.items())
def test_a_browser_is_called_what_people_call_it(agent: str, words: str) -> None:
    assert name_device(agent) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_of_an_address_only_the_network_is_kept(address: str, network: str) -> None:
    assert shorten(address) == network


@given(st.text(max_size=40))
def test_no_address_breaks_anything(text: str) -> None:
    assert isinstance(shorten(text), str)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("198.51.100.1", "Exampleton, Sampleland"),
        ("203.0.113.1", "Sampleland"),
        ("192.0.2.1", ""),
        ("127.0.0.1", ""),
        ("no address", ""),
    ],
)
def test_with_a_database_of_places_a_device_has_a_place(
    world: World, places: Path, address: str, words: str
) -> None:
    settings = replace(world.parts.settings, places_file=str(places))
    world.app.extensions["portal"] = replace(world.parts, settings=settings)
    assert seen_from(world, address).place == words


MARK = b"\xab\xcd\xefMaxMind.com"
"""What stands before the description at the end of such a file (MaxMind DB 2.0)."""


def _end(whole: bytes) -> bytes:
    return whole[whole.index(MARK) :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "it is another file": lambda _: b"nothing",
    "it is empty": lambda _: b"",
    "what it says of networks is gone": lambda whole: b"\xff" * whole.index(MARK) + _end(whole),
    "half of it is gone": lambda whole: whole[: whole.index(MARK) // 2] + _end(whole),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_somebody_signs_in_though_the_database_of_places_is_damaged(
    world: World, places: Path, damage: str
) -> None:
    places.write_bytes(DAMAGES[damage](places.read_bytes()))
    settings = replace(world.parts.settings, places_file=str(places))
    world.app.extensions["portal"] = replace(world.parts, settings=settings)
    assert seen_from(world, "198.51.100.1").place == ""
    assert world.signed_in().open("/account").path == "/account"


def test_somebody_signs_in_though_the_database_of_places_is_gone(
    world: World, places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = replace(world.parts.settings, places_file=str(places))
    world.app.extensions["portal"] = replace(world.parts, settings=settings)
    places.unlink()
    assert world.signed_in().open("/account").path == "/account"
    assert '"places-unreadable"' in capsys.readouterr().err


def test_a_database_of_places_that_is_one_is_taken_at_start(world: World, places: Path) -> None:
    check(replace(world.parts.settings, places_file=str(places)))


def test_without_one_there_is_no_place(world: World) -> None:
    assert seen_from(world, "198.51.100.1").place == ""


def test_an_endless_browser_name_is_cut(world: World) -> None:
    assert seen_from(world, "127.0.0.1", "x" * 100_000).name == UNKNOWN
