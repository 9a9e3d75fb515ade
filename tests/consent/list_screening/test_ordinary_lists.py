"""Whoever said yes comes through in lists as people make them; whoever said no never does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.identity.contact_index.rules import Channel
from tests.consent.list_screening.lists import agrees, screened
from tests.consent.list_screening.test_spellings import FREELY, a_list
from tests.world import World

ALL = [("offers", one) for one in Channel]
MAIL, CALLS, POST = (
    Campaign(purpose="offers", channel=one)
    for one in (Channel.EMAIL, Channel.TELEPHONE, Channel.POST)
)
YES, NO = "01632 960111", "01632 960222"
CODE = "ZZ99 9ZZ"


def two_people(world: World) -> None:
    """Make one who says yes to everything, and one who says no."""
    if "two" in world.__dict__:
        return
    yes: dict[str, Any] = {"telephone": YES, "address_line_1": "1 Sample Street", "postcode": CODE}
    agrees(world, world.customer("pat@example.com", **yes), *ALL)
    agrees(world, world.customer("kim@example.com", telephone="01632 960112"), *ALL)
    no: dict[str, Any] = {"telephone": NO, "address_line_1": "2 Sample Street", "postcode": CODE}
    world.customer("noel@example.com", **no)
    world.__dict__["two"] = True


@pytest.mark.parametrize("name", ["Number", "Contact number", "Text", "Mail", "Cell", "CLI"])
def test_a_column_that_is_called_after_contacts_and_has_none_keeps_nobody_back(
    world: World, name: str
) -> None:
    two_people(world)
    own = ["12", "C-778", "see file"]
    for main, campaign, yes, no in (
        ("Phone", CALLS, YES, NO),
        ("Email", MAIL, "pat@example.com", "noel@example.com"),
    ):
        rows = [[yes, one] for one in own]
        text = a_list([main, name], *rows, [yes, f"or {no}"])
        through, withheld = screened(world, text, campaign)
        assert (len(through), withheld) == (3, {5: WithheldReason.NO})


def test_half_a_number_in_a_column_of_numbers_is_withheld(world: World) -> None:
    two_people(world)
    text = a_list(["Phone", "Number"], [YES, YES], [YES, YES], [YES, "960222"])
    assert screened(world, text, CALLS)[1] == {4: WithheldReason.UNREADABLE}


@pytest.mark.parametrize(
    "cell",
    ["01632/960111", f"{YES}; 01632 960112", f"{YES} / 01632 960112", f"{YES} 01632 960112",
     f"{YES} or 01632 960112", f"{YES}\n01632 960112"],
)  # fmt: skip
def test_whoever_said_yes_is_rung_though_two_numbers_stand_in_a_cell(
    world: World, cell: str
) -> None:
    two_people(world)
    text = a_list(["Phone", "x"], [cell, ""], [cell.replace(YES[-6:], NO[-6:]), ""])
    through, withheld = screened(world, text, CALLS)
    assert len(through) == 1
    assert list(withheld.values()) == [WithheldReason.NO]


@pytest.mark.parametrize(
    "cell",
    ["Pat <pat@example.com>", "pat@example.com; kim@example.com", '"One, Pat" <pat@example.com>',
     "Kim <kim@example.com>, Pat <pat@example.com>", "kim@example.com pat@example.com"],
)  # fmt: skip
def test_whoever_said_yes_is_written_to_though_names_stand_in_a_cell(
    world: World, cell: str
) -> None:
    two_people(world)
    text = a_list(["Email", "x"], [cell, ""], [cell.replace("pat@", "noel@"), ""])
    through, withheld = screened(world, text, MAIL)
    assert (len(through), withheld) == (1, {3: WithheldReason.NO})


def test_all_who_stand_in_a_cell_must_be_customers_where_strangers_are_left_out(
    world: World,
) -> None:
    two_people(world)
    text = a_list(["Email"], ["pat@example.com; stranger@example.com"])
    assert screened(world, text, MAIL) == ([], {2: WithheldReason.NOT_A_CUSTOMER})


def test_a_broken_address_beside_a_whole_one_is_withheld(world: World) -> None:
    two_people(world)
    for cell in ("pat. one@example.com", "pat@example.com; 960222", "pat@example.com; noel@"):
        assert screened(world, a_list(["Email"], [cell]), MAIL)[1] == {2: WithheldReason.UNREADABLE}


@pytest.mark.parametrize("name", ["Added by", "Kontakt"])
def test_a_colleague_who_added_everybody_keeps_nobody_back(world: World, name: str) -> None:
    two_people(world)
    people = [f"person{one}@example.com" for one in range(8)]
    any_of = Campaign(purpose="offers", channel=Channel.EMAIL, prospects=True)
    rows = [[one, "noel@example.com"] for one in people]
    assert len(screened(world, a_list(["Email", name], *rows), any_of)[0]) == 8
    rows = [[one, "noel@example.com" if one == people[3] else ""] for one in people]
    assert screened(world, a_list(["Email", name], *rows), any_of)[1] == {5: WithheldReason.NO}
    rows = [["pat@example.com", "noel@example.com"]] * 8
    assert screened(world, a_list(["Email", name], *rows), any_of)[0] == [], "one and the same"


@pytest.mark.parametrize(
    "header",
    [["Address", "Postcode", "Addressee"], ["Address", "Postcode", "Address type"],
     ["Address", "Postcode", "Address ID"], ["Home address", "Postcode", "x"],
     ["Mailing address", "Postcode", "x"], ["Mailing address", "Mailing postcode", "x"],
     ["Home Address", "Home Postcode", "Addressee"]],
)  # fmt: skip
def test_whoever_said_yes_gets_letters_by_lists_with_usual_columns(
    world: World, header: list[str]
) -> None:
    two_people(world)
    text = a_list(header, ["1 Sample Street", CODE, "Pat"], ["2 Sample Street", CODE, "Noel"])
    through, withheld = screened(world, text, POST)
    assert (len(through), withheld) == (1, {3: WithheldReason.NO})


@pytest.mark.parametrize(
    ("header", "row"),
    [(["Street"], ["Rose Cottage"]), (["House name", "Street"], ["Rose Cottage", "Sample Lane"])],
)
def test_a_house_with_a_name_needs_no_number(
    world: World, header: list[str], row: list[str]
) -> None:
    line = " ".join(row)
    agrees(world, world.customer(address_line_1=line, postcode=CODE), *ALL)
    text = a_list([*header, "Postcode"], [*row, CODE])
    assert len(screened(world, text, POST)[0]) == 1
    for lost in ("Sample Street", "Cottage Lane", "Broadway"):
        text = a_list(["Street", "Postcode"], [lost, CODE])
        assert screened(world, text, POST)[1] == {2: WithheldReason.UNREADABLE}


COLUMNS = ["Name", "Town", "Number", "Text", "Mail", "Contact number", "Notes", "Date", "Addressee"]
COLUMNS += ["Account number", "Consent", "Address type"]
HARMLESS = st.sampled_from(["", "Rowan", "yes", "2026-11-29 12:30", "12345678", "7", "x;y", "n/a"])
WAYS = st.sampled_from(
    [
        (CALLS, {"Phone": YES}, {"Phone": NO}),
        (MAIL, {"Email": "pat@example.com"}, {"Email": "noel@example.com"}),
        (POST, {"Address": "1 Sample Street", "Postcode": CODE},
         {"Address": "2 Sample St", "Postcode": CODE}),
    ]
)  # fmt: skip


@given(WAYS, st.lists(st.sampled_from(COLUMNS), max_size=4, unique=True), st.data())
@FREELY
def test_in_an_ordinary_list_yes_comes_through_and_no_does_not(
    world: World,
    way: tuple[Campaign, dict[str, str], dict[str, str]],
    more: list[str],
    data: st.DataObject,
) -> None:
    two_people(world)
    campaign, yes, no = way
    others = [[data.draw(HARMLESS) for _ in more] for _ in range(2)]
    rows = [[*yes.values(), *others[0]], [*no.values(), *others[1]]]
    through, withheld = screened(world, a_list([*yes, *more], *rows), campaign)
    assert (len(through), [*withheld]) == (1, [3])
