"""Screening beside a slow, obvious version of the rule: nobody gets through who should not."""

import csv
import io
from dataclasses import replace

import phonenumbers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.consent.list_screening.service import suppress
from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.rules import Choice
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.service import replace_details
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.rules import Channel
from tests.consent.list_screening.lists import agrees, screened
from tests.world import Person, World, rows_with

NUMBERS = [f"+44163296000{one}" for one in range(6)] + ["+447700900001", "+447700900002"]
SPELLED = [
    f"{start}{number[3:]}" for number in NUMBERS for start in ("+44", "0", "0044 ", "+44 (0)")
]
ODD = ["", " ", "07700", "no number", "=1+1", "+44 1632 960000 x12", "\ufffd", "٠١٦٣٢ 960001"]
CELLS = st.sampled_from([*SPELLED, *ODD])
NAMES = st.sampled_from(["Rowan", "=HYPERLINK(1)", 'R"owan', "a,b", "two\nlines", "@x", ""])
CHOICES = st.sets(
    st.sampled_from([("offers", "telephone"), ("offers", "text"), ("surveys", "post")])
)
OWNED = st.tuples(st.sampled_from(["", *NUMBERS]), st.sampled_from(["", *NUMBERS]), CHOICES)
ROWS = st.lists(st.tuples(NAMES, CELLS, st.sampled_from(["", "", "", "too much"])), max_size=12)
PEOPLE = 4
FREELY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)


def spelled(number: str) -> str:
    """The one spelling, by the library alone; raises for what it does not take for a number."""
    if any(map(str.isalpha, number.partition("x")[0])):
        raise ValueError(number)
    found = phonenumbers.parse(number, "GB")
    is_for_drama = str(found.national_number).startswith(("1632960", "7700900"))
    if not phonenumbers.is_valid_number(found) and not is_for_drama:
        raise ValueError(number)
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def was_somebodys(world: World, channel: Channel, number: str) -> bool:
    """Tell whether a number reached a customer once; a number for texts may have been for calls."""
    channels = {channel, Channel.TELEPHONE}
    with world.work() as work:
        value_hash = work.vault.lookup_hash("telephone", number)
        rows = rows_with(work, ContactHash, value_hash=value_hash)
        return any(row.ended_at and row.channel in channels for row in rows)


def gave_up(world: World, person: Person, number: str) -> None:
    """Let a number be one that a customer had once, unless it is theirs today."""
    with world.work() as work:
        value_hash = work.vault.lookup_hash("telephone", number)
        key = {"customer_id": person.id, "channel": Channel.TELEPHONE, "value_hash": value_hash}
        if not rows_with(work, ContactHash, **key):
            facts = {"agreed": ["offers:telephone", "offers:text"], "ended_at": work.now}
            work.session.add(ContactHash(**key, **facts))


def obvious(  # noqa: C901, PLR0911  # step by step is what makes it obvious
    world: World, people: list[Person], cells: list[str], campaign: Campaign, tps: set[str]
) -> WithheldReason | None:
    """The rule as one would tell it, looking at everything there is for every row."""
    if any("\ufffd" in cell for cell in cells):
        return WithheldReason.SIGNS
    if len(cells) != 2:
        return WithheldReason.COLUMNS
    if not cells[1].strip():
        return WithheldReason.EMPTY
    try:
        number = spelled(cells[1].strip())
    except (ValueError, phonenumbers.NumberParseException):
        return WithheldReason.UNREADABLE
    with world.work() as work:
        noted = (campaign.channel, work.vault.lookup_hash("telephone", number))
        if work.vault.ledger.list_suppressed([noted]):
            return WithheldReason.SUPPRESSED
        wanted = Choice(campaign.purpose, campaign.channel)
        owners = []
        for person in people:
            details = get_customer(work, person.customer_id).details
            numbers = [spelled(one) for one in (details.telephone, details.mobile) if one]
            if number in numbers:
                agreed = wanted in get_choices(work, person.customer_id).agreed
                is_mobile = bool(details.mobile) and spelled(details.mobile) == number
                owners.append(agreed and (is_mobile or campaign.channel is Channel.TELEPHONE))
    if owners:
        return None if all(owners) else WithheldReason.NO
    if was_somebodys(world, campaign.channel, number):
        return WithheldReason.FORMER
    if not campaign.prospects:
        return WithheldReason.NOT_A_CUSTOMER
    return WithheldReason.TPS if number in tps else None


@given(
    st.lists(OWNED, min_size=PEOPLE, max_size=PEOPLE),
    ROWS,
    st.sampled_from([Channel.TELEPHONE, Channel.TEXT]),
    st.booleans(),
    st.lists(st.sampled_from(NUMBERS), max_size=1),
    st.sets(st.sampled_from(NUMBERS), max_size=2),
    st.sets(st.sampled_from(NUMBERS), max_size=2),
)
@FREELY
def test_each_row_goes_where_the_obvious_rule_sends_it(  # noqa: PLR0913, PLR0917  # what is drawn
    world: World,
    owned: list[tuple[str, str, set[tuple[str, str]]]],
    rows: list[tuple[str, str, str]],
    channel: Channel,
    prospects: bool,  # noqa: FBT001  # drawn
    noted: list[str],
    tps: set[str],
    former: set[str],
) -> None:
    people = [found_or_made(world, f"person{one}@example.com") for one in range(PEOPLE)]
    for person, (telephone, mobile, choices) in zip(people, owned, strict=True):
        with world.work() as work:
            customer = get_customer(work, person.customer_id)
            new = replace(customer.details, telephone=telephone, mobile=mobile)
            replace_details(work, person.customer_id, new, customer.version)
        agrees(world, person, *((purpose, Channel(way)) for purpose, way in choices))
    for number in former:
        gave_up(world, people[0], number)
    suppress(world.parts.work, channel, noted)
    campaign = Campaign(purpose="offers", channel=channel, prospects=prospects)
    text, lines = write(rows)
    through, withheld = screened(world, text, campaign, tps=tuple(tps), columns=("Number",))
    kept = iter(through)
    for line, cells in lines:
        reason = obvious(world, people, cells, campaign, tps)
        assert withheld.get(line) == reason, cells
        if reason is None:
            (row,) = csv.reader(io.StringIO(next(kept), newline="\n"))
            assert [cell.removeprefix("'") for cell in row] == cells
            assert not row[0].startswith(("=", "@")), "no spreadsheet runs it"
    assert not list(kept), "nothing came through that was not in the list"


def write(rows: list[tuple[str, str, str]]) -> tuple[str, list[tuple[int, list[str]]]]:
    """A list, as a spreadsheet writes it, and the line that each row begins in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["Name", "Number"])
    lines = []
    for name, number, more in rows:
        cells = [name, number, more] if more else [name, number]
        lines.append((out.getvalue().count("\n") + 1, cells))
        writer.writerow(cells)
    return out.getvalue(), lines


def found_or_made(world: World, email: str) -> Person:
    made: dict[str, Person] = world.__dict__.setdefault("people", {})
    if email not in made:
        made[email] = world.customer(email)
    return made[email]
