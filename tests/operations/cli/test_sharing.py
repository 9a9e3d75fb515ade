"""`share`, as somebody at a terminal."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from portal.consent.marketing.rules import Choice
from portal.consent.marketing.service import save_choices
from portal.identity.accounts.rules import CustomerKind, Details
from portal.identity.accounts.service import add_customer
from portal.identity.credentials.rules import QUESTIONS, Secrets
from portal.operations.data_inventory import HELD
from portal.platform.core.ids import CustomerId
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import read_settings
from tests.commands import REAL, run

WITH = ("share", "--with", "brightwave")
ON_TERMS = (*WITH, "--agreement", "BW-2026/1")


def test_strangers_are_withheld_and_the_line_is_named(instance: Path, tmp_path: Path) -> None:
    file = tmp_path / "withheld.csv"
    typed = "Name,Email\nRowan,rowan@example.com\n"
    done = run(instance, *ON_TERMS, "--withheld", str(file), typed=typed)
    assert (done.returncode, done.stdout) == (0, "Name,Email\n")
    assert file.read_text() == "line,reason\n2,not-a-customer\n"
    assert "Let through: 0." in done.stderr
    assert "rowan@" not in done.stderr


def test_who_agreed_comes_through_and_who_takes_it_back_is_listed(instance: Path) -> None:
    parts = assemble(read_settings({**REAL, "PORTAL_INSTANCE": str(instance)}), HELD, QUESTIONS)
    person = customer_of(parts)
    choose(parts, person, Choice("brightwave", "yes"))
    done = run(instance, *ON_TERMS, typed='Name,Email\n"=1+1",rowan@example.com\n')
    assert (done.returncode, done.stdout) == (0, "Name,Email\n'=1+1,rowan@example.com\n")
    assert "Agreed to by 1, in version 1: Your name, email address and postcode" in done.stderr
    choose(parts, person)
    (line,) = run(instance, *WITH, "--stopped").stdout.splitlines()[1:]
    assert line.startswith("rowan@example.com,BW-2026/1,20")
    parts.close()


def test_nothing_comes_out_where_the_ledger_cannot_be_written(instance: Path) -> None:
    parts = assemble(read_settings({**REAL, "PORTAL_INSTANCE": str(instance)}), HELD, QUESTIONS)
    choose(parts, customer_of(parts), Choice("brightwave", "yes"))
    parts.close()
    with closing(sqlite3.connect(instance / "portal.db")) as file:
        file.execute(
            "CREATE TRIGGER full BEFORE INSERT ON handover BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        file.commit()
    done = run(instance, *ON_TERMS, typed="Name,Email\nRowan,rowan@example.com\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "rowan@" not in done.stderr


def customer_of(parts: Runtime) -> CustomerId:
    """A customer of a portal whose commands are run."""
    person = CustomerId(uuid4())
    details = Details("Rowan", "Example", "rowan@example.com", CustomerKind.RESIDENTIAL)
    with parts.work() as work:
        work.create_key(person)
        add_customer(work, person, details, Secrets("-", "?", "-", work.now), frozenset())
    return person


def choose(parts: Runtime, person: CustomerId, *choices: Choice) -> None:
    with parts.work() as work:
        save_choices(work, person, frozenset(choices))


def test_those_who_said_no_come_out_as_a_list(instance: Path) -> None:
    done = run(instance, *WITH, "--stopped")
    assert (done.returncode, done.stdout) == (0, "email,agreement,last_shared,stopped\n")


@pytest.mark.parametrize("words", [(), ("--stopped", "--agreement", "X")])
def test_it_must_be_said_which_of_the_two_is_meant(instance: Path, words: tuple[str, ...]) -> None:
    assert run(instance, *WITH, *words).returncode == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("share", "--with", "offers", "--agreement", "X"), "brightwave, harbour-home, merrow-tv"),
        (("share", "--with", "offers", "--stopped"), "brightwave, harbour-home, merrow-tv"),
        ((*WITH, "--agreement", "two words"), "reference of an agreement"),
    ],
)
def test_what_cannot_be_shared_is_refused(
    instance: Path, words: tuple[str, ...], said: str
) -> None:
    done = run(instance, *words, typed="Email\nrowan@example.com\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
