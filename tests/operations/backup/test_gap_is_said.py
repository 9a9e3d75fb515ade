"""After a backup was put back, each page that may lack something says from when until when."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from portal.desk.disclosures.service import agree_to_disclose, ask_to_disclose
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.clock import spell_moment
from portal.platform.core.work import Actor
from portal.self_service.your_data.rules import shown_categories
from tests.databases import tools
from tests.desk.disclosures.test_disclosures import new
from tests.operations.backup.test_backup import copied, kind, put_back
from tests.world import NOON, World

SAID = "may be missing here: we had to go back to a backup."


def test_whoever_may_lack_something_reads_of_which_time(world: World, tmp_path: Path) -> None:
    if kind(world) == "postgresql":
        settings = replace(world.parts.settings, postgresql_tools=str(tools()))
        world.parts = replace(world.parts, settings=settings)
    person = world.customer()
    lee = world.colleague("lee@example.com", role=Role.SENIOR)
    kit = world.colleague("kit@example.com", role=Role.PRIVACY_OFFICER)
    copied(world, tmp_path / "copies")
    world.clock.move(hours=1)
    with world.work(Actor("staff", lee.id)) as work:
        found = ask_to_disclose(work, lee.staff_id, person.customer_id, new())
    with world.work(Actor("staff", kit.id)) as work:
        agree_to_disclose(work, kit.staff_id, person.customer_id, found)
    visitor = world.signed_in(person)
    assert SAID not in visitor.open("/your-data/disclosures").text
    world.clock.move(hours=1)
    put_back(world, tmp_path / "copies")
    later = world.customer("jules@example.com")
    visitor, desk = world.signed_in(person), world.at_the_desk(kit)
    for one in shown_categories(world.parts.register):
        text = visitor.open(f"/your-data/{one.slug}").text
        assert SAID in text.split("How long we keep it")[0]
        assert f"from {spell_moment(NOON)} to {spell_moment(NOON + timedelta(hours=2))}" in text
    assert SAID in visitor.open("/your-data").text
    assert SAID in desk.open(f"/staff/customers/{person.id}/disclosures").text
    assert SAID in world.visitor().open("/privacy/disclosures").text
    page = desk.open(f"/staff/customers/{person.id}/record")
    page = page.send(record_part="disclosures", look_reason="called")
    assert SAID in page.send(f"/staff/customers/{person.id}/record/open").text
    assert SAID not in world.signed_in(later).open("/your-data/disclosures").text
    assert SAID not in desk.open(f"/staff/customers/{later.id}/disclosures").text
