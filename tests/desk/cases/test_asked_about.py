"""The colleague whom a customer asks about reads nothing of the question, anywhere at the desk."""

import re
from collections.abc import Iterator

import pytest

from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case
from portal.identity.staff_accounts.rules import Role
from portal.operations.data_inventory import HELD
from portal.platform.core.work import Actor
from tests.pages import Visitor
from tests.world import Person, World

ASKED, ANSWERED = "I think that your colleague is my neighbour", "They had a reason"
REASONS = ("case", "called", "wrote", "security", "fault")


@pytest.fixture
def person(world: World) -> Person:
    return world.customer()


def ask_about(world: World, person: Person, staff: Person) -> tuple[str, str]:
    """Let a customer ask why a colleague looked, and another answer; a case at hand, the question.

    Both colleagues may do all that the desk does.
    """
    first = world.case(person, text="Where is Exampleton?")
    world.at_the_desk(staff).open(f"/staff/cases/{first}")
    visitor = world.signed_in(person)
    asking = next(one for one in visitor.open("/your-data/looked").links() if is_question(one))
    question = visitor.open(asking).send(message=ASKED).path.removeprefix("/cases/")
    officer = world.colleague("kim@example.com", "Kim Officer", role=Role.PRIVACY_OFFICER)
    with world.work(Actor("staff", officer.id)) as work:
        version = get_case(work, question).version
        answer_case(work, question, ANSWERED, Step.ASKED, version)
    return first, question


def is_question(path: str) -> bool:
    return re.search(r"looked/[0-9a-f-]{36}$", path) is not None


def see_everything(desk: Visitor, person: Person, *references: str) -> Iterator[tuple[str, str]]:
    """Give what every page, every part of the record, and every search shows of them."""
    for reference in references:
        names = {"reference": reference, "customer_id": str(person.id)}
        for rule in desk.client.application.url_map.iter_rules():
            if rule.rule.startswith("/staff") and rule.arguments <= names.keys():
                path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: names[found[1]], rule.rule)  # noqa: B023
                if "GET" in (rule.methods or ()):
                    yield path, desk.client.get(path).text
        for path in ("/staff/cases", "/staff/customers", "/staff/holds", "/staff/disclosures"):
            for typed in (reference, person.email):
                sent = {"q": typed, "who": typed, "csrf_token": desk.token()}
                yield f"{path} {typed}", desk.client.post(path, data=sent).text
    for slug in [one.slug for one in HELD if one.slug]:
        for reason in REASONS:
            yield f"{slug} {reason}", open_part(desk, person, references[0], slug, reason)


def open_part(desk: Visitor, person: Person, reference: str, slug: str, reason: str) -> str:
    case = f"?case={reference}" if reason == "case" else ""
    page = desk.open(f"/staff/customers/{person.id}/record/{slug}/{reason}{case}")
    return page.send(f"/staff/customers/{person.id}/record/open").answer.text


@pytest.mark.parametrize(
    "role", [Role.PRIVACY_OFFICER, pytest.param(Role.SENIOR, marks=pytest.mark.nightly)]
)
def test_no_page_shows_the_question_or_who_asks_it_to_whom_it_is_about(
    world: World, person: Person, role: Role
) -> None:
    sam = world.colleague("sam@example.com", "Sam Looker", role=role)
    first, question = ask_about(world, person, sam)
    seen = list(see_everything(world.at_the_desk(sam), person, first, question))
    assert not [where for where, text in seen if ASKED in text or ANSWERED in text]
    searched = dict(seen)[f"/staff/cases {question}"]
    assert question in searched  # as it stands in the queue
    assert person.given_name not in searched
    assert question not in dict(seen)[f"/staff/cases {person.email}"]


def test_anybody_else_reads_it_in_the_case_and_in_the_record(world: World, person: Person) -> None:
    first, question = ask_about(world, person, world.colleague())
    desk = world.at_the_desk(world.colleague("lee@example.com", "Lee", role=Role.SENIOR))
    assert ASKED in desk.open(f"/staff/cases/{question}").text
    shown = open_part(desk, person, first, "messages", "case")
    assert ASKED in shown
    assert ANSWERED in shown
    assert question in desk.open("/staff/cases").send("/staff/cases", q=person.email).text
