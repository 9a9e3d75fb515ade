"""Somebody reads who looked at their data: each look, by whom, why, and nothing of anybody else."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.desk.case_outcomes.service import close_case
from portal.desk.case_records.rules import CaseOutcome, CasePart
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case, assign_case
from portal.desk.staff_admin.service import close_account
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.errors import NotAllowedError
from portal.platform.core.work import Actor
from portal.platform.web.access import Access, entry_of
from portal.self_service.access_log.routes import PAGE
from portal.self_service.access_log.rules import LOOKS
from tests.governance.legal_holds.test_desk import place
from tests.pages import Visitor
from tests.self_service.email_change.test_changing import NEW, change
from tests.world import Person, World

PATH = "/your-data/looked"
AGENT = "sam@example.com"
SHOWING_NOTHING = "/record"
"""How a page ends that asks what to open: the look comes after it."""


def titles(visitor: Visitor, path: str = PATH) -> list[str]:
    return [one.get_text() for one in visitor.open(path).soup.select(".timeline__title")]


def at_the_desk(world: World, role: Role = Role.AGENT, email: str = AGENT) -> Visitor:
    return world.at_the_desk(world.colleague(email, role=role))


def is_of_the_desk(app: Flask, rule: Rule) -> bool:
    with app.app_context():
        return entry_of(rule.endpoint).needed is Access.STAFF


def test_a_look_is_read_at_once_by_whom_it_was_about_and_by_nobody_else(world: World) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    reference = world.case(person)
    mine, theirs = world.signed_in(person), world.signed_in(other)
    page = mine.open(PATH)
    assert "Nobody has opened anything of yours" in page.text
    assert "When one of our staff does, you’ll see it here." in page.text
    at_the_desk(world).open(f"/staff/cases/{reference}")
    assert titles(mine) == [f"A support agent opened your message {reference}"]
    page = mine.open(PATH)
    assert "They saw your name, your email address and the message." in page.text
    assert "Sam" not in page.text, "a role, and nobody's name"
    assert titles(theirs) == []


def test_each_kind_of_look_is_told_by_role_and_with_its_reason(world: World) -> None:
    person = world.customer(telephone="01632 960001")
    reference = world.case(person, topic="sign-in")
    desk = at_the_desk(world, Role.SENIOR)
    desk.open(f"/staff/cases/{reference}/let-back-in")
    world.clock.move(minutes=1)
    desk.open("/staff/cases").send("/staff/cases", q=person.email)
    told = titles(world.signed_in(person))
    assert told[0] == f"A senior support agent found your message {reference} in a search"
    assert set(told[1:]) == {
        "A senior support agent saw your phone numbers",
        f"A senior support agent opened your message {reference}",
    }


def test_whoever_reads_in_the_notice_what_is_recorded_finds_it_in_the_list(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    desk = at_the_desk(world)
    desk.open(f"/staff/cases/{reference}")
    page = desk.open(f"/staff/cases/{reference}/record").send(record_part="marketing")
    page.send(f"/staff/customers/{person.id}/record/open")
    visitor = world.signed_in(person)
    notice = visitor.open("/privacy").text
    assert "We record each time one of them opens a message or another part of your data." in notice
    assert "“Who has seen your data” shows it as soon as the law allows." in notice
    assert set(titles(visitor)) == {
        f"A support agent opened your message {reference}",
        "A support agent opened “Your marketing choices”",
    }


def test_a_number_shown_in_full_is_told_as_that(world: World) -> None:
    person = world.customer()
    reference = world.case(person, text="My number is MB4471902265")
    at_the_desk(world).open(f"/staff/cases/{reference}/in-full")
    page = world.signed_in(person).open(PATH)
    assert "They saw it in full, with the billing account number in it." in page.text


def test_the_same_look_several_times_a_day_is_one_line_and_says_so(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    desk = at_the_desk(world)
    for _ in range(3):
        desk.open(f"/staff/cases/{reference}")
        world.clock.move(minutes=1)
    visitor = world.signed_in(person)
    assert len(titles(visitor)) == 1
    assert "3 times that day." in visitor.open(PATH).text
    desk.open("/staff/cases").send("/staff/cases", q=reference)
    desk.open("/staff/cases").send("/staff/cases", q=reference)
    assert "Twice that day." in visitor.open(PATH).text
    world.clock.move(days=1)
    at_the_desk(world, email="lee@example.com").open(f"/staff/cases/{reference}")
    told = titles(world.signed_in(person))
    assert told.count(f"A support agent opened your message {reference}") == 2


def test_what_stays_among_colleagues_is_told_by_no_line(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    desk = at_the_desk(world)
    path = f"/staff/cases/{reference}"
    desk.open(path).send(path, step="noted", message="They sounded upset")
    desk.open(path).send(path, step="replied", message="Here is the answer")
    told = titles(world.signed_in(person))
    assert f"A support agent replied to your message {reference}" in told
    assert not [one for one in told if "note" in one.lower()]
    assert len(told) == 2, "the reply, and the looks at the message"


def test_a_look_for_a_hold_is_told_when_it_is_over_and_says_nothing_of_it(
    world: World,
) -> None:
    person = world.customer()
    reference = world.case(person)
    place(world, reference)
    officer = at_the_desk(world, Role.PRIVACY_OFFICER, "lou@example.com")
    officer.open(f"/staff/customers/{person.id}/holds")
    text = world.signed_in(person).open(PATH).text
    assert "looked up your account" not in text, "the look would tell of the hold"
    assert "If someone looks because of a legal matter, you may only see it later." in text
    world.clock.move(days=2)
    assert "looked up your account" not in world.signed_in(person).open(PATH).text
    world.clock.move(days=400)
    text = world.signed_in(person).open(PATH).text
    assert "A privacy officer looked up your account" in text, "once no hold is in force"
    assert not re.search(r"\bh(o|e)ld\b", text.lower())


def test_a_look_for_a_hold_that_nobody_placed_is_told_a_day_later(world: World) -> None:
    person = world.customer()
    officer = at_the_desk(world, Role.PRIVACY_OFFICER, "lou@example.com")
    officer.open(f"/staff/customers/{person.id}/holds")
    assert titles(world.signed_in(person)) == []
    world.clock.move(days=1, minutes=1)
    assert titles(world.signed_in(person)) == ["A privacy officer looked up your account"]


def test_a_message_sent_without_signing_in_counts_and_so_does_one_from_a_former_address(
    world: World,
) -> None:
    person = world.customer()
    first = world.case(email=person.email)
    world.clock.move(days=1)
    change(world, world.signed_in(person))
    world.clock.move(days=1)
    at_the_desk(world).open(f"/staff/cases/{first}")
    told = titles(world.signed_in(Person(person.id, NEW)))
    assert told == [f"A support agent opened your message {first}"]


def test_a_long_list_is_paged_to_the_oldest_and_another_persons_line_begins_no_page(
    world: World,
) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    references = [world.case(person) for _ in range(7)]
    sam = world.colleague(AGENT)
    desk = world.at_the_desk(sam)
    for _ in range(10):
        for reference in references:
            desk.open(f"/staff/cases/{reference}")
            world.clock.move(seconds=1)
        world.clock.move(days=1)
        desk = world.at_the_desk(sam)
    visitor = world.signed_in(person)
    first = visitor.open(PATH)
    (older,) = [one for one in first.links() if "after=" in one]
    assert titles(visitor, older)
    world.signed_in(other).open(older, 404)
    visitor.open(f"{PATH}?after=x", 404)


def test_the_list_says_since_when_and_that_the_log_is_sealed(world: World) -> None:
    person = world.customer()
    world.deliver()
    text = world.signed_in(person).open(PATH).text
    assert "the day you registered, 23 November 2026" in text
    assert re.search(r"in one log for everyone, which has \d+ lines? now\.", text)


@pytest.mark.parametrize("name", ["cases:case:viewed", "legal:customer:viewed"])
def test_a_look_of_before_roles_were_recorded_is_told_all_the_same(name: str) -> None:
    title, *_ = LOOKS[name]({})
    assert "{who}" in title


@pytest.mark.parametrize("part", list(CasePart))
def test_each_part_that_a_look_may_be_at_has_words_of_its_own(part: CasePart) -> None:
    title, text = LOOKS["cases:case:viewed"]({"part": part.value})
    assert "{who}" in title
    assert text


def test_no_page_of_the_desk_shows_somebody_without_a_line_that_tells_them(
    world: World, app: Flask
) -> None:
    """Every page about one case or one customer, opened, leaves a line for whom it is about."""
    person = world.customer(kind="business")
    reference = world.case(person, topic="cancel-registration", service="broadband")
    names = {"reference": reference, "customer_id": str(person.id)}
    paths = []
    for rule in app.url_map.iter_rules():
        needs, is_read = set(rule.arguments), "GET" in (rule.methods or ())
        if is_read and needs and needs <= names.keys() and is_of_the_desk(app, rule):
            paths.append(re.sub(r"<(?:\w+:)?(\w+)>", lambda m: names[m[1]], rule.rule))
    seen = 0
    for number, path in enumerate(sorted(paths)):
        desk = at_the_desk(world, Role.PRIVACY_OFFICER, f"officer{number}@example.com")
        before = count_looks(world)
        answer = desk.client.get(path)
        shown = "Rowan" in answer.text or person.email in answer.text
        is_about = answer.status_code == 200 and not path.endswith(SHOWING_NOTHING)
        assert count_looks(world) > before or not (shown or is_about), path
        seen += shown or is_about
    assert seen >= 5


def count_looks(world: World) -> int:
    return sum(len(world.audit(name)) for name in LOOKS)


def test_every_step_that_is_told_has_words() -> None:
    told = {Step.REPLIED, Step.ASKED, Step.CLOSED}
    for step in told:
        title, *_ = LOOKS["cases:case:moved"]({"step": step.value})
        assert "{who}" in title
        assert "{message}" in title


def test_whoever_is_asked_about_can_do_nothing_in_that_message(world: World, app: Flask) -> None:
    """Each page of the desk about one case, read and sent, refuses the colleague who looked."""
    person = world.customer(kind="business", telephone="01632 960001")
    first = world.case(person)
    sam = world.colleague(AGENT, role=Role.PRIVACY_OFFICER)
    desk = world.at_the_desk(sam)
    desk.open(f"/staff/cases/{first}")
    reference, _ = asked(world, person)
    names = {"reference": reference, "hold_id": str(person.id)}
    before, refused = world.read(get_case, reference), 0
    given = {"version": str(before.version), "step": "noted", "message": "I was curious"}
    given |= {"colleague": str(sam.id), "note": "I was curious", "reason": "I was curious"}
    given |= {"confirm": "y", "caller": "customer", "how": "staff-telephone", "manager": "Sam"}
    given |= {"on": "case", "why": "I was curious", "until": "1 March 2027"}
    for rule in app.url_map.iter_rules():
        if "reference" in rule.arguments and rule.arguments <= names.keys():
            if not is_of_the_desk(app, rule):
                continue
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: names[m[1]], rule.rule)
            if "GET" in (rule.methods or ()):
                refused += desk.client.get(path).status_code == 403
            if "POST" in (rule.methods or ()):
                refused += desk.post(path, {**given, "csrf_token": desk.token()}).status_code == 403
    assert refused >= 10
    found = world.read(get_case, reference)
    assert found == before
    assert world.audit("callers:choices:set") == []


@pytest.mark.parametrize("path", ["/staff", "/staff/cases", "/staff/cases?view=closed"])
def test_no_list_of_the_desk_says_who_sent_a_message(world: World, path: str) -> None:
    person, sam = world.customer(), world.colleague(AGENT)
    for reference in (world.case(person), world.case(email="jules@example.com", name="Jules Ex")):
        version = world.read(get_case, reference).version
        world.read(assign_case, reference, sam.staff_id, version)
        if "closed" in path:
            world.read(close_case, reference, version + 1, CaseOutcome.THANKS)
    text = world.at_the_desk(sam).open(path).text
    assert reference in text
    assert not [word for word in ("Rowan", "Jules", "example.com") if word in text]


def test_a_search_tells_that_the_name_and_the_address_were_seen(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    page = at_the_desk(world).open("/staff/cases").send("/staff/cases", q=person.email)
    assert "Rowan Example" in page.text
    visitor = world.signed_in(person)
    assert titles(visitor) == [f"A support agent found your message {reference} in a search"]
    assert "They saw your name, your email address and what it’s about." in visitor.open(PATH).text


def test_a_look_at_choices_and_at_the_account_manager_is_told_as_that(world: World) -> None:
    person = world.customer(kind="business")
    reference = world.case(person)
    desk = at_the_desk(world)
    desk.open(f"/staff/cases/{reference}/choices")
    desk.open(f"/staff/cases/{reference}/account-manager")
    visitor = world.signed_in(person)
    assert set(titles(visitor)) == {
        "A support agent opened your marketing choices",
        "A support agent looked at who your account manager is",
    }
    lines = [one.get_text() for one in visitor.open(PATH).soup.select(".timeline .said")]
    assert any(f"To answer your message {reference}." in one for one in lines)


def test_a_look_stays_when_the_words_of_the_message_are_deleted(world: World) -> None:
    person, sam = world.customer(), world.colleague(AGENT)
    reference, visitors = world.case(person), world.case(email=person.email)
    desk = world.at_the_desk(sam)
    for one in (reference, visitors):
        desk.open(f"/staff/cases/{one}/close").send(ended="thanks")
    opened = "A support agent opened your message"
    assert {f"{opened} {reference}", f"{opened} {visitors}"} <= set(titles(world.signed_in(person)))
    world.clock.move(days=366)
    world.deliver()
    told = titles(world.signed_in(person))
    assert f"{opened} {reference}" in told
    assert f"{opened} {visitors}" not in told, "as the page says"
    world.clock.move(days=2 * 366)
    world.deliver()
    assert "A support agent opened a message of yours, since deleted" in titles(
        world.signed_in(person)
    )


def test_a_days_looks_are_counted_on_one_page(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    desk = at_the_desk(world)
    for _ in range(PAGE + 10):
        desk.open(f"/staff/cases/{reference}")
        world.clock.move(seconds=1)
    page = world.signed_in(person).open(PATH)
    assert f"{PAGE + 10} times that day." in page.text
    assert not [one for one in page.links() if "after=" in one]


def ask_link(visitor: Visitor) -> str:
    """Where to ask about the newest look at the data of whoever is signed in."""
    links = visitor.open(PATH).links()
    return next(one for one in links if re.fullmatch(rf"{PATH}/[0-9a-f-]{{36}}", one))


def asked(world: World, person: Person, words: str = "Why was that?") -> tuple[str, Visitor]:
    """Ask about the newest look at somebody's data; the reference of the message."""
    visitor = world.signed_in(person)
    sent = visitor.open(ask_link(visitor)).send(message=words)
    assert sent.flashes[0].startswith("We’ve got your question.")
    return sent.path.removeprefix("/cases/"), visitor


