"""Leaked passwords: a service is asked with five digits, and nothing depends on its answering."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from portal.platform.core import log
from portal.platform.core.breaches import Breaches
from portal.platform.setting_checks import check
from portal.platform.settings import SettingsError
from tests.conftest import SETTINGS
from tests.identity.accounts.registering import SECOND, register
from tests.identity.credentials.ranges import Ranges, ranges, sha1
from tests.world import PASSWORD, World

LEAKED = "harbour teapot nineteen clouds"
OTHER = "velvet lantern orchard kettle"


@pytest.fixture
def service() -> Iterator[Ranges]:
    with ranges(LEAKED) as server:
        yield server


@pytest.fixture
def nobody() -> str:
    """The address of a service that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}/range"


def ask(world: World, url: str) -> None:
    """Let the portal ask a service."""
    world.app.extensions["portal"] = replace(world.parts, breaches=Breaches(url))


def test_a_leaked_password_is_known(service: Ranges) -> None:
    assert Breaches(service.url).know(LEAKED)
    assert Breaches(service.url.rstrip("/")).know(LEAKED)


def test_another_password_is_not(service: Ranges) -> None:
    assert not Breaches(service.url).know(OTHER)


def test_padding_is_no_leak(service: Ranges) -> None:
    service.pad(OTHER)
    assert not Breaches(service.url).know(OTHER)


def test_five_digits_leave_the_house_and_the_answer_is_padded(service: Ranges) -> None:
    Breaches(service.url).know(OTHER)
    assert service.heard == [(f"/range/{sha1(OTHER)[:5]}", "true")]


def test_without_a_service_nothing_is_known() -> None:
    assert not Breaches().know(LEAKED)


@pytest.mark.parametrize("status", [301, 404, 429, 503])
def test_a_service_that_fails_knows_nothing_and_is_logged(
    service: Ranges, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    log.set_up()
    service.status = status
    assert not Breaches(service.url).know(LEAKED)
    said = capsys.readouterr().err
    assert said.count("breaches-unreachable") == 1
    assert LEAKED not in said
    assert sha1(LEAKED)[:5] not in said


def test_a_password_goes_through_when_the_service_is_away(
    world: World, nobody: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log.set_up()
    ask(world, nobody)
    assert register(world, password=LEAKED).path == "/register/sent"
    assert capsys.readouterr().err.count("breaches-unreachable") == 1


def test_somebody_who_registers_is_told_that_a_password_leaked(
    world: World, service: Ranges
) -> None:
    ask(world, service.url)
    page = register(world, password=LEAKED)
    assert page.path == SECOND
    assert page.errors["password"].startswith("This password has been in a data leak")
    assert LEAKED not in page.answer.text
    assert register(world, password=PASSWORD).path == "/register/sent"


def test_a_password_that_is_refused_anyway_is_not_asked_about(
    world: World, service: Ranges
) -> None:
    ask(world, service.url)
    register(world, password="passwordpassword")
    assert service.heard == []


def test_nobody_waits_in_a_transaction_for_the_service(world: World, service: Ranges) -> None:
    """Whoever asks holds no lock: somebody else can write before the service has answered."""
    written: list[str] = []

    def write() -> None:
        world.customer("other@example.com")
        written.append("other@example.com")

    ask(world, service.url)
    service.before = write
    page = register(world, password=LEAKED)
    assert "password" in page.errors
    assert written == ["other@example.com"]


@pytest.mark.parametrize("url", ["api.example.com/range", "file:///etc/hosts", "https:///range"])
def test_an_address_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="PORTAL_BREACH_SERVICE"):
        check(replace(SETTINGS, breach_service=url))


@pytest.mark.parametrize("url", ["", "https://api.example.com/range", "http://127.0.0.1:81/r"])
def test_an_address_is_taken(url: str) -> None:
    check(replace(SETTINGS, breach_service=url))
