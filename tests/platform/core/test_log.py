import json
import logging

import pytest

from portal.platform.core.log import get_logger, set_up

SECRET = "rowan@example.com and 01632 960001"


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> "Lines":
    set_up()
    return Lines(capsys)


class Lines:
    """What was written to standard error."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def read(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.capsys.readouterr().err.splitlines()]


def fail() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise LookupError(SECRET) from error


def test_a_line_of_the_log_is_json_with_its_time_and_level(lines: Lines) -> None:
    get_logger("portal.x").info("something-happened", number=3)
    (line,) = lines.read()
    assert line.pop("timestamp")
    assert line == {"event": "something-happened", "level": "info", "number": 3}


@pytest.mark.parametrize("name", ["portal.x", "werkzeug", "sqlalchemy.engine"])
def test_the_text_of_an_exception_is_never_logged(lines: Lines, name: str) -> None:
    try:
        fail()
    except LookupError as error:
        get_logger(name).exception("it-failed")
        get_logger(name).error("it-failed", exc_info=error)
        logging.getLogger(name).exception("it-failed")
        logging.getLogger(name).warning("it-failed", exc_info=error)
    found = lines.read()
    assert len(found) == 4
    for line in found:
        assert SECRET not in json.dumps(line)
        assert line["exception"] == "LookupError"
        assert "fail" in str(line["places"])


def test_nothing_below_the_level_is_written(lines: Lines) -> None:
    get_logger("portal.x").debug("quiet")
    logging.getLogger("elsewhere").info("quiet")
    assert lines.read() == []
