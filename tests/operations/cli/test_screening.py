"""`screen`, `suppress add` and `suppress check`, as somebody at a terminal."""

import os
import signal
import traceback
from collections.abc import Callable
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from threading import Event

import click
import pytest

from portal.consent.list_import.columns import Layout
from portal.consent.list_import.compact import Hashes, Places, Small
from portal.consent.list_screening.rules import Campaign, Reader, Screen
from portal.identity.contact_index.rules import Channel
from portal.operations.cli.lists import told_refusals
from portal.operations.cli.screening import _open, _screen
from tests.commands import PATIENCE, run

STRANGERS = ("screen", "--purpose", "offers", "--channel", "telephone", "--prospects")
LIST = "Name,Telephone\nRowan,01632 960001\nJules,01632 960002\n"

Opening = Callable[[], Screen]
NOBODY = Hashes(b"")


def noted(instance: Path, *numbers: str) -> None:
    done = run(instance, "suppress", "add", "--channel", "telephone", typed="\n".join(numbers))
    assert (done.returncode, done.stderr) == (0, "")


def test_who_is_noted_is_withheld_and_the_line_is_named(instance: Path, tmp_path: Path) -> None:
    noted(instance, "+44 1632 960002")
    file = tmp_path / "withheld.csv"
    done = run(instance, *STRANGERS, "--withheld", str(file), typed=LIST)
    assert (done.returncode, done.stdout) == (0, "Name,Telephone\nRowan,01632 960001\n")
    assert file.read_text() == "line,reason\n3,suppressed\n"
    assert "Let through: 1." in done.stderr
    assert "960002" not in done.stderr


@pytest.mark.parametrize(
    "content",
    [
        LIST.encode("utf-8-sig"),
        LIST.encode("utf-16"),
        LIST.replace("\n", "\r\n").encode(),
        LIST.replace("\n", "\r").encode(),
        LIST.replace(",", ";").encode(),
        LIST.replace(",", "\t").encode(),
    ],
)
def test_whatever_wrote_the_list_it_is_screened(instance: Path, content: bytes) -> None:
    noted(instance, "01632 960001")
    done = run(instance, *STRANGERS, typed=content)
    assert done.returncode == 0
    assert done.stdout.count("\n") == 2
    assert "Jules" in done.stdout
    assert "960001" not in done.stdout


def test_a_list_in_another_encoding_is_asked_about_and_its_letters_stay(instance: Path) -> None:
    content = LIST.replace("Rowan", "Zo\xeb").encode("macintosh")
    done = run(instance, *STRANGERS, typed=content)
    assert (done.returncode, done.stdout) == (3, "Name,Telephone\nJules,01632 960002\n")
    assert "--encoding" in done.stderr
    told = run(instance, *STRANGERS, "--encoding", "macintosh", typed=content)
    assert (told.returncode, told.stdout) == (0, LIST.replace("Rowan", "Zo\xeb"))
    refused = run(instance, *STRANGERS, "--encoding", "klingon", typed=content)
    assert (refused.returncode, refused.stdout) == (2, "")


def test_a_list_that_says_its_separator_keeps_saying_it(instance: Path) -> None:
    typed = "sep=;\n" + LIST.replace(",", ";")
    noted(instance, "01632 960001")
    done = run(instance, *STRANGERS, typed=typed)
    assert (done.returncode, done.stdout) == (0, "sep=;\nName;Telephone\nJules;01632 960002\n")
    refused = run(instance, *STRANGERS, "--separator", ",", typed=typed)
    assert "another sign separates" in refused.stderr


def test_whoever_notes_a_number_without_its_area_code_is_shown_an_example(instance: Path) -> None:
    done = run(instance, "suppress", "add", "--channel", "telephone", typed="960077\n")
    assert (done.returncode, done.stdout) == (3, "New: 0. Noted before: 0.\n")
    assert "Lines that could not be read: 1" in done.stderr
    assert "01632 960001, with the area code" in done.stderr


def test_a_formula_comes_out_as_words(instance: Path) -> None:
    row = '"=HYPERLINK(""https://example.com"")",01632 960001'
    done = run(instance, *STRANGERS, typed=f"Name,Telephone\n{row}\n")
    assert done.stdout == f"Name,Telephone\n\"'{row[1:]}\n"


