"""`hold`, as somebody at a terminal."""

from pathlib import Path

import pytest

from portal.desk.case_records.rules import Topic
from portal.desk.cases.rules import Message
from portal.desk.cases.service import open_case
from portal.governance.audit.models import AuditEntry
from portal.governance.legal_holds.queries import list_holds
from portal.identity.accounts.queries import find_customer
from portal.identity.credentials.rules import QUESTIONS
from portal.identity.staff_accounts.queries import find_colleague_by_email
from portal.identity.staff_accounts.rules import NewColleague, Role
from portal.identity.staff_accounts.service import add_staff
from portal.operations.data_inventory import HELD
from portal.platform.core.work import Actor
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import read_settings
from tests.commands import REAL, run
from tests.operations.cli.test_sharing import customer_of
from tests.world import rows_with

WHY = "Claim 17 before the County Court."
ROWAN = "rowan@example.com"


@pytest.fixture
def parts(instance: Path) -> Runtime:
    made = assemble(read_settings({**REAL, "PORTAL_INSTANCE": str(instance)}), HELD, QUESTIONS)
    with made.work() as work:
        for role in (Role.SENIOR, Role.AGENT):
            new = NewColleague(name="Rae", email=f"{role}@example.com", role=role)
            add_staff(work, new)
    return made


def test_who_is_asked_about_finds_nobody_by_the_question(instance: Path, parts: Runtime) -> None:
    person = customer_of(parts)
    with parts.work() as work:
        colleague = find_colleague_by_email(work, "senior@example.com")
        assert colleague is not None
    with parts.work(Actor("customer", person)) as work:
        message = Message(
            name="Rowan",
            email=ROWAN,
            topic=Topic.OTHER,
            service="",
            text="Why did you look?",
            once="",
            kept_from=colleague.id,
        )
        reference = open_case(work, message, person)
    done = run(instance, "hold", "list", "--by", "senior@example.com", typed=f"{reference}\n")
    assert done.returncode == 1
    assert done.stderr == "Error: This message asks about you\n"


def test_a_customer_is_held_from_a_terminal(instance: Path, parts: Runtime) -> None:
    person = customer_of(parts)
    by = ("--by", "senior@example.com")
    typed = f"{ROWAN}\n{WHY}\n"
    done = run(instance, "hold", "place", *by, "--until", "2028-03-01", typed=typed)
    assert done.returncode == 0, done.stderr
    number = done.stdout.split("\t")[0]
    listed = run(instance, "hold", "list", *by, typed=f"{ROWAN}\n").stdout
    assert listed == f"{number}\t2028-03-01\t{WHY}\n"
    with parts.work() as work:
        (hold,) = list_holds(work, person)
        assert str(hold.id) == number
        assert find_customer(work, person) is not None
        looks = rows_with(work, AuditEntry, name="legal:customer:searched")
        assert {(one.actor_kind, one.subject_id) for one in looks} == {("staff", person)}
        assert {one.actor_id for one in looks} == {hold.placed_by}
    lifted = run(instance, "hold", "lift", *by, number, typed=f"{ROWAN}\n")
    assert lifted.returncode == 0, lifted.stderr
    with parts.work() as work:
        assert list_holds(work, person) == []
    parts.close()


@pytest.mark.parametrize(
    ("options", "typed", "said"),
    [
        (("agent@example.com", "2028-03-01"), f"{ROWAN}\n{WHY}", "No colleague"),
        (("nobody@example.com", "2028-03-01"), f"{ROWAN}\n{WHY}", "No colleague"),
        (("senior@example.com", "2028-03-01"), f"else@example.com\n{WHY}", "No customer"),
        (("senior@example.com", "soon"), f"{ROWAN}\n{WHY}", "Enter a day"),
        (("senior@example.com", "2001-03-01"), f"{ROWAN}\n{WHY}", "must be ahead"),
        (("senior@example.com", "2028-03-01"), ROWAN, "The reason must have"),
    ],
)
def test_a_refusal_says_why_and_holds_nobody(
    instance: Path, parts: Runtime, options: tuple[str, str], typed: str, said: str
) -> None:
    person, (by, day) = customer_of(parts), options
    done = run(instance, "hold", "place", "--by", by, "--until", day, typed=typed)
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert "@" not in done.stderr
    with parts.work() as work:
        assert list_holds(work, person) == []
    parts.close()
