"""The day that is named beside a thing is the day on which the purge deletes it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import uuid4

from portal.consent.surveys.rules import note_values
from portal.consent.surveys.service import save_answers
from portal.consent.webhooks.models import Announcement, KnownCustomer
from portal.consent.webhooks.rules import EventType
from portal.desk.case_records.rules import KEPT_AFTER_CLOSING
from portal.governance.retention.service import purge
from portal.identity.form_drafts.service import keep_draft
from portal.identity.sessions.service import remember_browser
from portal.operations.data_inventory import HELD
from portal.platform.core.clock import LONDON, london_day, spell_day
from portal.platform.core.holdings import Holding, Item
from portal.platform.core.merging import MadeFrom
from portal.platform.core.recipients import NamedRecipient, RecipientKind
from portal.platform.core.visit import Device
from portal.self_service.your_data.rules import shown_categories
from tests.consent.surveys.steps import publish
from tests.desk.corrections.test_corrections import ask as ask_to_correct
from tests.desk.corrections.test_corrections import page_of
from tests.erasure.cancellation.test_service import furnish
from tests.world import Person, World, act

NOT_LISTED = frozenset(
    {
        "begun",
        "unconfirmed",
        "sessions",
        "links",
        "tries",
        "letter-files",
        "undelivered-words",
        "case-numbers",
    }
)
"""Rules of what no page shows: it is nobody's yet, says nothing to its person, or is empty."""
MINUTE = timedelta(minutes=1)


def told(world: World, person: Person) -> Iterator[tuple[Holding, Item]]:
    """Give each thing that a page shows with a day on which it is due to be deleted."""
    for one in shown_categories(world.parts.register):
        for item in world.read(lambda work, of=one: list(of.list_items(work, person.customer_id))):
            if one.find_end(item) is not None:
                yield one, item


def ends_at(holding: Holding, item: Item) -> datetime:
    if item.ends_on is not None:
        return datetime.combine(item.ends_on, time(), LONDON)
    length = next(one.length for one in holding.rules if one.name == item.rule)
    assert item.since is not None
    assert length is not None
    return item.since + length


def with_things_that_end(world: World) -> Person:
    """Somebody with something by each rule that has a time, and of whom a page shows it."""
    person = furnish(world)
    world.signed_in(person).open("/security/email").send(email="rowan.new@example.com")
    reference = ask_to_correct(world, person)
    page_of(world.at_the_desk(world.colleague("kim@example.com")), reference).send(
        outcome="corrected"
    )
    with world.work() as work:
        keep_draft(work, person.id, "/profile", {"given_name": ["Ro"]})
        remember_browser(work, person.id, None, Device())
        known = KnownCustomer(id=uuid4(), customer_id=person.id)
        work.session.add(known)
        work.session.flush()
        told = {"known_id": known.id, "kind": EventType.CHOICE_CHANGED, "occurred_at": work.now}
        told |= {"about": "offers:email", "data": {}}
        work.session.add(Announcement(number=1, delivered_at=work.now, **told))
        work.session.add(Announcement(number=2, dead_at=work.now, **told))
    made_from = MadeFrom(1, note_values({0: ()}))
    given = publish(world, kept_months=1), {0: ("The Lighthouse Keeper",)}, made_from
    act(world, person, save_answers, person.customer_id, *given)
    reference = world.case(person, text="It rains.")
    desk = world.at_the_desk()
    desk.open(f"/staff/cases/{reference}/close").send(ended="thanks")
    world.deliver()
    return person


def test_what_is_due_to_be_deleted_is_there_until_then_and_gone_after(world: World) -> None:
    person = with_things_that_end(world)
    found = sorted(told(world, person), key=lambda one: ends_at(*one))
    timed = {rule.name for one in HELD for rule in one.rules if rule.purge and one.slug}
    assert {item.rule or one.rules[0].name for one, item in found} == timed - NOT_LISTED
    for holding, item in found:
        end = ends_at(holding, item)
        for moment, is_there in ((end - MINUTE, True), (end + MINUTE, False)):
            if moment < world.clock():
                continue
            world.clock.move(seconds=(moment - world.clock()).total_seconds())
            purge(world.parts.work, world.parts.register)
            now = [one for _, one in told(world, person)]
            assert (item in now) == is_there, (holding.slug, item.label, moment)


def test_a_page_names_the_day_and_only_of_what_has_one(world: World) -> None:
    person = with_things_that_end(world)
    page = world.signed_in(person).open("/your-data/messages")
    day = spell_day(london_day(world.clock() + KEPT_AFTER_CLOSING))
    rows = {row.get_text(" ", strip=True) for row in page.soup.select(".summary__row")}
    assert any("It rains." in row and f"Due to be deleted on {day}" in row for row in rows)
    waiting = [row for row in rows if "Where is Exampleton?" in row]
    assert waiting
    assert not any("Due to be deleted" in row for row in waiting), "an open one has no day yet"


def test_a_page_names_who_gets_it_with_country_and_what_protects_it_there(world: World) -> None:
    person = furnish(world)
    carrier = NamedRecipient("Example Post", "IE", "UK adequacy regulations")
    parts = replace(world.parts, recipients={RecipientKind.EMAIL_CARRIER: (carrier,)})
    world.app.extensions["portal"] = parts
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=["brightwave:yes"])
    said = "Example Post (Ireland). Your data is protected there by UK adequacy regulations."
    assert said in visitor.open("/your-data/emails").text
    assert "Example Post" not in visitor.open("/your-data/marketing").text
    profile = visitor.open("/your-data/profile").text
    assert "Brightwave Energy (United Kingdom)." in profile, "they said yes to it"
    visitor.open("/preferences").send(choices=[])
    profile = visitor.open("/your-data/profile").text
    assert "Brightwave Energy" not in profile, "of this customer nobody gets it"
