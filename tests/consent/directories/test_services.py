"""Who has registered with a preference service is told from when it works, and when to again."""

from typing import Any

import pytest

from portal.consent.directories.models import EnrolmentRow
from portal.consent.directories.queries import list_enrolments
from portal.consent.directories.rules import SERVICES, PreferenceService
from tests.consent.directories.steps import HOME, OTHER, REACHED, SHOWN
from tests.pages import Page, Visitor
from tests.self_service.your_data.downloads import copy_in
from tests.world import Person, World, rows_with

PATH = "/preferences/tps"
TPS, MPS = PreferenceService.TELEPHONE, PreferenceService.MAIL
AGAIN = "Register again with the "


def enrol(visitor: Visitor, service: PreferenceService, **day: Any) -> Page:
    return visitor.open(f"{PATH}/{service}").send(**day)


def reminders(visitor: Visitor) -> list[str]:
    """What the customer's home asks to do again."""
    page = visitor.open("/account")
    titles = (one.get_text() for one in page.soup.select(".row a"))
    return [one.removeprefix(AGAIN) for one in titles if one.startswith(AGAIN)]


def test_both_services_are_explained_with_their_own_websites(world: World) -> None:
    page = world.signed_in().open(PATH)
    for about in SERVICES.values():
        assert about.what in page.text
        (link,) = page.soup.select(f'a[href="{about.address}"]')
        assert link["rel"] == ["noreferrer"]
    assert {one.site for one in SERVICES.values()} == {"tpsonline.org.uk", "mpsonline.org.uk"}
    assert "I’ve registered" in page.text
    assert "Should" not in page.text


def test_a_customer_registered_today_unless_they_say_otherwise(world: World) -> None:
    person = world.customer(**REACHED)
    visitor = world.signed_in(person)
    page = enrol(visitor, TPS)
    assert page.flashes == ["We’ve saved your date. Sales calls should stop by 21 December 2026."]
    page = enrol(visitor, MPS, day="30", month="11", year="2025")
    assert page.flashes == [
        "We’ve saved your date. Advertising by post should have stopped by 28 February 2026."
    ]
    assert "Should stop by 21 December 2026" in page.text
    assert "Should have stopped by 28 February 2026" in page.text
    assert "You can complain to the MPS" in page.text
    assert "You can complain to the TPS" not in page.text
    found = world.read(list_enrolments, person.customer_id)
    assert [(one.service, one.changed) for one in found] == [(TPS, ()), (MPS, ())]


def test_on_the_day_itself_it_should_have_stopped(world: World) -> None:
    person = world.customer(**REACHED)
    enrol(world.signed_in(person), TPS)
    world.clock.move(days=27)
    assert "Should stop by" in world.signed_in(person).open(PATH).text
    world.clock.move(days=1)
    assert "Should have stopped by" in world.signed_in(person).open(PATH).text


def test_the_day_is_londons(world: World) -> None:
    world.clock.now = world.clock.now.replace(month=6, hour=23, minute=30)
    page = world.signed_in().open(f"{PATH}/telephone")
    assert (page.value("day"), page.value("month"), page.value("year")) == ("24", "6", "2026")


def test_it_can_be_said_again_with_another_day(world: World) -> None:
    person = world.customer(**REACHED)
    visitor = world.signed_in(person)
    enrol(visitor, TPS)
    enrol(visitor, TPS, day="1", month="1", year="2026")
    (one,) = world.read(list_enrolments, person.customer_id)
    assert one.registered_on.isoformat() == "2026-01-01"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ({"day": "24"}, "The date you registered must be today or in the past"),
        ({"year": "1994"}, "The date you registered must be in 1995 or after"),
        (
            {"day": "31", "month": "6"},
            "The date you registered must be a real date, like 23 11 2026",
        ),
        ({"month": ""}, "Enter the date you registered, like 23 11 2026"),
        ({"month": "November"}, "Enter the date you registered, like 23 11 2026"),
        ({"year": "9" * 10}, "The date you registered must be a real date, like 23 11 2026"),
    ],
)
def test_a_day_that_cannot_be_is_said_and_not_kept(
    world: World, day: dict[str, Any], said: str
) -> None:
    page = enrol(world.signed_in(), TPS, **day)
    assert page.path == f"{PATH}/telephone"
    assert page.errors["day"] == said
    assert world.rows()["preference_enrolment"] == 0


def test_what_is_too_long_for_a_part_of_a_date_is_said_beside_the_date(world: World) -> None:
    page = enrol(world.signed_in(), TPS, month="1" * 11)
    assert "The month you registered must be 10 characters or fewer" in page.text
    assert page.soup.select_one("#day-error") is not None


