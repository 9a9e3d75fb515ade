"""`screen`, `suppress add` and `suppress check`, as somebody at a terminal."""

import traceback
from pathlib import Path

import click
import pytest

from portal.consent.list_import.columns import Layout
from portal.consent.list_import.sheets import Row
from portal.consent.list_screening.rules import Campaign, Screen
from portal.identity.contact_index.rules import Channel
from portal.operations.cli.lists import told_refusals
from portal.operations.cli.screening import screen_rows
from tests.commands import run

STRANGERS = ("screen", "--purpose", "offers", "--channel", "telephone", "--prospects")
LIST = "Name,Telephone\nRowan,01632 960001\nJules,01632 960002\n"


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
    assert "names a different character" in refused.stderr


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
        ("Name,Town\nRowan,Exampleton\n", "doesn’t name a column"),
        (
            "=cmd,Telephone\nRowan,01632 960001\n",
            "We can’t read the first row",
        ),
        ('Name,Telephone\n"Rowan,01632 960001\n', "starts on line 2 has no end"),
        ("", "doesn’t name a column"),
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
    assert "A separator must be one character" in refused.stderr


def test_a_heading_may_have_a_line_end(instance: Path) -> None:
    typed = 'Name,"Telephone\nnumber"\nRowan,01632 960001\n'
    done = run(instance, *STRANGERS, typed=typed)
    assert (done.returncode, done.stdout) == (0, typed)


def test_a_heading_that_is_too_long_is_refused(instance: Path) -> None:
    refused = run(instance, *STRANGERS, typed=f"Name,Telephone{'x' * 200_000}\nRowan,1\n")
    assert refused.returncode == 1
    assert "foresaw" not in refused.stderr


def test_a_long_list_keeps_its_order(instance: Path) -> None:
    """More rows than are held in memory at once."""
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


def test_a_fault_that_nobody_foresaw_names_the_line_and_nobody() -> None:
    def fail(value: str) -> bytes:
        raise LookupError(value)

    asked = Screen(
        campaign=Campaign(purpose="offers", channel=Channel.TELEPHONE),
        layout=Layout(separator=",", width=2, columns=[[1]]),
        tps=None,
        hash_value=fail,
        consents=lambda _: {},
    )
    row = Row(7, "Rowan,01632 960001", ["Rowan", "01632 960001"])
    with pytest.raises(click.ClickException) as found, told_refusals():
        list(screen_rows(asked, [row]))
    told = "".join(traceback.format_exception(found.value))
    assert "A row in line 7 or after it broke the program (LookupError)" in told
    assert "960001" not in told
    assert "Rowan" not in told


def test_every_command_is_found_where_it_is_said_to_be() -> None:
    from portal.operations.cli.base import MODULES, commands  # noqa: PLC0415

    context = commands.make_context("portal", ["settings"])
    for names in MODULES.values():
        for name in names:
            assert commands.get_command(context, name) is not None, name
    assert sorted(commands.commands) == commands.list_commands(context)
