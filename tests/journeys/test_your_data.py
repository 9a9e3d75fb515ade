"""Somebody sees what is held about them, takes it with them, and reads it without any network."""

import zipfile
from pathlib import Path

import pytest

from tests.journeys.checker import find_faults, find_sideways_in_large_text
from tests.journeys.conftest import BOTH, Site

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