def test_a_customer_takes_it_back(world: World) -> None:
    visitor = world.signed_in(world.customer(**REACHED))
    enrol(visitor, TPS)
    page = enrol(visitor, MPS)
    page = page.send(f"{PATH}/telephone/withdraw")
    assert page.flashes == ["We’ve noted that you’re not registered with the TPS."]
    assert world.rows()["preference_enrolment"] == 1
    assert len(world.audit("listings:enrolment:withdrawn")) == 1
    visitor.send(f"{PATH}/telephone/withdraw")
    assert len(world.audit("listings:enrolment:withdrawn")) == 1, "once is enough"


def test_what_was_taken_back_by_a_slip_is_brought_back_by_one_button(world: World) -> None:
    visitor = world.signed_in()
    enrol(visitor, TPS)
    before = visitor.open(PATH).soup.select_one("section[aria-labelledby=telephone] dl")
    page = visitor.open(PATH).send(f"{PATH}/telephone/withdraw")
    [undo] = [one for one in page.soup.select("main form") if one.get_text().strip() == "Undo"]
    fields: dict[str, Any] = {
        str(one["name"]): one["value"] for one in undo.select("input[type=hidden]")
    }
    page = page.send(str(undo["action"]), **fields)
    assert page.path == PATH
    assert page.soup.select_one("section[aria-labelledby=telephone] dl") == before
    assert "Undo" not in page.text


def test_undo_is_offered_once_and_not_where_they_would_have_to_register_again(
    world: World,
) -> None:
    visitor = world.signed_in(world.customer(**REACHED))
    enrol(visitor, TPS)
    assert "Undo" in visitor.open(PATH).send(f"{PATH}/telephone/withdraw").text
    assert "Undo" not in visitor.open(PATH).text
    assert visitor.send(f"{PATH}/telephone/withdraw").status_code == 303
    assert "Undo" not in visitor.open(PATH).text, "nothing was noted"
    enrol(visitor, TPS)
    edit(visitor, mobile="020 7946 0007")
    page = visitor.open(PATH).send(f"{PATH}/telephone/withdraw")
    assert page.flashes == ["We’ve noted that you’re not registered with the TPS."]
    assert "Undo" not in page.text


@pytest.mark.parametrize("which", ["tps", "pigeon", "TELEPHONE", "telephone%20"])
def test_there_is_no_other_service(world: World, which: str) -> None:
    visitor = world.signed_in()
    visitor.open(f"{PATH}/{which}", 404)
    assert visitor.send(f"{PATH}/{which}/withdraw").status_code == 404


# ------------------------------------------------------------------------------ once more


def edit(visitor: Visitor, **fields: Any) -> None:
    assert visitor.open("/profile/edit").send(**fields).path == "/profile"


def enrolled(world: World, **changes: Any) -> tuple[Person, Visitor]:
    person = world.customer(**{**REACHED, **changes})
    visitor = world.signed_in(person)
    for service in PreferenceService:
        enrol(visitor, service)
    assert reminders(visitor) == []
    return person, visitor


def test_a_new_number_reminds_of_the_telephone_service_alone(world: World) -> None:
    _, visitor = enrolled(world)
    edit(visitor, mobile="020 7946 0007")
    assert reminders(visitor) == ["Telephone Preference Service"]
    words = "The number ending 007 was added to your profile after you registered."
    assert words in visitor.open("/account").text
    page = visitor.open(PATH)
    assert words in page.text
    assert "Register with the TPS again, then tell us here." in page.text
    enrol(visitor, TPS)
    assert reminders(visitor) == []


@pytest.mark.parametrize(
    "change",
    [
        {"address_line_1": "2 Sample Street"},
        {"postcode": "ZZ99 8ZZ"},
        {"family_name": "Specimen"},
        {"given_name": "Robin"},
    ],
)
def test_another_name_or_address_reminds_of_the_mail_service_alone(
    world: World, change: dict[str, Any]
) -> None:
    _, visitor = enrolled(world)
    edit(visitor, **change)
    assert reminders(visitor) == ["Mail Preference Service"]
    assert "Your name or address has changed since you registered." in visitor.open(PATH).text
    enrol(visitor, MPS)
    assert reminders(visitor) == []


@pytest.mark.parametrize(
    "change",
    [
        {"telephone": ""},
        {"telephone": SHOWN["+447700900123"], "mobile": SHOWN["+441632960001"]},
        {"telephone": "+44 1632 960001"},
        {"address_line_1": " 1 SAMPLE street. "},
        {"address_line_1": "", "postcode": ""},
        {"given_name": "ROWAN"},
        {"town": "Exampleton"},
    ],
    ids=str,
)
def test_what_changes_nothing_for_a_service_reminds_of_none(
    world: World, change: dict[str, Any]
) -> None:
    _, visitor = enrolled(world)
    edit(visitor, **change)
    assert reminders(visitor) == []


