"""A fault that nobody foresaw is told in few words, and none of them is somebody's."""

import click
import pytest

from portal.operations import cli


def test_a_fault_is_told_by_its_kind_and_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def stumble() -> None:
        int("rowan@example.com")

    monkeypatch.setattr("sys.argv", ["portal"])
    monkeypatch.setattr(cli, "commands", stumble)
    with pytest.raises(SystemExit, match="1"):
        cli.main()
    told = capsys.readouterr().err
    assert "ValueError" in told
    assert ":stumble" in told
    assert "rowan" not in told