def test_bad_rows_are_named_and_never_let_through(instance: Path, tmp_path: Path) -> None:
    file = tmp_path / "withheld.csv"
    rows = 'Rowan\nRowan,07\n"Ro"wan,01632 960001\nRowan,01632 960001,x\nRowan\0,01632 960001\n'
    done = run(instance, *STRANGERS, "--withheld", str(file), typed=f"Name,Telephone\n{rows}")
    assert (done.returncode, done.stdout) == (3, "Name,Telephone\n")
    assert (
        file.read_text() == "line,reason\n2,columns\n3,unreadable\n4,quotes\n5,columns\n6,signs\n"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Name,Town\nRowan,Exampleton\n", "does not name a column"),
        ("=cmd,Telephone\nRowan,01632 960001\n", "The first row cannot be read"),
        ('Name,Telephone\n"Rowan,01632 960001\n', "begins in line 2 does not end"),
        ("", "does not name a column"),
    ],
)
def test_a_list_that_cannot_be_screened_is_refused(
    instance: Path, content: str, words: str
) -> None:
    done = run(instance, *STRANGERS, typed=content)
    assert done.returncode == 1
    assert words in done.stderr
    assert "01632" not in done.stdout


def test_the_purpose_must_be_one_that_customers_are_asked_about(instance: Path) -> None:
    done = run(instance, "screen", "--purpose", "usage", "--channel", "email", typed="Email\n")
    assert done.returncode == 1
    assert "offers, new-products, surveys, partner-offers" in done.stderr


def test_the_preference_services_file_is_read_or_refused(instance: Path, tmp_path: Path) -> None:
    file = tmp_path / "tps.txt"
    file.write_text("01632960001\n")
    done = run(instance, *STRANGERS, "--tps", str(file), typed=LIST)
    assert done.stdout == "Name,Telephone\nJules,01632 960002\n"
    file.write_text(f"01632960001\n0{1632_100000}\n")
    done = run(instance, *STRANGERS, "--tps", str(file), typed=LIST)
    assert done.returncode == 0, "a number of no numbering plan is one all the same"
    for other in ("Rowan Example", "Rowan,01632 960002", "960002", "#{7*191}"):
        file.write_text(f"01632960001\n{other}\n")
        refused = run(instance, *STRANGERS, "--tps", str(file), typed=LIST)
        assert refused.returncode == 1
        assert "Line 2 of the Telephone Preference Service’s file is not" in refused.stderr


@pytest.mark.parametrize("separator", [";;", '"', "\n"])
def test_what_separates_nothing_is_refused(instance: Path, separator: str) -> None:
    refused = run(instance, *STRANGERS, "--separator", separator, typed=LIST)
    assert refused.returncode == 1
    assert "A separator is one sign" in refused.stderr


def test_a_heading_may_have_a_line_end(instance: Path) -> None:
    typed = 'Name,"Telephone\nnumber"\nRowan,01632 960001\n'
    done = run(instance, *STRANGERS, typed=typed)
    assert (done.returncode, done.stdout) == (0, typed)


def test_a_heading_that_is_too_long_is_refused(instance: Path) -> None:
    refused = run(instance, *STRANGERS, typed=f"Name,Telephone{'x' * 200_000}\nRowan,1\n")
    assert refused.returncode == 1
    assert "foresaw" not in refused.stderr


def ends(pipe: Pipe) -> bool:
    """Tell whether nobody holds the other end any more."""
    try:
        while pipe.poll(PATIENCE):
            pipe.recv_bytes()
    except EOFError:
        return True
    return False