def test_what_comes_back_is_what_was_registered(world: World) -> None:
    _, visitor = enrolled(world)
    edit(visitor, address_line_1="2 Sample Street")
    edit(visitor, address_line_1="1 Sample Street")
    assert reminders(visitor) == []


def test_whoever_is_with_no_service_is_reminded_of_none(world: World) -> None:
    visitor = world.signed_in(world.customer(**REACHED))
    edit(visitor, telephone="020 7946 0007", postcode="ZZ99 8ZZ")
    assert reminders(visitor) == []


def test_one_customers_services_are_not_anothers(world: World) -> None:
    enrolled(world)
    other = world.signed_in(world.customer("jules@example.com", **REACHED))
    assert "You registered on" not in other.open(PATH).text


@pytest.mark.parametrize(
    ("service", "old", "new"),
    [
        (TPS, {"telephone": SHOWN[HOME]}, {"telephone": SHOWN[OTHER]}),
        (MPS, {"address_line_1": "1 Sample Street"}, {"address_line_1": "2 Sample Street"}),
    ],
)
def test_whoever_opened_the_page_before_a_detail_changed_is_asked_about_the_new_one(
    world: World, service: PreferenceService, old: dict[str, str], new: dict[str, str]
) -> None:
    visitor = world.signed_in(world.customer(**{**REACHED, **old}))
    form = visitor.open(f"{PATH}/{service}")
    assert next(iter(old.values())) in form.text
    edit(visitor, **new)
    page = form.send(status=409, day="20")
    assert "Your details have changed" in page.text
    was, now = page.text.split("What you registered:")
    assert next(iter(old.values())) in was
    assert next(iter(new.values())) in now
    assert world.rows()["preference_enrolment"] == 0
    page = page.send()
    assert page.path == PATH
    assert "20 November 2026" in page.text, "the day was kept"
    assert reminders(visitor) == []


def test_whoever_changed_what_a_service_is_not_about_is_asked_nothing(world: World) -> None:
    visitor = world.signed_in(world.customer(**REACHED))
    form = visitor.open(f"{PATH}/{TPS}")
    edit(visitor, address_line_1="2 Sample Street")
    assert form.send().path == PATH


def test_what_does_not_say_what_the_page_showed_registers_nothing(world: World) -> None:
    visitor = world.signed_in(world.customer(**REACHED))
    answer = visitor.send(f"{PATH}/{TPS}", day="20", month="11", year="2026")
    assert answer.status_code == 409
    assert world.rows()["preference_enrolment"] == 0


def test_whoever_has_no_postal_address_is_asked_for_it_before_they_are_told_of_post(
    world: World,
) -> None:
    visitor = world.signed_in(world.customer(**REACHED))
    form = visitor.open(f"{PATH}/{MPS}")
    edit(visitor, address_line_1="", postcode="")
    page = form.send(status=409)
    for one in (page, visitor.open(f"{PATH}/{MPS}")):
        assert "You have no postal address here" in one.text
        assert "/profile/edit" in one.links()
    answer = visitor.send(f"{PATH}/{MPS}", day="20", month="11", year="2026")
    assert answer.status_code == 409
    assert world.rows()["preference_enrolment"] == 0


# ------------------------------------------------------------------------------ what is kept


def test_no_day_and_no_number_is_kept_in_the_clear(world: World) -> None:
    person, _ = enrolled(world)
    with world.work() as work:
        rows = rows_with(work, EnrolmentRow, customer_id=person.id)
        for row in rows:
            assert b"2026" not in row.sealed
            clear = {name for name in vars(row) if not name.startswith("_")}
            assert clear == {"id", "customer_id", "service", "sealed"}
    assert len(rows) == 2


def test_what_is_sealed_of_one_service_does_not_open_as_the_others(world: World) -> None:
    person, visitor = enrolled(world)
    with world.work() as work:
        first, second = rows_with(work, EnrolmentRow, customer_id=person.id)
        first.sealed, second.sealed = second.sealed, first.sealed
    visitor.open(PATH, 500)


def test_the_copy_shows_it_and_leaving_ends_it(world: World) -> None:
    person, visitor = enrolled(world)
    copy = copy_in(visitor)
    assert "Telephone Preference Service: You registered on 23 November 2026" in copy
    world.erase(person)
    assert world.rows()["preference_enrolment"] == 0


def test_the_trail_says_that_and_not_when(world: World) -> None:
    enrolled(world)
    assert [one.facts for one in world.audit("listings:enrolment:told")] == [
        {"service": "telephone"},
        {"service": "mail"},
    ]