def test_a_question_about_a_look_says_which_and_never_goes_to_whoever_looked(
    world: World,
) -> None:
    person = world.customer()
    first = world.case(person)
    sam, lee = world.colleague(AGENT), world.colleague("lee@example.com")
    at_sams, at_lees = world.at_the_desk(sam), world.at_the_desk(lee)
    at_sams.open(f"/staff/cases/{first}")
    reference, visitor = asked(world, person)
    text = visitor.open(f"/cases/{reference}").text
    assert f"About: A support agent opened your message {first}, 23 November" in text
    assert "Why was that?" in text
    path = f"/staff/cases/{reference}"
    refused = at_sams.open(path, 403)
    assert "someone else answers it" in refused.text
    assert "Why was that?" not in refused.text
    version = world.read(get_case, reference).version
    with pytest.raises(NotAllowedError):
        world.read(assign_case, reference, sam.staff_id, version)
    other = at_lees.open(path)
    assert "someone else has to answer" in other.text
    assert "Assign to me" in other.text
    assert other.soup.select("#answer")
    other.send(f"{path}/assign", version=other.value("version"), colleague=str(lee.id))
    assert world.read(get_case, reference).assigned_to == lee.id


def test_a_question_goes_to_the_queue_when_its_colleague_hands_over_to_whoever_looked(
    world: World,
) -> None:
    person = world.customer()
    first = world.case(person)
    sam, lee = world.colleague(AGENT), world.colleague("lee@example.com")
    world.at_the_desk(sam).open(f"/staff/cases/{first}")
    reference, _ = asked(world, person)
    world.read(assign_case, reference, lee.staff_id, world.read(get_case, reference).version)
    admin = world.colleague("alex@example.com", role=Role.ADMINISTRATOR)
    with world.work(Actor("staff", admin.id)) as work:
        close_account(work, lee.staff_id, sam.staff_id)
    assert world.read(get_case, reference).assigned_to is None


