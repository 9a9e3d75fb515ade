"""A list of cases as a file: what is shown, nobody's details, and that somebody took it."""

import csv
from io import StringIO

from tests.world import World


def test_the_file_has_what_the_page_shows_and_nothing_of_whoever_sent_it(world: World) -> None:
    person = world.customer()
    wanted = world.case(person, topic="complaint")
    world.case(topic="copy")
    colleague = world.colleague()
    desk = world.at_the_desk(colleague)
    page = desk.open("/staff/cases?topic=complaint")
    link = next(one for one in page.links() if one.startswith("/staff/cases.csv"))
    answer = desk.client.get(link)
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    header, row = csv.reader(StringIO(answer.text.removeprefix("\ufeff")))
    assert header == ["Reference", "About", "Status", "Received", "Due", "Closed", "How it ended"]
    assert row == [
        wanted,
        "Complain about how you use my details",
        "New",
        "2026-11-23",
        "2026-12-23",
        "",
        "",
    ]
    for words in ("Rowan", person.email, "Exampleton"):
        assert words not in answer.text
    (line,) = world.audit("cases:queue:downloaded")
    assert (line.actor_id, line.facts) == (colleague.id, {"view": "open", "number": 1})


def test_no_cell_runs_in_a_spreadsheet(world: World) -> None:
    world.case(topic="cancel-registration", service="mobile")
    text = world.at_the_desk().client.get("/staff/cases.csv").text
    cells = [cell for row in csv.reader(StringIO(text.removeprefix("\ufeff"))) for cell in row]
    assert [one for one in cells if one[:1] in {"=", "+", "-", "@", "\t"}] == []


def test_a_closed_case_says_in_the_file_how_it_ended(world: World) -> None:
    reference, desk = world.case(), world.at_the_desk()
    desk.open(f"/staff/cases/{reference}/close").send(ended="duplicate")
    text = desk.client.get("/staff/cases.csv?view=closed").text
    assert text.rstrip().endswith("Sent twice")