def screen_for_ever(whole: Pipe) -> None:
    """Screen blocks without end, and say through a pipe that it has begun."""
    reader = Reader(
        campaign=Campaign(purpose="offers", channel=Channel.TELEPHONE),
        layout=Layout(separator=",", width=2, columns=[[1]]),
        tps=None,
        hash_value=lambda _: bytes(32),
    )
    blocks = ((line, LIST.encode()) for line in count(1, 3))
    for _ in _screen(Screen(reader=reader, consents=NOBODY.find), blocks, {}):
        whole.send_bytes(b"a block is done")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_one_that_was_ended(how: signal.Signals) -> None:
    """Whoever reads what comes out would wait for ever: others hold it open."""
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=screen_for_ever, args=(there,))
    process.start()
    there.close()
    assert here.recv_bytes() == b"a block is done"
    os.kill(process.pid or 0, how)
    process.join(PATIENCE)
    assert ends(here)


def test_a_long_list_keeps_its_order(instance: Path) -> None:
    """Several processes share the work, block by block."""
    rows = [f"Person {one},01632 960{one % 1000:03}" for one in range(40_000)]
    noted(instance, "01632 960500")
    done = run(instance, *STRANGERS, typed="\n".join(["Name,Telephone", *rows]))
    expected = [row for row in rows if not row.endswith("960500")]
    assert done.stdout.splitlines()[1:] == expected


def test_noting_and_asking(instance: Path) -> None:
    add = ("suppress", "add", "--channel", "email")
    first = run(instance, *add, typed="rowan@example.com\nnobody\n")
    assert (first.returncode, first.stdout) == (3, "New: 1. Noted before: 0.\n")
    assert first.stderr.startswith("Lines that could not be read: 2\n")
    assert "name@example.com" in first.stderr
    second = run(instance, *add, typed="Rowan@Example.com\n")
    assert second.stdout == "New: 0. Noted before: 1.\n"
    asked = "rowan@example.com\njules@example.com\n"
    found = run(instance, "suppress", "check", "--channel", "email", typed=asked)
    assert (found.returncode, found.stdout) == (1, "1: noted\n2: not noted\n")
    lifted = run(instance, "suppress", "lift", "--channel", "email", typed=asked)
    assert (lifted.returncode, lifted.stdout) == (0, "Lifted: 1. Not noted: 1.\n")
    found = run(instance, "suppress", "check", "--channel", "email", typed=asked)
    assert (found.returncode, found.stdout) == (1, "1: not noted\n2: not noted\n")


def screen_with(
    hash_value: Callable[[str], bytes] = lambda _: bytes(32),
    find: Callable[[bytes], tuple[Places, Small]] = NOBODY.find,
    opening: Opening | None = None,
) -> str:
    """Screen a list with something that fails; return what a command says of it."""
    reader = Reader(
        campaign=Campaign(purpose="offers", channel=Channel.TELEPHONE),
        layout=Layout(separator=",", width=2, columns=[[1]]),
        tps=None,
        hash_value=hash_value,
    )
    screen = Screen(reader=reader, consents=find)
    blocks = iter([(7, LIST.encode())])
    with pytest.raises(click.ClickException) as found, told_refusals():
        list(_screen(*_open(opening or (lambda: screen), reader, blocks)))
    return "".join(traceback.format_exception(found.value))


@pytest.mark.parametrize("is_early", [True, False])
def test_a_fault_that_nobody_foresaw_names_the_line_and_nobody(*, is_early: bool) -> None:
    failed = Event()

    def fail(value: str) -> bytes:
        failed.set()
        raise LookupError(value)

    def wait() -> Screen:
        failed.wait(PATIENCE)
        raise NotImplementedError

    told = screen_with(fail, opening=wait if is_early else None)
    assert "A row in line 7 or after it broke the program (LookupError)" in told
    assert "960001" not in told
    assert "Rowan" not in told


def test_a_process_that_is_ended_from_outside_is_not_waited_for() -> None:
    def die(_: bytes) -> tuple[Places, Small]:
        os.kill(os.getpid(), signal.SIGKILL)
        raise NotImplementedError

    assert "A process was ended from outside" in screen_with(find=die)


def test_every_command_is_found_where_it_is_said_to_be() -> None:
    from portal.operations.cli.base import MODULES, commands  # noqa: PLC0415

    context = commands.make_context("portal", ["settings"])
    for names in MODULES.values():
        for name in names:
            assert commands.get_command(context, name) is not None, name
    assert sorted(commands.commands) == commands.list_commands(context)
