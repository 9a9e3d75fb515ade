"""Somebody sees what is held about them, takes it with them, and reads it without any network."""

import zipfile
from pathlib import Path

import pytest

from portal.self_service.access_log.queries import get_access_log
from tests.billing import billing_system, connect
from tests.consent.surveys.steps import PURPOSE, TITLE, publish
from tests.journeys.checker import find_faults, find_sideways_in_large_text
from tests.journeys.conftest import BOTH, EVERYWHERE, Site

pytestmark = pytest.mark.journey


@BOTH
def test_somebody_opens_their_data_and_reads_the_download_offline(
    site: Site, tmp_path: Path
) -> None:
    rowan = site.world.customer(town="Exampleton")
    reference = site.world.case(rowan, text="Where is Exampleton?")
    site.sign_in(rowan)
    site.follow("Your data")
    site.arrive("Your data")
    site.follow("Your messages to us and our answers")
    site.arrive("Your messages to us and our answers")
    site.says("main", reference)
    site.follow("Download your data")
    site.arrive("Download your data")
    with site.page.expect_download() as download:
        site.press("Download my data")
    with zipfile.ZipFile(download.value.path()) as folder:
        folder.extractall(tmp_path)
    site.context.set_offline(offline=True)
    asked: list[str] = []
    site.page.on("request", lambda request: asked.append(request.url))
    site.page.goto((tmp_path / "index.html").as_uri())
    site.page.wait_for_load_state("networkidle")
    assert sorted(Path(url).name for url in asked) == ["index.html", "style.css"]
    assert all(url.startswith("file:") for url in asked)
    site.read("Exampleton", reference, "We looked, and there’s nothing here about you.")
    assert site.complaints == []
    if site.has_scripts:  # without, nothing can look into the page
        assert find_faults(site.page) == []
        site.complaints.clear()  # from a file axe itself may not fetch the style
        assert find_sideways_in_large_text(site.page) == []
    site.context.set_offline(offline=False)


def test_what_is_searched_for_is_found_where_it_stands(site: Site) -> None:
    rowan = site.world.customer(town="Exampleton")
    site.sign_in(rowan)
    site.open("/your-data")
    site.fill({"Find in your data": "exampleton"})
    site.press("Find")
    site.read("Found in 1 kind of data.", "Exampleton")


@EVERYWHERE
def test_somebody_sees_their_calls_and_asks_for_one_to_be_corrected(site: Site) -> None:
    rowan = site.world.customer()
    with billing_system(site.world.instance, site.world.clock, rowan.email) as billing:
        connect(site.world, billing.url)
        site.sign_in(rowan)
        site.follow("Your data")
        site.follow("Calls you made")
        site.follow("See it now")
        site.read("Our billing system holds", "01632 960")
        site.follow("Calls you made")
        site.follow("Ask us to correct it")
        site.fill({"What does it say now?": "40 minutes", "What should it say?": "4 minutes"})
        site.press("Send my request")
        site.read("It says: 40 minutes", "It should say: 4 minutes")
    site.open("/your-data/corrections")
    site.read("40 minutes → 4 minutes")


@EVERYWHERE
def test_somebody_sees_a_look_a_second_after_it_and_asks_why(site: Site) -> None:
    rowan = site.world.customer()
    reference = site.world.case(rowan, text="Where is Exampleton?")
    site.sign_in(rowan)
    site.open("/your-data/looked")
    site.read("Nobody has opened anything of yours")
    site.world.clock.move(seconds=30)
    site.world.at_the_desk().open(f"/staff/cases/{reference}")
    site.world.clock.move(seconds=1)
    site.reload()
    site.read(reference)
    log = site.world.read(get_access_log, site.world.parts.register, rowan.customer_id, 9, None)
    path = f"/your-data/looked/{log.months[0].looks[0].id}"
    site.sees(f'a[href="{path}"]')
    site.open(path)
    site.fill({"What would you like to know?": "Why did you look?"})
    site.press("Send my question")
    site.read("Why did you look?")


@EVERYWHERE
def test_somebody_answers_a_survey_and_takes_the_answer_back(site: Site) -> None:
    survey = publish(site.world)
    rowan = site.world.customer()
    site.sign_in(rowan)
    site.open("/surveys")
    site.read(TITLE, PURPOSE)
    site.open(f"/surveys/{survey}")
    site.read(PURPOSE)
    site.answer("The Lighthouse Keeper")
    site.press("Save my answers")
    site.open("/your-data/surveys")
    site.read("The Lighthouse Keeper", PURPOSE)
    site.open("/surveys/answers")
    site.press("Delete")
    site.read("We hold no answers of yours")


@BOTH
def test_somebody_deletes_all_their_answers_once_they_have_confirmed_it(site: Site) -> None:
    survey, rowan = publish(site.world), site.world.customer()
    site.sign_in(rowan)
    site.open(f"/surveys/{survey}")
    site.answer("The Lighthouse Keeper")
    site.press("Save my answers")
    site.follow("Delete all my answers")
    site.arrive("Delete all your answers")
    site.read("We’ll delete 1 answer.")
    site.follow("Keep my answers")
    site.read("The Lighthouse Keeper")
    site.follow("Delete all my answers")
    site.press("Delete all my answers")
    site.is_told("We’ve deleted your answer.")
    site.read("We hold no answers of yours")


@BOTH
def test_somebody_asks_for_what_a_team_holds_and_reads_when_they_have_it(site: Site) -> None:
    rowan = site.world.customer()
    with billing_system(site.world.instance, site.world.clock, rowan.email) as billing:
        connect(site.world, billing.url)
        site.sign_in(rowan)
        site.open("/your-data/elsewhere/credit-checks")
        site.press("Ask for it")
        site.open("/your-data/elsewhere/credit-checks")
        site.read("You asked for it on", "We’ll send it by")
        site.follow("See your message")
        site.read("Please send me what our credit team holds about me.")