def test_an_empty_question_and_one_about_another_persons_look_send_nothing(world: World) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    at_the_desk(world).open(f"/staff/cases/{world.case(person)}")
    visitor = world.signed_in(person)
    (link, *_) = [
        one for one in visitor.open(PATH).links() if re.search(r"looked/[0-9a-f-]{36}", one)
    ]
    page = visitor.open(link).send(message=" ")
    assert page.errors["message"] == "Enter what you’d like to know"
    world.signed_in(other).open(link, 404)
    visitor.open(f"{PATH}/{person.id}", 404)


def test_a_question_sent_twice_is_one_message(world: World) -> None:
    person = world.customer()
    at_the_desk(world).open(f"/staff/cases/{world.case(person)}")
    visitor = world.signed_in(person)
    (link, *_) = [
        one for one in visitor.open(PATH).links() if re.search(r"looked/[0-9a-f-]{36}", one)
    ]
    page = visitor.open(link)
    first, second = page.send(message="Why?"), page.send(message="Why?")
    assert first.path == second.path


def test_two_colleagues_of_one_role_are_two_lines_so_that_a_question_is_kept_from_the_right_one(
    world: World,
) -> None:
    person = world.customer()
    reference = world.case(person)
    for email in (AGENT, "lee@example.com"):
        at_the_desk(world, email=email).open(f"/staff/cases/{reference}")
    assert len(titles(world.signed_in(person))) == 2


def test_a_look_is_read_however_much_was_done_among_colleagues_since(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    sam = world.colleague(AGENT)
    world.at_the_desk(sam).open(f"/staff/cases/{reference}")
    with world.work(Actor("staff", sam.id)) as work:
        for _ in range(PAGE + 1):
            version = get_case(work, reference).version
            answer_case(work, reference, "Among us", Step.NOTED, version)
    assert titles(world.signed_in(person)) == [f"A support agent opened your message {reference}"]
